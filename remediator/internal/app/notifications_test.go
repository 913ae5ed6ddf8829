package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/internal/testkit/moto"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
)

// A dry run plans, shows the plan and changes nothing.
func TestDryRunChangesNothing(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	endpoint := moto.Start(t)
	account := awstest.New(t, endpoint)
	addJo(t.Context(), account)
	before := account.Read(t.Context())
	s := start(t, config(endpoint, "", "mode: dry_run"))
	s.alert("firing", day1, "jo")
	r := s.await("dry_run_done")
	if after := account.Read(t.Context()); after != before {
		t.Errorf("the dry run changed the account:\n%s", cmp.Diff(before, after))
	}
	for path, want := range map[string]string{
		"/runs/" + r.ID:                   "detach managed policy arn:aws:iam::aws:policy/AmazonSQSFullAccess",
		"/runs/" + r.ID + "/apply.sh":     "aws iam detach-user-policy",
		"/runs/" + r.ID + "/rollback.sh":  "aws iam attach-user-policy",
		"/runs/" + r.ID + "/plan.tf.json": "aws_iam_user_policies_exclusive",
		"/runs/" + r.ID + "/plan.json":    `"operations"`,
		"/":                               "dry run done",
		"/metrics":                        `ciem_remediator_runs{playbook="inactive-user-read-only",state="dry_run_done"} 1`,
		"/-/healthy":                      "healthy",
		"/-/ready":                        "ready",
	} {
		if body := s.get(path); !strings.Contains(body, want) {
			t.Errorf("%s has no %q:\n%s", path, want, body)
		}
	}
	for _, decision := range []string{"approve", "rollback"} {
		if code, body := s.decide(r.ID, decision, map[string]string{"plan": r.Plan.Version, "name": "ann", "reason": "x"}); code != http.StatusConflict {
			t.Errorf("%s of a dry run: %d %s", decision, code, body)
		}
	}
}

// What is sent again, is over, or is not ours starts nothing.
func TestNotificationsThatStartNothing(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	// Nothing listens there: every run stays open at the plan.
	s := start(t, config("http://"+testkit.FreeAddress(t), "", "mode: execute"))
	steps := []struct {
		name, body string
		want       map[string]int
		runs       int
	}{
		{"resolved first", notice("resolved", day1, "jo"), counts("resolved", 1), 0},
		{"firing", notice("firing", day1, "jo", "al"), counts("accepted", 2), 2},
		{"sent again", notice("firing", day1, "jo", "al"), counts("duplicate", 2), 2},
		{"fires anew while open", notice("firing", day2, "jo"), counts("duplicate", 1), 2},
		{"resolved", notice("resolved", day1, "jo", "al"), counts("resolved", 2), 2},
		{"one is new", notice("firing", day1, "jo", "bo"), counts("duplicate", 1, "accepted", 1), 3},
		{"playbook for people", strings.ReplaceAll(notice("firing", day1, "cy"), "inactive-user-read-only", "super-identity-review"), counts("ignored", 1), 3},
		{"no playbook", strings.ReplaceAll(notice("firing", day1, "cy"), `"playbook"`, `"other"`), counts("ignored", 1), 3},
		{"broken label", strings.ReplaceAll(notice("firing", day1, "cy"), `"inactive_user"`, `"super_user"`), counts("rejected", 1), 3},
		{"of Grafana's own Alertmanager", strings.Replace(notice("firing", day1, "di"), `"version":"4"`, `"version":"1","orgId":1`, 1), counts("accepted", 1), 4},
		{"another account's user", strings.ReplaceAll(notice("firing", day1, "cy"), "iam::"+awstest.ID, "iam::999999999999"), counts("rejected", 1), 4},
	}
	for _, step := range steps {
		code, body := s.request(http.MethodPost, "/webhook", "application/json", step.body)
		var got map[string]int
		if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusAccepted {
			t.Fatalf("%s: %d %s", step.name, code, body)
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
		if n := len(s.runs()); n != step.runs {
			t.Errorf("%s: %d runs, want %d", step.name, n, step.runs)
		}
	}
	if !strings.Contains(s.get("/metrics"), `ciem_remediator_alerts_received_total{outcome="duplicate"} 4`) {
		t.Error("the duplicates are not counted")
	}
}

func counts(pairs ...any) map[string]int {
	all := map[string]int{"accepted": 0, "queued": 0, "duplicate": 0, "resolved": 0, "ignored": 0, "rejected": 0}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i].(string)] = pairs[i+1].(int)
	}
	return all
}

func TestBadNotifications(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	s := start(t, "webhook: {max_body_bytes: 2048}\n"+config("http://"+testkit.FreeAddress(t), "", "mode: dry_run"))
	for name, tc := range map[string]struct {
		body, want string
		status     int
	}{
		"no JSON":        {"hello", "is not an Alertmanager notification", 400},
		"wrong type":     {`{"version":"4","alerts":{}}`, "is not an Alertmanager notification", 400},
		"trailing":       {notice("firing", day1, "jo") + "{}", "something after", 400},
		"version":        {`{"version":"3","alerts":[]}`, `version: \"3\" is not`, 400},
		"empty":          {`{"version":"4","alerts":[]}`, "alerts: empty", 400},
		"status":         {notice("pending", day1, "jo"), `alerts[0].status: \"pending\"`, 400},
		"no fingerprint": {strings.ReplaceAll(notice("firing", day1, "jo"), `"fp-jo"`, `""`), "alerts[0].fingerprint: missing", 400},
		"no start":       {notice("firing", "0001-01-01T00:00:00Z", "jo"), "alerts[0].startsAt: missing", 400},
		"too large":      {notice("firing", day1, "jo", "al", "bo", "cy", "di"), "too large", 413},
	} {
		if code, body := s.request(http.MethodPost, "/webhook", "application/json", tc.body); code != tc.status || !strings.Contains(body, tc.want) {
			t.Errorf("%s: %d %s, want %d with %q", name, code, body, tc.status, tc.want)
		}
	}
	if n := len(s.runs()); n != 0 {
		t.Errorf("%d runs were started", n)
	}
}

// The gate refuses who is active, and the caps who is one too many.
func TestRefusals(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	endpoint := moto.Start(t)
	account := awstest.New(t, endpoint)
	for i := range 3 {
		account.AddUser(t.Context(), awstest.User{Name: fmt.Sprintf("u%d", i), Attached: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}})
	}
	var used atomic.Int64
	s := start(t, config(endpoint, exporter(t, &used), "mode: execute, approval: {required: 0}, caps: {max_per_day: 1}"))
	before := account.ReadUser(t.Context(), "u1")

	s.alert("firing", day1, "u0")
	s.await("watching")
	if got := account.ReadUser(t.Context(), "u0"); len(got) != 2 || got[0] != "attached arn:aws:iam::aws:policy/ReadOnlyAccess" {
		t.Errorf("the administrator has %q", got)
	}
	refused := func(user, why string) {
		t.Helper()
		s.alert("firing", day1, user)
		var last runInfo
		testkit.Eventually(t, 20e9, "the run of "+user+" is refused", func() bool {
			last = s.runs()[0]
			return last.State == "refused"
		})
		if !strings.Contains(last.Why, why) {
			t.Errorf("%s: refused because %q, want %q", user, last.Why, why)
		}
	}
	refused("u1", "caps.max_per_day: 1 runs of the playbook were admitted within 24 hours")
	used.Store(2)
	refused("u2", "the identity is active: it used 2 of its permissions")
	if diff := cmp.Diff(before, account.ReadUser(t.Context(), "u1")); diff != "" {
		t.Error(diff)
	}
}

// A person may deny; strangers to the list may not decide at all.
func TestApprovers(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	endpoint := moto.Start(t)
	account := awstest.New(t, endpoint)
	addJo(t.Context(), account)
	s := start(t, config(endpoint, "", "mode: execute, approval: {approvers: [ann]}, caps: {max_percent: 100}"))
	s.alert("firing", day1, "jo")
	r := s.await("awaiting_approval")
	for _, tc := range []struct {
		name, reason string
		want         int
	}{{"eve", "x", http.StatusForbidden}, {"", "x", http.StatusForbidden}, {"ann", "", http.StatusConflict}, {"ann", "on leave", http.StatusOK}} {
		if code, body := s.decide(r.ID, "deny", map[string]string{"plan": r.Plan.Version, "name": tc.name, "reason": tc.reason}); code != tc.want {
			t.Errorf("denial by %q because %q: %d %s, want %d", tc.name, tc.reason, code, body, tc.want)
		}
	}
	if r = s.await("denied"); r.Why != "ann: on leave" {
		t.Errorf("why = %q", r.Why)
	}
	// The alert that fires anew after that is a new run.
	if got := s.alert("firing", day2, "jo"); got["accepted"] != 1 {
		t.Errorf("counts = %v", got)
	}
}
