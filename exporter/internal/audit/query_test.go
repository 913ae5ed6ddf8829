package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestQueryPages(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(30)
	c := f.client(adminToken)
	ask := &api.AuditQuestion{Text: "account:111111111111", Limit: 7}
	var ids []string
	for {
		got, err := c.Query(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if got.Kind != api.KindEvents || got.Partial || !got.To.Equal(now()) || got.To.Sub(got.From) != 24*time.Hour {
			t.Errorf("answer = %+v", got)
		}
		for i := range got.Events {
			ids = append(ids, got.Events[i].ID)
		}
		if ask.Cursor = got.Cursor; got.Cursor == "" {
			break
		}
	}
	var want []string
	for i := range 30 {
		want = append(want, event("111111111111", i).ID)
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("the pages together (-want +got):\n%s", diff)
	}
}

// An event comes back as it went in, and its record byte for byte.
func TestQueryRoundTrip(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(1)
	got, err := f.client(adminToken).Query(t.Context(), &api.AuditQuestion{Systems: systems("111111111111"), Raw: true})
	if err != nil || len(got.Events) != 1 {
		t.Fatalf("answer = %+v, %v", got, err)
	}
	want := event("111111111111", 0)
	have := got.Events[0].Event()
	have.Mapping = want.Mapping // It is not told.
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("the event (-want +got):\n%s", diff)
	}
}

func TestQueryForms(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(12)
	tree := query.Query{Where: &query.Node{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}}}
	saved, err := f.client(adminToken).Save(t.Context(), &api.SaveRequest{Name: "denied", Query: &tree})
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]answer{
		"text":   f.do("GET", "/api/v1/audit/query?text=outcome:denied&since=1d", adminToken, nil),
		"range":  f.do("GET", "/api/v1/audit/query?text=outcome:denied&from=2026-06-01T00:00:00Z&to=2026-06-01T12:00:00Z", adminToken, nil),
		"saved":  f.do("GET", "/api/v1/audit/query?saved="+saved.ID, adminToken, nil),
		"tree":   f.do("POST", api.AuditQueryPath, adminToken, api.AuditQuestion{Query: &tree}),
		"posted": f.do("POST", api.AuditQueryPath, adminToken, `{"text": "outcome:denied", "range": {"last": "1d"}}`),
	} {
		var got api.AuditAnswer
		if err := json.Unmarshal([]byte(ask.body), &got); err != nil || ask.status != 200 || len(got.Events) != 6 {
			t.Errorf("%s: %d %s, want 6 events", name, ask.status, ask.body)
		}
	}
	groups := f.do("GET", "/api/v1/audit/query?text=*|+count+by+account,outcome", adminToken, nil)
	series := f.do("GET", "/api/v1/audit/query?text=*|+series+1h+by+outcome", adminToken, nil)
	var g, s api.AuditAnswer
	if err := json.Unmarshal([]byte(groups.body), &g); err != nil || g.Kind != api.KindGroups || len(g.Groups.Rows) != 4 {
		t.Errorf("groups = %d %s", groups.status, groups.body)
	}
	if err := json.Unmarshal([]byte(series.body), &s); err != nil || s.Kind != api.KindSeries || len(s.Series.Lines) != 2 || s.Series.Step != "1h" {
		t.Errorf("series = %d %s", series.status, series.body)
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(600) // More than a page and than a batch of records.
	for _, raw := range []bool{false, true} {
		n := 0
		end, err := f.client(oneToken).Stream(t.Context(), &api.AuditQuestion{Raw: raw}, func(ev *api.AuditEvent) error {
			n++
			if ev.System != "111111111111" || (ev.Raw != "") != raw {
				t.Errorf("event %+v", ev)
			}
			return nil
		})
		if err != nil || n != 600 || end.Count != 600 || !end.Done {
			t.Errorf("raw %t: %d events, %+v, %v", raw, n, end, err)
		}
	}
	if got := f.do("POST", api.AuditQueryPath, adminToken, `{"text": "* | count"}`, "Accept", api.NDJSON); got.status != 400 {
		t.Errorf("groups as a stream = %d %s", got.status, got.body)
	}
}

// failing is a searcher that fails after some events.
type failing struct {
	audit.Searcher
	after int
	err   error
}

func (s *failing) Each(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	n := 0
	return s.Searcher.Each(ctx, q, c, func(ev *auditlog.Event) error {
		if n++; n > s.after {
			return s.err
		}
		return event(ev)
	})
}

// A stream that fails is never taken for a whole one: with nothing sent it is
// a plain error, later an error in the last line, and the connection ends.
func TestStreamFails(t *testing.T) {
	t.Parallel()
	for _, after := range []int{0, 500} {
		f := start(t, func(o *audit.Options) {
			o.Searcher = &failing{o.Searcher, after, fmt.Errorf("%w: node 2", auditlog.ErrUnavailable)}
		})
		f.fill(600)
		_, err := f.client(adminToken).Stream(t.Context(), &api.AuditQuestion{}, func(*api.AuditEvent) error { return nil })
		status := new(api.StatusError)
		switch {
		case after == 0 && (!asStatus(err, &status) || status.Status != 503 || status.RetryAfter == 0):
			t.Errorf("a stream that fails at once = %v, want 503", err)
		case after > 0 && (err == nil || !strings.Contains(err.Error(), "cut off") || !strings.Contains(err.Error(), "not available")):
			t.Errorf("a stream that fails on the way = %v, want ErrCut", err)
		}
	}
}

// What a proxy cuts in the middle is noticed, too.
func TestStreamCut(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"id":"a"}` + "\n", `{"id":"a"}` + "\n" + `{"id":"b`, `{"id":"a"}` + "\n" + `{"done":true,"count":2,"partial":false}` + "\n"} {
		f := startServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		if _, err := f.Stream(t.Context(), &api.AuditQuestion{}, func(*api.AuditEvent) error { return nil }); err == nil {
			t.Errorf("a stream of %q = nil, want an error", body)
		}
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	f := start(t)
	deep := strings.Repeat(`{"not":`, 100_000) + "{}" + strings.Repeat("}", 100_000)
	for name, tc := range map[string]struct {
		method, path string
		body         any
		status       int
		want         string
	}{
		"syntax":           {"GET", "/api/v1/audit/query?text=outcome:", nil, 400, `"offset":8`},
		"caret":            {"GET", "/api/v1/audit/query?text=(outcome:denied", nil, 400, "^"},
		"node":             {"POST", api.AuditQueryPath, `{"query": {"where": {"all": [{"field": "outcome", "op": "is", "values": ["maybe"]}]}}}`, 400, `"path":"where.all[0].values[0]"`},
		"two problems":     {"POST", api.AuditQueryPath, `{"query": {"where": {"any": [{"field": "nothing", "op": "is", "values": ["x"]}, {"field": "outcome", "op": "like"}]}}}`, 400, `"problems":[{`},
		"member":           {"POST", api.AuditQueryPath, `{"txt": "x"}`, 400, `unknown field \"txt\"`},
		"query member":     {"POST", api.AuditQueryPath, `{"query": {"wher": {}}}`, 400, `wher`},
		"not JSON":         {"POST", api.AuditQueryPath, `{"text": `, 400, `"offset"`},
		"two values":       {"POST", api.AuditQueryPath, `{} {}`, 400, "more than one JSON value"},
		"type":             {"POST", api.AuditQueryPath, `{"limit": "many"}`, 400, "does not fit"},
		"text and tree":    {"POST", api.AuditQueryPath, `{"text": "x", "query": {}}`, 400, "not both"},
		"text and saved":   {"POST", api.AuditQueryPath, `{"text": "x", "saved": "q1"}`, 400, "not several"},
		"deep":             {"POST", api.AuditQueryPath, `{"query": {"where": ` + deep[:800_000] + `}}`, 400, "error"},
		"no such saved":    {"GET", "/api/v1/audit/query?saved=none", nil, 404, "not found"},
		"parameter":        {"GET", "/api/v1/audit/query?txt=x", nil, 400, "no such parameter"},
		"twice":            {"GET", "/api/v1/audit/query?text=a&text=b", nil, 400, "stands twice"},
		"since":            {"GET", "/api/v1/audit/query?since=soon", nil, 400, "since"},
		"from":             {"GET", "/api/v1/audit/query?from=yesterday", nil, 400, "from"},
		"limit":            {"GET", "/api/v1/audit/query?limit=-1", nil, 400, "limit"},
		"large limit":      {"GET", "/api/v1/audit/query?limit=10001", nil, 400, "limit"},
		"raw":              {"GET", "/api/v1/audit/query?raw=maybe", nil, 400, "raw"},
		"cursor":           {"GET", "/api/v1/audit/query?cursor=xyz", nil, 400, "cursor"},
		"field":            {"GET", "/api/v1/audit/values?field=nothing", nil, 400, "no such field"},
		"values limit":     {"GET", "/api/v1/audit/values?field=identity&limit=2000", nil, 400, "1000"},
		"tail of groups":   {"GET", "/api/v1/audit/tail?text=*|+count", nil, 400, "from the first |"},
		"trace of nothing": {"POST", api.AuditTracePath, `{}`, 400, "one of identity"},
		"trigger":          {"GET", "/api/v1/audit/triggers/none/matches", nil, 404, "no trigger"},
		"path":             {"GET", "/api/v1/audit/nothing", nil, 404, "nothing at"},
		"method":           {"DELETE", api.AuditQueryPath, nil, 405, "takes GET, POST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.do(tc.method, tc.path, adminToken, tc.body)
			var e api.Error
			if err := json.Unmarshal([]byte(got.body), &e); err != nil || e.Message == "" {
				t.Errorf("%s is no Error", got.body)
			}
			if got.status != tc.status || !strings.Contains(got.body, tc.want) {
				t.Errorf("%d %.500s, want %d with %q", got.status, got.body, tc.status, tc.want)
			}
		})
	}
}

// endless is a body that tells how much of it was read.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// A query text of 50 MB is refused without being read.
func TestHugeBody(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, length := range []int64{50 << 20, -1} {
		body := &endless{}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.url+api.AuditQueryPath, body)
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+adminToken)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge || body.read.Load() > 10<<20 {
			t.Errorf("a huge body = %s after %d bytes", resp.Status, body.read.Load())
		}
	}
	if got := f.do("POST", api.AuditQueryPath, adminToken, "text=x", "Content-Type", "application/x-www-form-urlencoded"); got.status != 415 {
		t.Errorf("a form = %d %s, want 415", got.status, got.body)
	}
}

func TestErrorsOfTheStore(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		status int
		hides  string
	}{
		"unavailable": {fmt.Errorf("ask http://node-2.internal: %w", auditlog.ErrUnavailable), 503, "node-2"},
		"full":        {fmt.Errorf("%w: /secret/place has 3 MiB", auditlog.ErrFull), 507, "/secret/place"},
		"other":       {fmt.Errorf("open /secret/place: no such file"), 500, "/secret/place"},
	} {
		f := start(t, func(o *audit.Options) { o.Searcher = &failingEvents{o.Searcher, tc.err} })
		got := f.do("GET", "/api/v1/audit/query", adminToken, nil)
		if got.status != tc.status || tc.hides != "" && strings.Contains(got.body, tc.hides) {
			t.Errorf("%s: %d %s, want %d", name, got.status, got.body, tc.status)
		}
		if wait := got.header.Get("Retry-After"); (wait != "") != (tc.status != 500) {
			t.Errorf("%s: Retry-After %q", name, wait)
		}
	}
}

// failingEvents fails, or waits for the context's end where there is no error.
type failingEvents struct {
	audit.Searcher
	err error
}

func (s *failingEvents) Events(ctx context.Context, _ query.Query, _ search.Caller) (search.Page, error) {
	if s.err != nil {
		return search.Page{}, s.err
	}
	<-ctx.Done()
	return search.Page{}, ctx.Err()
}

func TestQueryTimeout(t *testing.T) {
	t.Parallel()
	f := start(t, func(o *audit.Options) {
		o.Searcher = &failingEvents{o.Searcher, nil}
		o.Limits = func() audit.Limits { return audit.Limits{Queries: 1, Timeout: time.Millisecond} }
	})
	if got := f.do("GET", "/api/v1/audit/query", adminToken, nil); got.status != 504 || !strings.Contains(got.body, "narrow") {
		t.Errorf("a query without end = %d %s, want 504", got.status, got.body)
	}
}

// Too many questions are turned away, and a client that goes makes room.
func TestBusyAndGone(t *testing.T) {
	t.Parallel()
	inside := make(chan struct{})
	gone := make(chan error, 1)
	f := start(t, func(o *audit.Options) {
		o.Searcher = &waiting{o.Searcher, inside, gone}
		o.Limits = func() audit.Limits { return audit.Limits{Queries: 1, Timeout: time.Hour} }
	})
	ctx, leave := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := f.client(adminToken).Query(ctx, &api.AuditQuestion{})
		first <- err
	}()
	<-inside
	if got := f.do("GET", "/api/v1/audit/query", adminToken, nil); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("the second question = %d %s, want 503", got.status, got.body)
	}
	leave()
	if err := <-first; err == nil {
		t.Error("the client that left got an answer")
	}
	if err := <-gone; err == nil {
		t.Error("the question of a client that left ran on")
	}
}

// waiting says when a question is there, and how it ended.
type waiting struct {
	audit.Searcher
	inside chan<- struct{}
	gone   chan<- error
}

func (s *waiting) Events(ctx context.Context, _ query.Query, _ search.Caller) (search.Page, error) {
	s.inside <- struct{}{}
	<-ctx.Done()
	s.gone <- ctx.Err()
	return search.Page{}, ctx.Err()
}

func TestStats(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(5)
	all, err := f.client(adminToken).Stats(t.Context())
	if err != nil || all.Events == nil || *all.Events != 10 || all.Latest.After(now()) || all.Latest.Before(now().Add(-time.Minute)) {
		t.Errorf("stats = %+v, %v", all, err)
	}
	one, err := f.client(oneToken).Stats(t.Context())
	if err != nil || one.Events != nil || one.Bytes != 0 || !one.Latest.IsZero() {
		t.Errorf("stats of a caller who sees one account = %+v, %v", one, err)
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(3)
	lines := f.follow("/api/v1/audit/tail?text=outcome:denied", oneToken)
	if first := <-lines; !strings.Contains(first, "heartbeat") {
		t.Errorf("the first line is %s", first)
	}
	late := []auditlog.Event{event("111111111111", 100), event("111111111111", 101), event("222222222222", 100)}
	if _, err := f.store.Add(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	for line := range lines {
		if strings.Contains(line, "heartbeat") {
			continue
		}
		var got api.AuditEvent
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.ID != late[0].ID {
			t.Errorf("tail = %s, want %s", line, late[0].ID)
		}
		break
	}
	f.end() // The program ends; the stream says so.
	var last string
	for line := range lines {
		last = line
	}
	if !strings.Contains(last, `"done":false`) || !strings.Contains(last, "ends") {
		t.Errorf("the last line is %s", last)
	}
}

// A live stream ends with its client.
func TestTailOfAClientThatGoes(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	f := start(t, func(o *audit.Options) { o.Searcher = &watched{o.Searcher, ended} })
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+api.AuditTailPath, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the stream ended with %v, want that its client is gone", err)
	}
}

// watched tells how a live stream ended.
type watched struct {
	audit.Searcher
	ended chan<- error
}

func (s *watched) Tail(ctx context.Context, q query.Query, c search.Caller, event func(*auditlog.Event) error) error {
	err := s.Searcher.Tail(ctx, q, c, event)
	s.ended <- err
	return err
}

// A client that takes nothing holds a place, and not the others: its stream
// has no more memory than its buffers, and ends with it.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	f := start(t, func(o *audit.Options) { o.Searcher = &flood{o.Searcher, ended} })
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url+api.AuditQueryPath, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	req.Header.Set("Accept", api.NDJSON)
	resp, err := http.DefaultClient.Do(req) // The head is there; nobody reads the rest.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := f.do("GET", "/api/v1/audit/query", adminToken, nil); got.status != 200 {
		t.Errorf("another question = %d %s", got.status, got.body)
	}
	leave()
	if err := <-ended; err == nil {
		t.Error("a stream without end came to its end")
	}
}

// flood answers without end.
type flood struct {
	audit.Searcher
	ended chan<- error
}

func (s *flood) Each(_ context.Context, _ query.Query, _ search.Caller, each func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	ev := event("111111111111", 1)
	for {
		if err := each(&ev); err != nil {
			s.ended <- err
			return auditlog.Outcomes{}, err
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(9)
	got, err := f.client(oneToken).Values(t.Context(), "user", "user-", 2)
	if err != nil || len(got.Values) != 2 || got.Values[0].Count != 3 {
		t.Errorf("values = %+v, %v", got, err)
	}
	if !slices.IsSortedFunc(got.Values, func(a, b api.ValueCount) int { return int(b.Count - a.Count) }) {
		t.Errorf("values = %+v", got.Values)
	}
}

// Values are completed of the events of a time and of places only.
func TestValuesNarrowed(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(9)
	c := f.client(adminToken)
	all, err := c.ValuesOf(t.Context(), &api.ValuesQuestion{Field: "system"})
	if err != nil || len(all.Values) < 2 {
		t.Fatalf("values = %+v, %v", all, err)
	}
	one := entitlement.SystemID(all.Values[1].Value)
	got, err := c.ValuesOf(t.Context(), &api.ValuesQuestion{Field: "system", Systems: []entitlement.SystemID{one}})
	if err != nil || len(got.Values) != 1 || got.Values[0].Value != string(one) {
		t.Errorf("values of %s = %+v, %v", one, got, err)
	}
	long := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	if got, err := c.ValuesOf(t.Context(), &api.ValuesQuestion{Field: "system", From: long, To: long.Add(time.Hour)}); err != nil || len(got.Values) != 0 {
		t.Errorf("values of long ago = %+v, %v", got, err)
	}
	if _, err := c.ValuesOf(t.Context(), &api.ValuesQuestion{Field: "system", Clouds: []entitlement.Cloud{"tea"}}); err == nil {
		t.Error("a cloud that is none was taken")
	}
}
