package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/remediator/internal/store"
	"github.com/leastward/leastward/remediator/internal/web"
)

// The states that other programs are told of are those that there are.
func TestRunStatesAreKnown(t *testing.T) {
	t.Parallel()
	var states []string
	for _, s := range store.States() {
		states = append(states, string(s))
	}
	if diff := cmp.Diff(states, api.RunStates()); diff != "" {
		t.Errorf("api.RunStates (-store +api):\n%s", diff)
	}
}

func TestBriefList(t *testing.T) {
	t.Parallel()
	b := setup(t, web.Typed)
	ask := func(query string) api.Runs {
		t.Helper()
		resp, body := b.do(http.MethodGet, "/api/v1/runs?brief=true&"+query, "", "", nil)
		var got api.Runs
		if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("runs?%s: %d %s", query, resp.StatusCode, body)
		}
		return got
	}
	want := api.Run{
		ID: b.run, State: "awaiting_approval", Playbook: "inactive-user-read-only", Mode: "execute", Cloud: "aws", System: "1",
		Identity: "arn:aws:iam::1:user/<b>jo</b>", ApprovalsNeeded: 1, Pending: true,
	}
	got := ask("")
	if diff := cmp.Diff([]api.Run{want}, got.Runs, cmpopts.IgnoreTypes(time.Time{})); diff != "" || got.More {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	for query, n := range map[string]int{
		"state=awaiting_approval": 1, "state=done": 0, "state=done&state=awaiting_approval": 1, "system=1": 1, "system=2": 0, "system=2&system=1": 1,
		"playbook=inactive-user-read-only": 1, "playbook=other": 0, "identity=arn:aws:iam::1:user/%3Cb%3Ejo%3C/b%3E": 1, "identity=jo": 0,
		"finding=x": 0, "limit=1": 1, "system=1'%20OR%20'1'='1": 0,
	} {
		if got := len(ask(query).Runs); got != n {
			t.Errorf("runs?%s: %d, want %d", query, got, n)
		}
	}
	for query, want := range map[string]string{"state=asleep": "state", "limit=0": "limit", "limit=x": "limit", "brief=perhaps": "brief", "limit=9999999": "limit"} {
		if resp, body := b.do(http.MethodGet, "/api/v1/runs?"+query, "", "", nil); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("runs?%s: %d %s", query, resp.StatusCode, body)
		}
	}
}
