package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/testkit"
)

const exemption = "ck_exclude_from_reports"

// The whole loop on one account, no step of it imitated: a user who did nothing
// for a hundred days is found, measured, alerted about, and once a person has
// approved the plan taken down to reading; nobody hears of it again.
func TestTheWholeLoop(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts six programs")
	}
	a := newAccount(t, "idle")
	s := startSuite(t, a, a.url)
	before := a.holdings("idle")

	r := s.run(s.awaitRuns(1)[0].ID)
	checkEvidence(t, r)
	checkPlan(t, r)
	s.checkReported(r)
	s.checkPeopleKnow()
	s.awaitOutcome("duplicate", 1) // Alertmanager sends it again.
	s.checkApprovers(r)
	s.checkRunsTable(r, "awaiting_approval", 0)
	if diff := cmp.Diff(before, a.holdings("idle")); diff != "" {
		t.Fatalf("the user changed before the approval:\n%s", diff)
	}

	s.approve(r)
	s.awaitVerified(r.ID)
	s.checkRunsTable(r, "watching", 1)
	checkReadOnly(t, a.holdings("idle"), r)
	s.checkSettled(r)
	s.awaitOutcome("resolved", 1)
	if runs := s.runs(); len(runs) != 1 || runs[0].State != "watching" {
		t.Errorf("runs at the end: %+v", runs)
	}
	if diff := cmp.Diff(before.Tags, without(a.holdings("idle").Tags, exemption)); diff != "" {
		t.Errorf("other tags changed:\n%s", diff)
	}
	s.checkStory(r)
	s.checkAudit(r)
}

func without(m map[string]string, key string) map[string]string {
	m = maps.Clone(m)
	delete(m, key)
	return m
}

func checkEvidence(t *testing.T, r runInfo) {
	t.Helper()
	f := r.Evidence.Finding
	if r.Subject.Identity != userARN("idle") || r.Owner != "payments" || r.Playbook != "inactive-user-read-only" || r.Mode != "execute" {
		t.Errorf("the run is about %s of %s: %s in mode %s", r.Subject.Identity, r.Owner, r.Playbook, r.Mode)
	}
	if f.Used != 0 || f.Granted < 100 || f.Covered != 1 {
		t.Errorf("evidence: %d used of %d, logs cover %g of the window; want none of some hundred, all of it", f.Used, f.Granted, f.Covered)
	}
}

// checkPeopleKnow holds what people get against the alert: the team that owns
// the user has a mail.
func (s *suite) checkPeopleKnow() {
	s.t.Helper()
	testkit.Eventually(s.t, waitLimit, "payments has a mail about the user", func() bool {
		return slices.ContainsFunc(s.mail.Mails(), func(m smtptest.Mail) bool {
			return m.To == "payments@example.com" && m.TLS && strings.Contains(string(m.Data), "CiemInactiveUser")
		})
	})
}

// checkApprovers lets others than the approvers try to decide.
func (s *suite) checkApprovers(r runInfo) {
	s.t.Helper()
	for user, password := range map[string]string{"alertmanager": "sesame", "ann": "guess", "": ""} {
		as := s.remediator
		as.user, as.password = user, password
		want := http.StatusUnauthorized
		if user == "alertmanager" {
			want = http.StatusForbidden
		}
		if status, text := s.decide(as, r, "approve"); status != want {
			s.t.Errorf("%q with password %q may decide: %d %s", user, password, status, text)
		}
	}
}

// awaitOutcome waits until the remediator has sorted at least n alerts so.
func (s *suite) awaitOutcome(outcome string, n int) {
	s.t.Helper()
	name := fmt.Sprintf("ciem_remediator_alerts_received_total{outcome=%q} ", outcome)
	testkit.Eventually(s.t, waitLimit, fmt.Sprintf("%d alerts are %s", n, outcome), func() bool {
		for line := range strings.Lines(s.remediator.get("/metrics")) {
			if value, ok := strings.CutPrefix(line, name); ok {
				var got float64
				must(fmt.Sscan(value, &got))(s.t)
				return got >= float64(n)
			}
		}
		return false
	})
}

// checkReported wants the finding, and the alert about it, in every place that
// checkSettled later wants rid of them.
func (s *suite) checkReported(r runInfo) {
	s.t.Helper()
	id := r.Evidence.Finding.ID
	if !strings.Contains(s.exporter.get("/metrics"), exposed(id)) {
		s.t.Error("the exporter's metrics don't have the finding")
	}
	s.awaitStored("the finding is stored", matchers(id), true)
	testkit.Eventually(s.t, waitLimit, "the alert fires", func() bool { return s.alerting("idle")["CiemInactiveUser"] })
	if names := s.alerting("ana"); names["CiemInactiveUser"] {
		s.t.Error("the active user is called inactive")
	}
}

// exposed is how the series of an inactive user begins.
func exposed(finding string) string {
	return fmt.Sprintf(`ciem_finding{cloud="aws",system=%q,category="inactive_user",finding=%q`, accountID, finding)
}

func matchers(finding string) string {
	return fmt.Sprintf(`__name__="ciem_finding",category="inactive_user",finding=%q`, finding)
}

// checkSettled waits until nothing reports the user as inactive: the exporter's
// API and metrics, the stored series, the alert.
func (s *suite) checkSettled(r runInfo) {
	t := s.t
	t.Helper()
	testkit.Eventually(t, waitLimit, "the exporter no longer reports the finding", func() bool {
		status, _ := s.exporter.call(http.MethodGet, "/api/v1/findings/"+r.Evidence.Finding.ID, "")
		return status == http.StatusNotFound
	})
	page := s.exporter.get("/metrics")
	if strings.Contains(page, exposed(r.Evidence.Finding.ID)) {
		t.Error("the exporter's metrics still have the finding")
	}
	if !strings.Contains(page, fmt.Sprintf(`ciem_findings{cloud="aws",system=%q,category="inactive_user"} 0`, accountID)) {
		t.Error("the exporter's metrics do not count 0 inactive users")
	}
	s.awaitStored("the stored finding has ended", matchers(r.Evidence.Finding.ID), false)
	s.awaitStored("the user is listed as excluded from reports",
		fmt.Sprintf(`__name__="ciem_finding",category="excluded_from_reports",identity=%q`, userARN("idle")), true)
	testkit.Eventually(t, waitLimit, "the alert is resolved", func() bool { return len(s.alerting("idle")) == 0 })
}
