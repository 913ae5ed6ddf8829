package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/testkit"
)

// runInfo is a run as the remediator's API gives it.
type runInfo struct {
	ID, State, Playbook, Mode, Owner, Why string
	Subject                               struct{ Identity string }
	Evidence                              struct {
		Finding struct {
			ID      string
			Used    int
			Granted int
			Covered float64
		}
	}
	Plan struct {
		Version    string
		Before     map[string]string
		Operations []operation
		Notes      []string
	}
	Approvals []struct{ Approver, Reason string }
}

// operation is one line of a plan.
type operation struct {
	Kind, Name string
	Set        bool
	Value      string
}

func (s *suite) runs() []runInfo {
	s.t.Helper()
	var list struct{ Runs []runInfo }
	s.remediator.json("/api/v1/runs", &list)
	return list.Runs
}

func (s *suite) run(id string) runInfo {
	s.t.Helper()
	var r runInfo
	s.remediator.json("/api/v1/runs/"+id, &r)
	return r
}

// runOf returns the run about a user, of which there is one.
func runOf(t *testing.T, runs []runInfo, user string) runInfo {
	t.Helper()
	var found []runInfo
	for _, r := range runs {
		if r.Subject.Identity == userARN(user) {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d runs are about %s, want one: %+v", len(found), user, found)
	}
	return found[0]
}

// awaitRuns waits until so many runs wait for approval.
func (s *suite) awaitRuns(n int) []runInfo {
	s.t.Helper()
	var runs []runInfo
	testkit.Eventually(s.t, waitLimit, fmt.Sprintf("%d runs await approval", n), func() bool {
		runs = s.runs()
		waiting := 0
		for _, r := range runs {
			s.alive(r)
			if r.State == "awaiting_approval" {
				waiting++
			}
		}
		return waiting == n
	})
	return runs
}

// alive fails the test where a run has come to a bad end.
func (s *suite) alive(r runInfo) {
	s.t.Helper()
	switch r.State {
	case "failed", "refused", "denied", "expired":
		s.t.Fatalf("the run about %s is %s: %s", r.Subject.Identity, r.State, r.Why)
	}
}

// approve says yes to a run's plan as ann.
func (s *suite) approve(r runInfo) {
	s.t.Helper()
	if status, text := s.decide(s.remediator, r, "approve"); status != http.StatusOK {
		s.t.Fatalf("approval: %d %s", status, text)
	}
}

func (s *suite) decide(as site, r runInfo, decision string) (int, string) {
	s.t.Helper()
	body := must(json.Marshal(map[string]string{"plan": r.Plan.Version, "reason": "has left the team"}))(s.t)
	return as.call(http.MethodPost, "/api/v1/runs/"+r.ID+"/"+decision, string(body))
}

// awaitVerified waits until a run's change was made and read back.
func (s *suite) awaitVerified(id string) {
	s.t.Helper()
	testkit.Eventually(s.t, waitLimit, "run "+id+" is applied and verified", func() bool {
		r := s.run(id)
		s.alive(r)
		return r.State == "watching" || r.State == "done"
	})
}

// alerting returns the names of the alerts that Alertmanager holds about a
// user.
func (s *suite) alerting(user string) map[string]bool {
	s.t.Helper()
	var alerts []struct{ Labels map[string]string }
	s.alerts.json("/api/v2/alerts", &alerts)
	names := map[string]bool{}
	for _, a := range alerts {
		if a.Labels["identity"] == userARN(user) {
			names[a.Labels["alertname"]] = true
		}
	}
	return names
}

// stored reports whether VictoriaMetrics has a series now that the matchers
// select.
func (s *suite) stored(matchers string) bool {
	s.t.Helper()
	// What a selector found is kept for ten seconds, also if it was nothing, so
	// that each is asked once: no label has the value that this excludes.
	s.queries++
	query := url.Values{
		"query": {fmt.Sprintf(`{%s,job!="query-%d"}`, matchers, s.queries)},
		"time":  {strconv.FormatInt(time.Now().Unix(), 10)}, "nocache": {"1"},
	}
	var answer struct{ Data struct{ Result []struct{} } }
	s.metrics.json("/api/v1/query?"+query.Encode(), &answer)
	return len(answer.Data.Result) > 0
}

// awaitStored waits until the present has, or no longer has, such a series.
func (s *suite) awaitStored(what, matchers string, want bool) {
	s.t.Helper()
	testkit.Eventually(s.t, waitLimit, what, func() bool { return s.stored(matchers) == want })
}
