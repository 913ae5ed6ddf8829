package plugin_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/internal/testkit"
)

// serving is something that listens where the exporter should.
func serving(tb testing.TB, status int, kind, body string) string {
	tb.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	tb.Cleanup(s.Close)
	return s.URL
}

// hanging answers when the asker has gone.
func hanging(tb testing.TB) string {
	tb.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // The server notices only then that the asker goes.
		<-r.Context().Done()
	}))
	tb.Cleanup(s.Close)
	return s.URL
}

// secrets stand in what is asked and configured below, and in no answer.
var secrets = []string{token, "hunter2", "s3cr3t"}

// problem checks an answer that is an error: what it says, with which status,
// and whose fault it is.
func problem(t *testing.T, got backend.DataResponse, status int, source backend.ErrorSource, want ...string) {
	t.Helper()
	if got.Error == nil {
		t.Fatalf("there is no error, but %d frames", len(got.Frames))
	}
	text := got.Error.Error()
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("error %q\nlacks %q", text, part)
		}
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the error %q has a secret in it", text)
		}
	}
	if got.Status != backend.Status(status) || got.ErrorSource != source {
		t.Errorf("status %d of %s, want %d of %s", got.Status, got.ErrorSource, status, source)
	}
}

// Whatever stands where the exporter should: the message says what to do.
func TestBadExporter(t *testing.T) {
	t.Parallel()
	const events = `{"audit":{"text":"*"}}`
	for name, tc := range map[string]struct {
		url    string
		set    []setting
		query  string
		status int
		want   string
	}{
		"down":          {"http://" + testkit.FreeAddress(t), nil, events, 502, "See whether it runs"},
		"slow":          {hanging(t), []setting{jsonData(`{"timeoutSeconds":1}`)}, events, 504, "did not answer in time. Narrow the time range"},
		"wrong token":   {startFake(t, &fake{}).URL, []setting{secret("token", "hunter2")}, events, 401, "Check the token"},
		"no token":      {startFake(t, &fake{}).URL, []setting{secret("token", "")}, events, 401, "Check the token"},
		"a page":        {serving(t, 200, "text/html", "<html>"), nil, events, 502, "not the Leastward exporter's API"},
		"nothing":       {serving(t, 200, "application/json", ""), nil, events, 502, "not the Leastward exporter's API"},
		"old":           {serving(t, 404, "text/plain", "404 page not found"), nil, `{"queryType":"pci","table":{"name":"pci"}}`, 404, "older than this plugin"},
		"a path":        {serving(t, 404, "application/json", `{"error":"there is nothing at /x/api/v1/systems"}`), nil, events, 404, "has a path too much. It is like"},
		"a redirect":    {serving(t, 302, "text/html", ""), nil, events, 502, "redirect"},
		"a proxy":       {serving(t, 502, "text/html", "<html>bad gateway"), nil, events, 502, "in front of the exporter"},
		"forbidden":     {serving(t, 403, "application/json", `{"error":"the role viewer may not"}`), nil, events, 403, "the role viewer may not"},
		"misdirected":   {serving(t, 421, "text/plain", "no"), nil, events, 421, "--web.external-host"},
		"other answer":  {serving(t, 200, "application/json", `{"kind":"tea"}`), nil, events, 502, "same release"},
		"TLS":           {strings.Replace(serving(t, 200, "text/html", ""), "http:", "https:", 1), nil, events, 502, "does not speak TLS"},
		"unknown host":  {"http://exporter.invalid:1", nil, events, 502, "exporter.invalid"},
		"no URL":        {"", nil, events, 400, "URL of the exporter is missing"},
		"password":      {"http://ana:s3cr3t@127.0.0.1:1", nil, events, 400, "use basic authentication"},
		"not a URL":     {"127.0.0.1:9186", nil, events, 400, "http://"},
		"a bad URL":     {"http://ana:s3cr3t@[::1", nil, events, 400, "cannot be read"},
		"wrong setting": {"http://127.0.0.1:1", []setting{jsonData(`{"maxRows":"many"}`)}, events, 400, "jsonData.maxRows"},
		"wrong type":    {"http://127.0.0.1:1", []setting{jsonData(`{"url":5}`)}, events, 400, "standard HTTP setting"},
		"no JSON":       {"http://127.0.0.1:1", []setting{jsonData(`{`)}, events, 400, "jsonData"},
		"rows":          {"http://127.0.0.1:1", []setting{jsonData(`{"maxRows":-1}`)}, events, 400, "from 1 to 1000000"},
		"timeout":       {"http://127.0.0.1:1", []setting{jsonData(`{"timeoutSeconds":0.001}`)}, events, 400, "from 1 to 600"},
		"CA":            {"http://127.0.0.1:1", []setting{jsonData(`{"tlsAuthWithCACert":true}`), secret("tlsCACert", "s3cr3t")}, events, 400, "not PEM"},
		"no user":       {"http://127.0.0.1:1", []setting{func(s *backend.DataSourceInstanceSettings) { s.BasicAuthEnabled = true }}, events, 400, "without a user"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := connect(t, tc.url, tc.set...)
			problem(t, s.panel(tc.query), tc.status, backend.ErrorSourceDownstream, tc.want)
			got := s.health()
			if got.Status != backend.HealthStatusError || got.Message == "" {
				t.Errorf("health %s: %s", got.Status, got.Message)
			}
			for _, secret := range secrets {
				if strings.Contains(got.Message+string(got.JSONDetails), secret) {
					t.Errorf("health %q has a secret in it", got.Message)
				}
			}
		})
	}
}

// What is wrong with a query is said where it is, and leaves others alone.
func TestBadQuery(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	s := connect(t, f.URL)
	for name, tc := range map[string]struct {
		query  string
		status int
		want   string
	}{
		"not JSON":          {`[]`, 400, "not a JSON object"},
		"type":              {`{"queryType":"tea"}`, 400, "queryType: \"tea\" is none of audit"},
		"newer":             {`{"version":2}`, 400, "update the plugin"},
		"misspelt":          {`{"queryType":"pci","table":{"name":"pci","filter":{"by":["all"]}}}`, 400, `table: has no member "filter"`},
		"wrong type":        {`{"queryType":"pci","table":{"name":["pci"]}}`, 400, "table.name: takes a text, not a list"},
		"format":            {`{"audit":{"format":"tea"}}`, 400, "audit.format"},
		"limit":             {`{"limit":-1}`, 400, "limit"},
		"syntax":            {`{"audit":{"text":"outcome:"}}`, 400, "line 1, column 9"},
		"removed field":     {`{"audit":{"text":"colour:red"}}`, 400, "colour"},
		"removed in a tree": {`{"audit":{"editor":"builder","query":{"where":{"all":[{"field":"colour","op":"is","values":["red"]}]}}}}`, 400, "colour"},
		"bad tree":          {`{"audit":{"editor":"builder","query":{"where":{"none":[]}}}}`, 400, "audit.query.where"},
		"deleted":           {`{"audit":{"saved":{"id":"gone","name":"Denied by user","linked":true}}}`, 404, "saved query Denied by user is not there any more"},
		"no table":          {`{"queryType":"findings"}`, 400, "table.name: is missing"},
		"unknown table":     {`{"queryType":"findings","table":{"name":"finding"}}`, 400, "there are identities, findings"},
		"unknown filter":    {`{"queryType":"entitlements","table":{"name":"identities","filters":{"sate":["active"]}}}`, 400, "there are state, owner"},
		"report":            {`{"queryType":"report","report":{"kind":"tea"}}`, 404, "there is access-key-entitlements"},
		"report's table":    {`{"queryType":"report","report":{"kind":"access-key-entitlements","table":"tea"}}`, 400, "there are identities, pci"},
		"path":              {`{"queryType":"path","path":{"start":"tea","value":"x"}}`, 400, "path.start"},
		"path of nobody":    {`{"queryType":"path","path":{"start":"session"}}`, 400, "path.value: is missing"},
		"path's folder":     {`{"queryType":"path","path":{"start":"session","value":"x"},"scope":{"folders":["tea"]}}`, 400, "no system in these folders"},
		"variable":          {`{"audit":{"text":"username:$user and action:${action:csv} and function:$LATEST"}}`, 400, "nothing stands for $user, ${action:csv} here"},
		"variable in scope": {`{"scope":{"systems":["$system"]},"audit":{"text":"*"}}`, 400, "$system"},
		"in a filter":       {`{"queryType":"pci","table":{"name":"pci","filters":{"by":["[[by]]"]}}}`, 400, "[[by]]"},
		"in a tree":         {`{"audit":{"editor":"builder","query":{"where":{"not":{"field":"username","op":"is","values":["$user"]}}}}}`, 400, "$user"},
		"in a path":         {`{"queryType":"path","path":{"start":"session","value":"${__user.login}"}}`, 400, "${__user.login}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &source{t: t, client: s.client, pc: s.pc}
			for _, ask := range []func(string) backend.DataResponse{s.panel, s.alert} {
				problem(t, ask(tc.query), tc.status, backend.ErrorSourceDownstream, tc.want)
			}
		})
	}
	for name, tc := range map[string]struct{ query, want string }{
		"value":  {`{"queryType":"pci","table":{"name":"pci","value":"tea"}}`, "there are pci"},
		"label":  {`{"queryType":"pci","table":{"name":"pci","labels":["tea"]}}`, "there are key, name"},
		"series": {`{"queryType":"pci","table":{"name":"pci_history","value":"name"}}`, "there are pci, pci_upper"},
	} {
		t.Run("alert by "+name, func(t *testing.T) {
			t.Parallel()
			s := &source{t: t, client: s.client, pc: s.pc}
			problem(t, s.alert(tc.query), 400, backend.ErrorSourceDownstream, tc.want)
		})
	}
}

// One query that fails leaves the others alone.
func TestQueriesAreApart(t *testing.T) {
	t.Parallel()
	s := connect(t, startFake(t, &fake{}).URL)
	var queries []backend.DataQuery
	for i := range 30 {
		q := dataQuery(`{"audit":{"text":"*"}}`)
		if i%3 == 0 {
			q = dataQuery(`{"audit":{"text":"("}}`)
		}
		q.RefID = fmt.Sprint(i)
		queries = append(queries, q)
	}
	resp, err := s.client.QueryData(t.Context(), &backend.QueryDataRequest{PluginContext: s.pc, Queries: queries})
	if err != nil || len(resp.Responses) != len(queries) {
		t.Fatalf("%d answers, %v", len(resp.Responses), err)
	}
	for i := range queries {
		if got := resp.Responses[fmt.Sprint(i)]; (got.Error != nil) != (i%3 == 0) {
			t.Errorf("query %d: %v", i, got.Error)
		}
	}
}

// A range that is none is said; one of ten years is answered.
func TestRanges(t *testing.T) {
	t.Parallel()
	f := startFake(t, &fake{})
	s := connect(t, f.URL)
	q := dataQuery(`{"audit":{"text":"* | series 1s by identity top 1000"}}`)
	q.TimeRange.From = to.AddDate(-10, 0, 0)
	for _, headers := range []map[string]string{nil, fromAlert()} {
		got := s.query(q, headers)
		if got.Error != nil || len(got.Frames[0].Meta.Notices) != 1 || !strings.Contains(got.Frames[0].Meta.Notices[0].Text, "Intervals of 1s are too many") {
			t.Errorf("ten years: %v", got.Error)
		}
	}
	q.Interval, q.MaxDataPoints = time.Millisecond, 1_000_000
	for _, text := range []string{`{"audit":{"format":"series","text":"*"}}`, `{"queryType":"pci","table":{"name":"pci_history"}}`, `{"audit":{"text":"* | series by action top 1000"}}`} {
		q.JSON = []byte(text)
		if got := s.query(q, nil); got.Error != nil {
			t.Errorf("ten years of %s: %v", text, got.Error)
		}
	}
	q.TimeRange = backend.TimeRange{From: to, To: from}
	problem(t, s.query(q, nil), 400, backend.ErrorSourceDownstream, "is not before to")
}
