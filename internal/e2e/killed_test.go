package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/testkit"
)

// A remediator that is killed between two steps of a change, while everything
// around it goes on, loses nothing and does nothing twice: for each step of the
// plan there is a user in the middle of whose change it happens.
func TestKilledBetweenSteps(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a dozen programs")
	}
	var users []string
	for k := range planOf() {
		users = append(users, fmt.Sprintf("idle-%d", k+1))
	}
	a := newAccount(t, users...)
	w := newWire(t, a.url)
	s := startSuite(t, a, w.url)
	runs := s.awaitRuns(len(users))
	for k, user := range users {
		s.killAfter(w, runOf(t, runs, user), k+1)
		if k == 0 { // The alerts about the others go on, and this remediator is told of them anew.
			s.awaitOutcome("duplicate", len(users)-1)
		}
	}
	if diff := cmp.Diff(writesOf(users), w.done()); diff != "" {
		t.Errorf("writes that the account carried out (-want +got):\n%s", diff)
	}
	for k, user := range users {
		checkReadOnly(t, a.holdings(user), runOf(t, s.runs(), user))
		s.checkSteps(runOf(t, runs, user).ID, k)
	}
	if n := len(s.runs()); n != len(users) {
		t.Errorf("%d runs for %d users", n, len(users))
	}
	for _, user := range users {
		testkit.Eventually(t, waitLimit, "the alerts about "+user+" are resolved", func() bool { return len(s.alerting(user)) == 0 })
	}
}

// killAfter approves a run, kills the remediator when the n-th write has
// reached the account and before it can know that, and starts it again.
func (s *suite) killAfter(w *wire, r runInfo, n int) {
	s.t.Helper()
	cut := w.cutAfter(n)
	s.approve(s.run(r.ID))
	select {
	case <-cut:
	case <-time.After(waitLimit):
		s.t.Fatalf("write %d for %s was never made; the run is %s", n, r.Subject.Identity, s.run(r.ID).State)
	}
	s.remediation.Kill()
	s.startRemediator()
	s.awaitVerified(r.ID)
}

// writesOf is each write of the plan once for each user.
func writesOf(users []string) map[string]int {
	writes := map[string]int{}
	for _, user := range users {
		for _, what := range []string{
			"PutUserPolicy " + readOnlyPolicy, "DetachUserPolicy " + policyARN("operate"), "DeleteUserPolicy queue",
			"RemoveUserFromGroup deployers", "TagUser " + exemption,
		} {
			writes[user+" "+what] = 1
		}
	}
	return writes
}

// checkSteps holds the Platform events of a run against what happened: each
// step once, the one during which the remediator was killed found in effect.
func (s *suite) checkSteps(run string, killed int) {
	s.t.Helper()
	var got []string
	for _, e := range s.events() {
		if e.Run == run && e.Outcome != "success" {
			s.t.Errorf("event %+v", e)
		}
		if e.Run == run && strings.HasSuffix(e.Action, ":ApplyStep") {
			got = append(got, fmt.Sprint(e.Details.N, " ", e.Details.How))
		} else if e.Run == run {
			got = append(got, e.Action)
		}
	}
	var want []string
	for _, action := range []string{"ReceiveAlert", "CheckEvidence", "MakePlan", "ReplayUsage", "CheckCaps", "ApprovePlan", "TakeSnapshot"} {
		want = append(want, "leastward:"+action)
	}
	for n := range planOf() {
		want = append(want, fmt.Sprint(n, " written"))
	}
	want[len(want)-len(planOf())+killed] = fmt.Sprint(killed, " found")
	want = append(want, "leastward:VerifyChange", "leastward:WatchIdentity")
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("events of the run killed in step %d (-want +got):\n%s", killed, diff)
	}
}
