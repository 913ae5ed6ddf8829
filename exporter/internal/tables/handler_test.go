package tables_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// serve answers a table of things over HTTP. Token "one" is for the first
// system alone, "all" for all.
func serve(tb testing.TB, list []thing, snapshot *collector.Snapshot) *httptest.Server {
	tb.Helper()
	return serveFiles(tb, list, snapshot, &outgoing.Files{Gate: outgoing.NewGate(2, time.Minute), Dir: tb.TempDir()})
}

func serveFiles(tb testing.TB, list []thing, snapshot *collector.Snapshot, files *outgoing.Files) *httptest.Server {
	tb.Helper()
	guard := access.New(access.Options{Tokens: []access.Token{
		{Secret: "one", Grant: access.Grant{Name: "one", Role: access.Viewer, Systems: []entitlement.SystemID{"000000000001"}}}, {Secret: "all", Grant: access.Grant{Name: "all", Role: access.Viewer}},
	}})
	h := &tables.Handler{
		Files: files,
		Set: &tables.Set{
			Definitions: []tables.Definition{things(list, true)}, Snapshot: func() *collector.Snapshot { return snapshot },
			Assessors: func() *assess.Set { return nil }, Now: tabletest.Now,
		},
		Guard: func() *access.Guard { return guard }, Logger: slog.New(slog.DiscardHandler),
	}
	mux := http.NewServeMux()
	h.Register(mux)
	s := httptest.NewServer(mux)
	tb.Cleanup(s.Close)
	return s
}

// reply is an answer over HTTP.
type reply struct {
	StatusCode int
	Header     http.Header
}

func request(tb testing.TB, s *httptest.Server, method, path, token, body string) (reply, []byte) {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header}, got
}

func TestHandler(t *testing.T) {
	t.Parallel()
	s := serve(t, few(), pending(true, true))
	for _, tc := range []struct {
		method, path, token, body string
		status                    int
		want                      string
	}{
		{"GET", "/api/v1/tables", "one", "", 200, `"name":"things"`},
		{"GET", "/api/v1/tables", "", "", 401, "token"},
		{"POST", "/api/v1/tables/things", "wrong", "", 401, "token"},
		{"POST", "/api/v1/tables/things", "one", "", 200, `"total":4`},
		{"POST", "/api/v1/tables/things", "all", "{}", 200, `"total":8`},
		{"POST", "/api/v1/tables/things", "one", `{"systems":["000000000002"]}`, 400, `"path":"systems[0]"`},
		{"POST", "/api/v1/tables/things", "all", `{"systems":["000000000002"]}`, 200, `"total":4`},
		{"POST", "/api/v1/tables/stuff", "all", "{}", 404, "there are things"},
		{"POST", "/api/v1/tables/things", "all", "{} {}", 400, "more than one"},
		{"POST", "/api/v1/tables/things", "all", "{}]", 400, "more than one"},
		{"POST", "/api/v1/tables/things", "all", `{"filter":{}}`, 400, `unknown field`},
		{"POST", "/api/v1/tables/things", "all", `{"limit":"many"}`, 400, "limit"},
		{"POST", "/api/v1/tables/things", "all", `{"search":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "1048576 bytes"},
		{"POST", "/api/v1/tables/things", "all", `{"columns":["name"` + strings.Repeat(`,"name"`, 20_000) + `]}`, 400, `"path":"columns"`},
		{"POST", "/api/v1/tables/things", "one", `{"sort":[` + strings.Repeat(`{"by":"name"},`, 20_000) + `{"by":"name"}]}`, 200, `"total":4`},
		{"POST", "/api/v1/tables/things?format=doc", "all", "{}", 400, `"path":"format"`},
		{"GET", "/api/v1/tables/things/values?filter=name&prefix=P&limit=2", "one", "", 200, `{"values":[{"value":"Apple","count":1},{"value":"pear","count":1}],"more":true}`},
		{"GET", "/api/v1/tables/things/values?filter=name&prefix=fi", "all", "", 200, `{"values":[{"value":"fig","count":2}]}`},
		{"GET", "/api/v1/tables/things/values?filter=name&prefix=fi&system=000000000002", "all", "", 200, `{"values":[{"value":"fig","count":1}]}`},
		{"GET", "/api/v1/tables/things/values?filter=name&system=000000000002", "one", "", 400, `"path":"systems[0]"`},
		{"GET", "/api/v1/tables/things/values?filter=kind&prefix=R", "one", "", 200, `{"values":[{"value":"red","count":0},{"value":"green","count":0}]}`},
		{"GET", "/api/v1/tables/things/values?filter=least", "one", "", 200, `{"values":[]}`},
		{"GET", "/api/v1/tables/things/values?filter=colour", "one", "", 400, `"path":"filter"`},
		{"GET", "/api/v1/tables/things/values?filter=name&limit=0", "one", "", 400, `"path":"limit"`},
		{"GET", "/api/v1/tables/things/values?filter=name&limit=1001", "one", "", 400, `"path":"limit"`},
		{"GET", "/api/v1/tables/things/values?filter=name&colour=red", "one", "", 400, `"path":"colour"`},
		{"GET", "/api/v1/tables/stuff/values?filter=name", "one", "", 404, "there are things"},
	} {
		resp, got := request(t, s, tc.method, tc.path, tc.token, tc.body)
		if resp.StatusCode != tc.status || !strings.Contains(string(got), tc.want) || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s %.50s as %s: %d %.200s, want %d with %s", tc.method, tc.path, tc.body, tc.token, resp.StatusCode, got, tc.status, tc.want)
		}
	}
}

func TestNothingWasRead(t *testing.T) {
	t.Parallel()
	resp, got := request(t, serve(t, few(), pending(false)), "POST", "/api/v1/tables/things", "all", "{}")
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(got), "not every system was read yet") {
		t.Errorf("%d %v %s", resp.StatusCode, resp.Header, got)
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	s := serve(t, few(), pending(true, true))
	c, err := api.NewClient(api.ClientOptions{URL: s.URL, Token: "all"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Tables(t.Context())
	if err != nil || len(list.Tables) != 1 || len(list.Tables[0].Columns) != 5 || len(list.Tables[0].Filters) != 3 || list.Tables[0].Filters[1].Default != "red" {
		t.Errorf("tables %+v, %v", list, err)
	}
	table, err := c.Table(t.Context(), "things", &api.TableQuestion{Columns: []string{"name"}, Limit: 1})
	if err != nil || table.Total != 8 || *table.Columns[0].Strings[0] != "Apple" {
		t.Errorf("table %+v, %v", table, err)
	}
	values, err := c.TableValues(t.Context(), "things", &api.TableValuesQuestion{Filter: "name", Prefix: "L", Limit: 1, Systems: []entitlement.SystemID{"000000000001"}})
	want := &api.TableValues{Values: []api.ValueCount{{Value: "Apple", Count: 1}}, More: true}
	if diff := cmp.Diff(want, values); diff != "" || err != nil {
		t.Errorf("values, error %v (-want +got):\n%s", err, diff)
	}
}

// A file has what the answer has, and nothing that a spreadsheet would take for
// a formula.
func TestFiles(t *testing.T) {
	t.Parallel()
	s := serve(t, []thing{{name: `=HYPERLINK("http://x")`, count: 5}, {name: "plain", count: 4}}, pending(true))
	resp, got := request(t, s, "POST", "/api/v1/tables/things?format=csv", "all", `{"columns":["name","count","at"]}`)
	rows, err := csv.NewReader(bytes.NewReader(got)).ReadAll()
	if err != nil || resp.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(resp.Header.Get("Content-Disposition"), ".csv") {
		t.Errorf("%v %v %s", err, resp.Header, got)
	}
	if n := len(rows); n < 3 || strings.HasPrefix(rows[n-2][len(rows[n-2])-3], "=") || !strings.Contains(string(got), "HYPERLINK") {
		t.Errorf("rows %q", rows)
	}
	for format, magic := range map[string]string{"xlsx": "PK", "pdf": "%PDF-", "json": "{"} {
		resp, got := request(t, s, "POST", "/api/v1/tables/things?format="+format, "all", "{}")
		if resp.StatusCode != 200 || !bytes.HasPrefix(got, []byte(magic)) || !strings.Contains(resp.Header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d %v %.40q", format, resp.StatusCode, resp.Header, got)
		}
	}
}

func TestManyRows(t *testing.T) {
	t.Parallel()
	list := make([]thing, 100_000)
	for i := range list {
		list[i] = thing{name: "thing", count: (i * 7919) % 100_000}
	}
	_, got := request(t, serve(t, list, pending(true)), "POST", "/api/v1/tables/things", "all", `{"columns":["count"]}`)
	var table api.Table
	if err := json.Unmarshal(got, &table); err != nil || table.Rows != 100_000 {
		t.Fatalf("%d rows, %v", table.Rows, err)
	}
	for i, n := range table.Columns[0].Numbers {
		if *n != float64(99_999-i) {
			t.Fatalf("row %d is %v", i, *n)
		}
	}
}

// Whatever body comes, there is an answer, and it is JSON.
func FuzzQuestion(f *testing.F) {
	for _, body := range []string{
		"", "{}", `{"filters":{"name":["fig"],"kind":["green"]},"search":"F","columns":["at"],"sort":[{"by":"at","descending":true}],"limit":1,"offset":1}`,
		`{"from":"2026-01-01T00:00:00Z","to":"2025-01-01T00:00:00Z","step":"-1d"}`, `{"systems":["000000000001"],"folders":["all"],"clouds":["aws"]}`,
		`{"limit":-1}`, `{"offset":9223372036854775807,"limit":9223372036854775807}`, `[1]`, `{"a":`, "{}{}", `{"filters":{"least":["NaN"]}}`,
	} {
		f.Add(body)
	}
	s := serve(f, few(), pending(true, true))
	f.Fuzz(func(t *testing.T, body string) {
		resp, got := request(t, s, "POST", "/api/v1/tables/things", "all", body)
		var table api.Table
		var failure api.Error
		switch resp.StatusCode {
		case http.StatusOK:
			if err := json.Unmarshal(got, &table); err != nil || table.Rows > table.Total || table.Total > 8 {
				t.Errorf("%q: %d rows of %d, %v", body, table.Rows, table.Total, err)
			}
		case http.StatusBadRequest:
			if err := json.Unmarshal(got, &failure); err != nil || failure.Message == "" {
				t.Errorf("%q: %s, %v", body, got, err)
			}
		default:
			t.Errorf("%q: %d %s", body, resp.StatusCode, got)
		}
	})
}

// A file waits for its turn, for each may take much memory; an answer does not.
// No PDF is larger than may be.
func TestFilesOneAtATime(t *testing.T) {
	t.Parallel()
	gate := outgoing.NewGate(0, 7*time.Second)
	s := serveFiles(t, few(), pending(true, true), &outgoing.Files{Gate: gate, Dir: t.TempDir(), MaxPDF: 7})
	leave, err := gate.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp, got := request(t, s, "POST", "/api/v1/tables/things?format=pdf", "all", "{}")
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "7" || !strings.Contains(string(got), "other files") {
		t.Errorf("a file while another is made: %d %v %s", resp.StatusCode, resp.Header, got)
	}
	if resp, got = request(t, s, "POST", "/api/v1/tables/things", "all", "{}"); resp.StatusCode != http.StatusOK {
		t.Errorf("an answer meanwhile: %d %s", resp.StatusCode, got)
	}
	leave()
	for format, want := range map[string]int{"csv": http.StatusOK, "xlsx": http.StatusOK, "pdf": http.StatusBadRequest} {
		if resp, got = request(t, s, "POST", "/api/v1/tables/things?format="+format, "all", "{}"); resp.StatusCode != want || want != http.StatusOK && !strings.Contains(string(got), "take xlsx or csv") {
			t.Errorf("a file afterwards, %s: %d %s", format, resp.StatusCode, got)
		}
	}
	if resp, got = request(t, s, "POST", "/api/v1/tables/things?format=pdf", "all", `{"limit":2,"columns":["name"]}`); resp.StatusCode != http.StatusOK {
		t.Errorf("a PDF of few cells: %d %s", resp.StatusCode, got)
	}
}
