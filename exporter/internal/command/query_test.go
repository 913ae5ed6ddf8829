package command_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// An exporter that runs is asked with the query, what stands beside it and the
// token.
func TestQueryAsksTheExporter(t *testing.T) {
	t.Parallel()
	const token = "token-0123456789abcdef"
	var got api.AuditQuestion
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(api.Error{Message: "a token is needed"})
			return
		}
		got = api.AuditQuestion{}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.URL.Path != api.AuditQueryPath {
			t.Errorf("%s: %v", r.URL, err)
		}
		_ = json.NewEncoder(w).Encode(api.AuditAnswer{
			Kind: api.KindGroups, Partial: true, Groups: &api.AuditGroups{Columns: []string{"system", "count"}, Rows: [][]string{{"1", "20"}}},
		})
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	code, out, errs := run(
		"query", "outcome:denied | count by system", "--url", server.URL, "--token-file", file,
		"--since", "90d", "--system", "1", "--system", "2", "--folder", "x", "--cloud", "aws", "--limit", "7", "--allow-partial",
	)
	if code != 0 || !strings.HasPrefix(out, "SYSTEM  COUNT\n1          20\n") || !strings.Contains(errs, "a part of the store could not be asked") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	want := api.AuditQuestion{AllowPartial: true, Query: &query.Query{
		Range: query.Range{Last: config.Duration(90 * 24 * time.Hour)}, Clouds: []entitlement.Cloud{"aws"}, Systems: []entitlement.SystemID{"1", "2"},
		Folders: []string{"x"}, Where: &query.Node{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}},
		Group: &query.Group{By: []query.Field{query.System}}, Limit: 7,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	if code, _, errs := run("query", "--saved", "mine", "--since", "1d", "--url", server.URL, "--token-file", file); code != 0 || got.Saved != "mine" || got.Range.Last == 0 {
		t.Errorf("%d %s: %+v", code, errs, got)
	}
	if code, _, errs := run("query", "--url", server.URL); code != 1 || !strings.Contains(errs, "a token is needed") || !strings.Contains(errs, "--token-file") {
		t.Errorf("%d %s", code, errs)
	}
}

// Every event comes, or an error.
func TestQueryStreams(t *testing.T) {
	t.Parallel()
	whole := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != api.NDJSON {
			t.Errorf("Accept: %s", r.Header.Get("Accept"))
		}
		_, _ = w.Write([]byte(`{"time":"2026-01-02T03:04:05Z","id":"1","outcome":"success"}` + "\n"))
		if whole {
			_, _ = w.Write([]byte(`{"done":true,"count":1}` + "\n"))
		}
	}))
	t.Cleanup(server.Close)
	if code, out, errs := run("query", "--all", "--format", "csv", "--columns", "id,outcome", "--url", server.URL); code != 0 || out != "id,outcome\r\n1,success\r\n" {
		t.Errorf("%d %q %s", code, out, errs)
	}
	whole = false
	if code, out, errs := run("query", "--all", "--format", "ndjson", "--url", server.URL); code != 1 || !strings.Contains(errs, "cut off") || !strings.Contains(out, `"id":"1"`) {
		t.Errorf("%d %q %s", code, out, errs)
	}
}

// The store of an exporter that does not run is asked as it is: nothing in it is
// too old.
func TestQueryAsksAStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := embedded.Open(embedded.Options{
		Dir: dir, Retention: 20 * 365 * 24 * time.Hour, MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	old := auditlog.Event{
		ID: "1", Time: time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC), Cloud: entitlement.AWS, System: "1", Name: "ListBuckets",
		Outcome: auditlog.Success, Raw: []byte(`{"eventID":"1"}`),
	}
	if _, err := store.Add(t.Context(), []auditlog.Event{old}); err != nil {
		t.Fatal(err)
	}
	ask := []string{"query", "name:ListBuckets", "--from", "2015-01-01", "--store", dir, "--format", "ndjson", "--raw"}
	if code, _, errs := run(ask...); code != 1 || !strings.Contains(errs, "another process has it open") || !strings.Contains(errs, "--url") {
		t.Errorf("while another has it: %d %s", code, errs)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if code, out, errs := run(ask...); code != 0 || !strings.Contains(out, `"raw":"{\"eventID\":\"1\"}"`) {
			t.Errorf("%d %q %s", code, out, errs)
		}
	}
	if code, out, _ := run("query", "--store", dir); code != 0 || !strings.HasPrefix(out, "No event from") {
		t.Errorf("%d %s, want the last day alone", code, out)
	}
}

func run(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = command.Run(args, &out, &errs)
	return code, out.String(), errs.String()
}
