package acted_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/acted"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	one  = entitlement.SystemID("111111111111")
	two  = entitlement.SystemID("222222222222")
	gone = entitlement.SystemID("999999999999")
)

func runs() []api.Run {
	at := tabletest.Now().Add(-time.Hour)
	run := func(id, state string, system entitlement.SystemID) api.Run {
		return api.Run{
			ID: id, State: state, Playbook: "inactive-user-read-only", Mode: "execute", Cloud: entitlement.AWS, System: system,
			Identity: entitlement.IdentityID("arn:aws:iam::" + string(system) + ":user/" + id), Category: entitlement.InactiveUser, Finding: "f-" + id,
			Severity: "warning", ReceivedAt: at, UpdatedAt: at, ApprovalsNeeded: 2, Pending: state == "awaiting_approval", Ended: state == "refused",
		}
	}
	waiting, refused := run("ana", "awaiting_approval", one), run("bob", "refused", one)
	waiting.ApprovalsGiven, waiting.ExpiresAt = 1, at.AddDate(0, 0, 1)
	refused.Reason = "the finding is no longer reported"
	return []api.Run{waiting, refused, run("cas", "applying", two), run("old", "done", gone)}
}

// remediator answers with runs, by the filter that it is asked for, and keeps
// the last question.
type remediator struct {
	*httptest.Server
	asked atomic.Pointer[http.Request]
}

func newRemediator(t *testing.T) *remediator {
	t.Helper()
	r := &remediator{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.asked.Store(req)
		q := req.URL.Query()
		list := slices.DeleteFunc(runs(), func(run api.Run) bool {
			return len(q["system"]) > 0 && !slices.Contains(q["system"], string(run.System)) || len(q["state"]) > 0 && !slices.Contains(q["state"], run.State)
		})
		_ = json.NewEncoder(w).Encode(api.Runs{Runs: list, More: q.Get("finding") == "more"})
	}))
	t.Cleanup(r.Close)
	return r
}

func asker(c *config.Remediation) *tabletest.Asker {
	first := tabletest.Result(&entitlement.Inventory{
		System:     entitlement.System{Cloud: entitlement.AWS, ID: one, Name: "first"},
		Identities: []entitlement.Identity{{ID: "arn:aws:iam::111111111111:user/ana", Name: "Ana", Kind: entitlement.User, System: one}},
	}, tabletest.Now())
	return &tabletest.Asker{
		Definitions: acted.Definitions(acted.NewRemediator(func() *config.Remediation { return c })),
		Snapshot:    &collector.Snapshot{Results: []*collector.Result{first, {System: entitlement.System{Cloud: entitlement.AWS, ID: two}}}},
	}
}

func configured(address string) *config.Remediation {
	return &config.Remediation{URL: address, PublicURL: "https://people.example.com/", Timeout: shared.Duration(5 * time.Second)}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	r := newRemediator(t)
	columns := []string{
		"run", "state", "pending", "ended", "mode", "identity", "name", "system", "system_name", "finding", "category", "received", "expires",
		"approvals_given", "approvals_needed", "reason", "url",
	}
	got := tabletest.Rows(asker(configured(r.URL)).Must(t, "runs", api.TableQuestion{Columns: columns, Sort: []api.TableOrder{{By: "run"}}}))
	row := func(id, state, pending, ended, name string, system entitlement.SystemID, systemName, expires, given, reason string) []string {
		return []string{
			id, state, pending, ended, "execute", "arn:aws:iam::" + string(system) + ":user/" + id, name, string(system), systemName, "f-" + id, "inactive_user",
			"2026-06-01T11:00:00Z", expires, given, "2", reason, "https://people.example.com/runs/" + id,
		}
	}
	want := [][]string{
		row("ana", "awaiting_approval", "yes", "no", "Ana", one, "first", "2026-06-02T11:00:00Z", "1", ""),
		row("bob", "refused", "no", "yes", "bob", one, "first", "", "0", "the finding is no longer reported"),
		row("cas", "applying", "no", "no", "cas", two, "", "", "0", ""),
		row("old", "done", "no", "no", "old", gone, "", "", "0", ""),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	if q := r.asked.Load(); q.Method != http.MethodGet || q.URL.Path != "/api/v1/runs" || len(q.URL.Query()["system"]) != 0 || q.URL.Query().Get("brief") != "true" {
		t.Errorf("asked %s %s", q.Method, q.URL)
	}
}

func TestFiltersAndScope(t *testing.T) {
	t.Parallel()
	r := newRemediator(t)
	for _, tc := range []struct {
		ask    api.TableQuestion
		caller []entitlement.SystemID
		want   string
	}{
		{api.TableQuestion{}, nil, "ana bob cas old"},
		{api.TableQuestion{Systems: []entitlement.SystemID{one}}, nil, "ana bob"},
		{api.TableQuestion{}, []entitlement.SystemID{two}, "cas"},
		{api.TableQuestion{}, []entitlement.SystemID{gone}, ""}, // It sees no system that is configured.
		{api.TableQuestion{Filters: map[string][]string{"state": {"refused", "applying"}}}, nil, "bob cas"},
		{api.TableQuestion{Filters: map[string][]string{"pending": {"yes"}}}, nil, "ana"},
		{api.TableQuestion{Filters: map[string][]string{"pending": {"no"}}}, nil, "bob cas old"},
		{api.TableQuestion{Filters: map[string][]string{"ended": {"yes"}}}, nil, "bob"},
		{api.TableQuestion{Filters: map[string][]string{"identity": {"arn:aws:iam::111111111111:user/ana"}}}, nil, "ana"},
		{api.TableQuestion{Filters: map[string][]string{"finding": {"f-cas"}}}, nil, "cas"},
		{api.TableQuestion{Filters: map[string][]string{"playbook": {"inactive-user-read-only"}}}, nil, "ana bob cas old"},
	} {
		a := asker(configured(r.URL))
		if tc.caller != nil {
			a.Caller = &access.Caller{Grant: access.Grant{Name: "x", Systems: tc.caller}}
		}
		tc.ask.Columns, tc.ask.Sort = []string{"run"}, []api.TableOrder{{By: "run"}}
		var ids []string
		for _, row := range tabletest.Rows(a.Must(t, "runs", tc.ask)) {
			ids = append(ids, row[0])
		}
		if got := strings.Join(ids, " "); got != tc.want {
			t.Errorf("%+v of %v: %q, want %q", tc.ask, tc.caller, got, tc.want)
		}
	}
	cut := asker(configured(r.URL)).Must(t, "runs", api.TableQuestion{Filters: map[string][]string{"finding": {"more"}}})
	if len(cut.Notices) != 1+1 || !strings.Contains(strings.Join(cut.Notices, " "), "more runs") {
		t.Errorf("notices of a cut list: %q", cut.Notices)
	}
}

// A remediator that lists more than it is asked for does not make the exporter
// show it.
func TestScopeIsKeptHere(t *testing.T) {
	t.Parallel()
	leaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(api.Runs{Runs: runs()})
	}))
	t.Cleanup(leaky.Close)
	a := asker(configured(leaky.URL))
	a.Caller = &access.Caller{Grant: access.Grant{Name: "x", Systems: []entitlement.SystemID{two}}}
	if rows := tabletest.Rows(a.Must(t, "runs", api.TableQuestion{Columns: []string{"run"}})); len(rows) != 1 || rows[0][0] != "cas" {
		t.Errorf("runs %v, want that of cas alone", rows)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	r := newRemediator(t)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		set  func(*config.Remediation)
		want string
	}{
		{func(*config.Remediation) {}, ""},
		{func(c *config.Remediation) { c.Username, c.Password = "ex", "pass" }, "Basic ZXg6cGFzcw=="},
		{func(c *config.Remediation) { c.Username, c.PasswordFile = "ex", file }, "Basic ZXg6ZnJvbSBhIGZpbGU="},
		{func(c *config.Remediation) { c.Token = "tok" }, "Bearer tok"},
		{func(c *config.Remediation) { c.TokenFile = file }, "Bearer from a file"},
	} {
		c := configured(r.URL)
		tc.set(c)
		asker(c).Must(t, "runs", api.TableQuestion{})
		if got := r.asked.Load().Header.Get("Authorization"); got != tc.want {
			t.Errorf("Authorization %q, want %q", got, tc.want)
		}
	}
}

// What keeps runs from being shown is said with its remedy, with no secret, and
// never an empty table.
func TestTroubles(t *testing.T) {
	t.Parallel()
	serve := func(status int, body string) func(t *testing.T) *config.Remediation {
		return func(t *testing.T) *config.Remediation {
			t.Helper()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
			}))
			t.Cleanup(s.Close)
			c := configured(s.URL)
			c.Username, c.Password = "exporter", "hunter2-secret"
			return c
		}
	}
	for name, tc := range map[string]struct {
		config func(t *testing.T) *config.Remediation
		status int
		want   string
	}{
		"nothing configured": {func(*testing.T) *config.Remediation { return nil }, 501, "remediation.url"},
		"nobody there": {func(t *testing.T) *config.Remediation {
			t.Helper()
			return configured("http://" + testkit.FreeAddress(t))
		}, 502, "check that it runs"},
		"hangs": {func(t *testing.T) *config.Remediation {
			t.Helper()
			block := make(chan struct{})
			s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-block }))
			t.Cleanup(func() { close(block); s.Close() })
			c := configured(s.URL)
			c.Timeout = shared.Duration(100 * time.Millisecond)
			return c
		}, 502, "remediation.timeout"},
		"wrong login":    {serve(401, ""), 502, "remediation.username"},
		"not for it":     {serve(403, ""), 502, "remediation.username"},
		"unknown name":   {serve(421, ""), 502, "remediation.url"},
		"something else": {serve(404, "<html>"), 502, "check remediation.url"},
		"broken":         {serve(500, `{"error":"x"}`), 502, "its log says why"},
		"redirect":       {serve(302, ""), 502, "302"},
		"no JSON":        {serve(200, "<html>"), 502, "is not a remediator"},
		"other JSON":     {serve(200, `{"status":"success"}`), 502, "is not a remediator"},
		"cut off":        {serve(200, `{"runs":[{"id":"a"`), 502, "is not a remediator"},
		"older":          {serve(200, `{"runs":[{"id":"a","subject":{"system":"1"}}]}`), 502, "update it"},
		"no such secret": {func(*testing.T) *config.Remediation {
			c := configured("http://127.0.0.1:1")
			c.TokenFile = "/nonexistent/token"
			return c
		}, 502, "remediation.token_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := asker(tc.config(t)).Answer(t, "runs", api.TableQuestion{})
			elsewhere, ok := errors.AsType[*tables.UnavailableError](err)
			if !ok || elsewhere.Status != tc.status || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %d with %q", err, tc.status, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
