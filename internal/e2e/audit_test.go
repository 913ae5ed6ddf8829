package e2e_test

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

// checkAudit holds the audit store against what happened: what the trail had,
// an alert about it, and the remediator's own log; also after the exporter was
// killed.
func (s *suite) checkAudit(r runInfo) {
	t := s.t
	t.Helper()
	const calls = "user:ana | count, unique(id) by system, action" // One each ten days, seedTrail's; eight in 80 days.
	run := "session:" + r.ID + " | count by action | sort action | limit 100"
	want := [][]string{{accountID, "s3:ListAllMyBuckets", "8", "8"}}
	if diff := cmp.Diff(want, s.groups(calls)); diff != "" {
		t.Errorf("calls in the audit store (-want +got):\n%s", diff)
	}
	s.awaitTriggered()
	testkit.Eventually(t, waitLimit, "the audit store has the whole run", func() bool {
		return len(s.groups("session:"+r.ID+" | count by id | limit 100")) == len(s.events())
	})
	log := s.groups(run)
	text := s.exporter.get("/api/v1/audit/query?limit=1000&saved=q6")
	for _, e := range s.events() {
		if !strings.Contains(text, `"`+e.Action+`"`) {
			t.Errorf("the sixth starter query does not find %s", e.Action)
		}
	}
	s.collection.Kill()
	s.startExporterAgain()
	if diff := cmp.Diff(want, s.groups(calls)); diff != "" {
		t.Errorf("calls after the exporter was killed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(log, s.groups(run)); diff != "" {
		t.Errorf("events of the run after the exporter was killed (-want +got):\n%s", diff)
	}
}

// groups asks the audit store for groups.
func (s *suite) groups(text string) [][]string {
	s.t.Helper()
	var answer api.AuditAnswer
	s.exporter.json("/api/v1/audit/query?since=80d&text="+url.QueryEscape(text), &answer)
	if answer.Groups == nil || answer.Partial || answer.Groups.Truncated {
		s.t.Fatalf("%s = %+v", text, answer)
	}
	return answer.Groups.Rows
}

// awaitTriggered waits for the alert of the trigger, and holds it against what
// people and the routes of Alertmanager need.
func (s *suite) awaitTriggered() {
	s.t.Helper()
	var alerts []struct{ Labels, Annotations map[string]string }
	testkit.Eventually(s.t, waitLimit, "the trigger's alert fires", func() bool {
		s.alerts.json("/api/v2/alerts?filter=alertname%3DCiemActivityTriggerMatched", &alerts)
		return len(alerts) == 1
	})
	labels := alerts[0].Labels
	delete(labels, "alertgroup")
	want := map[string]string{
		"alertname": "CiemActivityTriggerMatched", "trigger": "bucket-lists", "cloud": "aws", "system": accountID,
		"severity": "warning", "owner": "platform", "playbook": "activity-trigger-review",
	}
	if diff := cmp.Diff(want, labels); diff != "" {
		s.t.Errorf("labels of the alert (-want +got):\n%s", diff)
	}
	runbook := filepath.Join(testkit.Root(), "docs", "runbooks", path.Base(alerts[0].Annotations["runbook_url"]))
	if _, err := os.Stat(runbook); err != nil {
		s.t.Errorf("the alert's runbook: %v", err)
	}
}
