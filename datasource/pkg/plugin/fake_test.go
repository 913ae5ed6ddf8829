package plugin_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

const token = "token-0123456789abcdef"

// fake is an exporter that answers in the wire types and remembers what it was
// asked.
type fake struct {
	*httptest.Server
	empty bool // Nothing is there.
	many  int  // So many rows are there, of whatever is asked.

	mu    sync.Mutex // Guards asked.
	asked []asked
}

type asked struct {
	path, query, body string
	header            http.Header
}

func (f *fake) last() asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[len(f.asked)-1]
}

func startFake(tb testing.TB, f *fake) *fake {
	tb.Helper()
	mux := http.NewServeMux()
	for pattern, handle := range map[string]func(http.ResponseWriter, *http.Request, []byte){
		"GET " + api.SystemsPath: f.systems, "GET " + api.TablesPath: f.tables, "POST " + api.TablePath: f.table,
		"POST " + api.AuditQueryPath: f.audit, "GET " + api.AuditSavedOnePath: f.saved, "POST " + api.AuditSavedPath: f.echo,
		"PUT " + api.AuditSavedOnePath: f.echo, "DELETE " + api.AuditSavedOnePath: f.nothing, "POST " + api.AuditSharePath: f.echo,
		"POST " + api.AuditDuplicatePath: f.echo, "GET " + api.AuditSavedPath: f.echo, "POST " + api.AuditTracePath: f.trace,
		"GET " + api.AuditStatsPath: f.stats, "GET " + api.AuditFieldsPath: f.fields, "GET " + api.AuditTriggersPath: f.echo,
		"GET " + api.AuditValuesPath: f.echo, "POST " + api.AuditParsePath: f.parse, "POST " + api.AuditExplainPath: f.echo,
		"GET " + api.ReportsPath: f.echo, "POST " + api.ReportPath: f.report, "GET " + api.TableValuesPath: f.echo,
	} {
		mux.HandleFunc(pattern, f.serve(handle))
	}
	f.Server = httptest.NewServer(mux)
	tb.Cleanup(f.Close)
	return f
}

// serve checks the token and remembers the request.
func (f *fake) serve(handle func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f.mu.Lock()
		f.asked = append(f.asked, asked{r.URL.Path, r.URL.RawQuery, string(body), r.Header})
		f.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+token && r.Header.Get("X-Leastward-Token") != token {
			write(w, http.StatusUnauthorized, api.Error{Message: "the token is not one of api.tokens"})
			return
		}
		handle(w, r, body)
	}
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fake) echo(w http.ResponseWriter, r *http.Request, body []byte) {
	write(w, http.StatusOK, map[string]any{"path": r.URL.Path, "query": r.URL.RawQuery, "body": string(body)})
}

func (f *fake) nothing(w http.ResponseWriter, _ *http.Request, _ []byte) {
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) parse(w http.ResponseWriter, _ *http.Request, body []byte) {
	if !strings.Contains(string(body), "broken") {
		write(w, http.StatusOK, api.ParseAnswer{Text: "*"})
		return
	}
	write(w, http.StatusBadRequest, api.Error{Message: "it is broken", Path: "where.all[1]", Offset: new(7), Problems: []api.Problem{{Path: "where.all[1]", Message: "it is broken"}}})
}

func (f *fake) systems(w http.ResponseWriter, _ *http.Request, _ []byte) {
	pci := 71.5
	write(w, http.StatusOK, api.Systems{
		Now: time.Now(), Version: "v1.0.0", Caller: api.SystemCaller{Name: "grafana", Role: "viewer", All: true}, Audit: true,
		Folders: []string{"production"}, Systems: []api.SystemInfo{
			{Cloud: "aws", ID: "111111111111", Name: "prod", State: "online", LastCollected: time.Now().Add(-5 * time.Minute), PCI: &pci, Folders: []string{"production"}},
			{Cloud: "aws", ID: "222222222222", Name: "test", State: "pending"},
		},
	})
}

func (f *fake) stats(w http.ResponseWriter, _ *http.Request, _ []byte) {
	write(w, http.StatusOK, api.StoreStats{Events: new(int64(1234))})
}

func (f *fake) fields(w http.ResponseWriter, _ *http.Request, _ []byte) {
	write(w, http.StatusOK, api.Fields{Fields: query.Fields()})
}

// saved knows one saved query, of groups, and one of events with a scope.
func (f *fake) saved(w http.ResponseWriter, r *http.Request, _ []byte) {
	texts := map[string]string{"groups": "outcome:denied | count by identity", "events": "severity:high"}
	text, ok := texts[r.PathValue("id")]
	if !ok {
		write(w, http.StatusNotFound, api.Error{Message: "there is no such saved query"})
		return
	}
	q, err := query.Parse(text)
	if err != nil {
		panic(err)
	}
	q.Systems = []entitlement.SystemID{"333333333333"}
	write(w, http.StatusOK, api.SavedQuery{ID: r.PathValue("id"), Name: "mine", Query: q, Text: text, Version: 1})
}

// audit answers events, groups or a series.
func (f *fake) audit(w http.ResponseWriter, _ *http.Request, body []byte) {
	var ask api.AuditQuestion
	if err := json.Unmarshal(body, &ask); err != nil {
		write(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	if err := ask.Query.Validate(); err != nil {
		write(w, http.StatusBadRequest, api.Error{Message: err.Error()})
		return
	}
	out := api.AuditAnswer{From: from, To: to, Partial: ask.AllowPartial}
	switch q := ask.Query; {
	case q.Group != nil:
		out.Kind, out.Groups = api.KindGroups, f.groups(q)
	case q.Series != nil:
		out.Kind, out.Series = api.KindSeries, f.series(q)
	default:
		out.Kind = api.KindEvents
		out.Events, out.Cursor = f.events(q, ask.Raw)
	}
	write(w, http.StatusOK, out)
}

func (f *fake) groups(q *query.Query) *api.AuditGroups {
	out := &api.AuditGroups{Rows: [][]string{}, Truncated: f.many > q.Limit}
	for _, by := range q.Group.By {
		out.Columns = append(out.Columns, string(by))
	}
	for _, a := range q.Group.Columns() {
		out.Columns = append(out.Columns, a.String())
	}
	rows := max(2, min(f.many, q.Limit))
	switch {
	case len(q.Group.By) == 0:
		rows, out.Truncated = 1, false // All events are one group.
	case f.empty:
		rows = 0
	}
	for n := range rows {
		var row []string
		for _, by := range q.Group.By {
			row = append(row, fmt.Sprintf("%s, \"%d\"", by, n))
		}
		for _, a := range q.Group.Columns() {
			if a.Function == query.First || a.Function == query.Last {
				row = append(row, from.Add(time.Duration(n)*time.Hour).Format(time.RFC3339Nano))
				continue
			}
			row = append(row, fmt.Sprint(100-n))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (f *fake) series(q *query.Query) *api.AuditSeries {
	out := &api.AuditSeries{Start: from, Step: q.Series.Step.String(), Lines: []api.AuditLine{}}
	if f.empty {
		return out
	}
	for n := range 2 {
		labels := map[string]string{}
		for _, by := range q.Series.By {
			labels[string(by)] = fmt.Sprintf("%s %d", by, n)
		}
		if len(labels) > 0 || n == 0 {
			out.Lines = append(out.Lines, api.AuditLine{Labels: labels, Counts: []int64{int64(n), 5, 0}})
		}
	}
	if len(q.Series.By) > 0 {
		out.Lines = append(out.Lines, api.AuditLine{Labels: map[string]string{}, Rest: true, Counts: []int64{7, 7, 7}})
	}
	return out
}

// events returns a page. The cursor counts those before it.
func (f *fake) events(q *query.Query, raw bool) ([]api.AuditEvent, string) {
	total, begin := max(2, f.many), 0
	if f.empty {
		total = 0
	}
	_, _ = fmt.Sscan(q.Cursor, &begin)
	end := min(total, begin+q.Limit)
	out := []api.AuditEvent{}
	for n := begin; n < end; n++ {
		out = append(out, eventNo(n, raw))
	}
	if end == total {
		return out, ""
	}
	return out, fmt.Sprint(end)
}

func eventNo(n int, raw bool) api.AuditEvent {
	e := api.AuditEvent{
		Time: from.Add(time.Duration(n) * time.Second), ID: fmt.Sprintf("event-%d", n), Cloud: "aws", System: "111111111111",
		Identity: "arn:aws:iam::111111111111:user/ana", IdentityType: "IAMUser", Username: "ana", AccessKey: "AKIAIOSFODNN7EXAMPLE",
		Service: "s3.amazonaws.com", Name: "CopyObject", Actions: []entitlement.Action{"s3:GetObject", "s3:PutObject"},
		Resources: []api.AuditResource{{ID: `arn:aws:s3:::a "b", c`, Type: "AWS::S3::Bucket"}, {ID: "arn:aws:s3:::d"}},
		Outcome:   "success", Address: "203.0.113.9", Region: "eu-west-1", UserAgent: "aws-cli/2.15", RequestID: "r",
	}
	if n%2 == 1 {
		e.Outcome, e.ErrorCode, e.ErrorText = "authorization_failure", "AccessDenied", "not authorized"
	}
	if raw {
		e.Raw = `{"eventName":"CopyObject"}`
	}
	return e
}
