package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// The tokens of the fixture: who sees everything, who sees one account, and
// who sees one through its folder.
const (
	adminToken  = "admin-0123456789abcdef"
	oneToken    = "one-0123456789abcdef01"
	folderToken = "folder-0123456789abcde"
	writerToken = "writer-0123456789abcde"
)

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func folders(name string) []entitlement.SystemID {
	return map[string][]entitlement.SystemID{"test": {"222222222222"}}[name]
}

// fixture is an API over a real store.
type fixture struct {
	t       testing.TB
	url     string
	store   auditlog.Store
	handler *audit.Handler
	end     context.CancelFunc // Ends the program's life.
	options audit.Options

	mu     sync.Mutex // Guards counts.
	counts map[int]int
}

type change func(*audit.Options)

func start(tb testing.TB, changes ...change) *fixture {
	tb.Helper()
	store, err := embedded.Open(embedded.Options{
		Dir: filepath.Join(tb.TempDir(), "audit"), MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	return startOver(tb, store, changes...)
}

func startOver(tb testing.TB, store auditlog.Store, changes ...change) *fixture {
	tb.Helper()
	db := openState(tb, store)
	life, end := context.WithCancel(context.Background())
	tb.Cleanup(end)
	f := &fixture{t: tb, store: store, end: end, counts: map[int]int{}}
	f.options = audit.Options{
		Store: store, Saved: db, Triggers: triggers, Rules: rules{}, Guard: guard, Ends: life,
		Searcher: search.New(search.Options{Store: store, Catalog: catalog.AWS(), Folders: folders, Tagged: noTags, Now: now}),
		Compile: func(*access.Caller) logsql.Options {
			return logsql.Options{Folders: folders, Tagged: noTags, Catalog: catalog.AWS()}
		},
		Limits:  func() audit.Limits { return audit.Limits{Queries: 4, Timeout: time.Minute} },
		Counted: f.count, Now: now, Logger: slog.New(slog.DiscardHandler),
	}
	for _, c := range changes {
		c(&f.options)
	}
	f.handler = audit.New(f.options)
	server := httptest.NewServer(f.handler)
	tb.Cleanup(server.Close)
	tb.Cleanup(end) // Before the server waits for what runs.
	f.url = server.URL
	return f
}

// openState opens a state with the queries that ship; changes from then on are
// recorded.
func openState(tb testing.TB, store auditlog.Store) *state.DB {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "state.db")
	first, err := state.Open(tb.Context(), state.Options{Path: path, Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(first.Ship(tb.Context(), starter.Queries()), first.Close()); err != nil {
		tb.Fatal(err)
	}
	db, err := state.Open(tb.Context(), state.Options{Path: path, Record: audit.RecordChange(store), Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// triggers are those that ship, and one that counted in both accounts.
func triggers() []trigger.Status {
	var list []trigger.Status
	for _, d := range starter.Triggers() {
		list = append(list, trigger.Status{Definition: d})
	}
	where, err := query.Parse("outcome:denied")
	if err != nil {
		panic(err)
	}
	denied := trigger.Definition{Name: "denied", Enabled: true, Severity: "info", Where: trigger.Condition{Node: where.Where}}
	return append(list, trigger.Status{Definition: denied, Since: now(), Error: "account 222222222222", Totals: []trigger.Total{
		{Total: state.Total{Cloud: entitlement.AWS, System: "111111111111", Count: 7}},
		{Total: state.Total{Cloud: entitlement.AWS, System: "222222222222", Count: 9}},
	}})
}

// rules are the first-time rules, with a report of each account.
type rules struct{}

func (rules) Status() []anomaly.Status {
	var list []anomaly.Status
	for _, r := range anomaly.Rules() {
		list = append(list, anomaly.Status{Rule: r, Error: "account 222222222222", Coverage: []anomaly.Coverage{
			{Cloud: entitlement.AWS, System: "111111111111", WarmingUp: true}, {Cloud: entitlement.AWS, System: "222222222222", WarmingUp: true},
		}})
	}
	return list
}

func (rules) Reports(_ context.Context, rule string, since time.Time, systems *[]entitlement.SystemID) ([]anomaly.Report, error) {
	if since.IsZero() && rule == "" {
		return nil, errors.New("asked for nothing")
	}
	var list []anomaly.Report
	for _, id := range []entitlement.SystemID{"111111111111", "222222222222"} {
		if systems == nil || slices.Contains(*systems, id) {
			ev := event(id, 1)
			list = append(list, anomaly.Report{Match: *trigger.NewMatch(&ev), Rule: rule, Value: "s3:ListAllMyBuckets"})
		}
	}
	return list, nil
}

func (f *fixture) count(status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[status]++
}

// guard knows the tokens.
func guard() *access.Guard {
	grant := func(secret, name string, role access.Role, systems []entitlement.SystemID, folders ...string) access.Token {
		return access.Token{Secret: config.Secret(secret), Grant: access.Grant{Name: name, Role: role, Systems: systems, Folders: folders}}
	}
	return access.New(access.Options{
		Tokens: []access.Token{
			grant(adminToken, "ada", access.Admin, nil),
			grant(oneToken, "one", access.Viewer, []entitlement.SystemID{"111111111111"}),
			grant(folderToken, "folder", access.Viewer, nil, "test"),
			grant(writerToken, "remediator", access.Controller, []entitlement.SystemID{"platform"}),
		},
		Folders: folders,
	})
}

func noTags(field query.Field, key, value string, op query.Operator) ([]string, error) {
	return nil, fmt.Errorf("no tags %s %s=%s %s", field, key, value, op)
}

// event is the nth event of an account.
func event(system entitlement.SystemID, n int) auditlog.Event {
	ev := auditlog.Event{
		ID: fmt.Sprintf("%s-%04d", system, n), Time: now().Add(-time.Duration(n+1) * time.Minute), Cloud: entitlement.AWS, System: system,
		Identity: entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:user/user-%d", system, n%3)), IdentityName: fmt.Sprintf("user-%d", n%3),
		IdentityType: "IAMUser", AccessKey: "AKIAIOSFODNN7EXAMPLE", Source: "s3.amazonaws.com", Name: "ListBuckets",
		Actions: []entitlement.Action{"s3:ListAllMyBuckets"}, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
		Address: "203.0.113.9", Region: "eu-west-1", ReadOnly: true, RequestID: fmt.Sprintf("R%d", n),
		Raw: fmt.Appendf(nil, "{\"eventID\": \"%s-%d\",  \"html\":\"<b>&amp;\u2028\"}", system, n),
	}
	if n%4 == 0 {
		ev.Outcome, ev.ErrorCode = auditlog.AuthorizationFailure, "AccessDenied"
	}
	return ev
}

// fill stores n events of each of two accounts.
func (f *fixture) fill(n int) {
	f.t.Helper()
	var events []auditlog.Event
	for i := range n {
		events = append(events, event("111111111111", i), event("222222222222", i))
	}
	if _, err := f.store.Add(f.t.Context(), events); err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.store.Sync(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// do makes a request; body may be nil, a string or anything that is JSON.
func (f *fixture) do(method, path, token string, body any, headers ...string) answer {
	f.t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			f.t.Fatal(err)
		}
		text = string(encoded)
	}
	req, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, bytes.NewReader([]byte(text)))
	if err != nil {
		f.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(all)}
}

// client is a client with a token.
func (f *fixture) client(token string) *api.Client {
	f.t.Helper()
	c, err := api.NewClient(api.ClientOptions{URL: f.url, Token: config.Secret(token)})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}
