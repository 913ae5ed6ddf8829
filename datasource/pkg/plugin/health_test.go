package plugin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// The check says what the data source reaches.
func TestHealth(t *testing.T) {
	t.Parallel()
	got := connect(t, startFake(t, &fake{}).URL).health()
	want := "Connected to the exporter v1.0.0 as grafana (viewer): 2 authorization systems (1 online, 1 not read yet), last collected 5 min ago, 6 tables, 1234 events."
	if got.Status != backend.HealthStatusOk || got.Message != want {
		t.Errorf("%s: %s", got.Status, got.Message)
	}
	var details struct {
		Version       string
		LastCollected time.Time
		SkewSeconds   float64
		Systems       int
	}
	if err := json.Unmarshal(got.JSONDetails, &details); err != nil || details.Version != "v1.0.0" || details.Systems != 2 || details.LastCollected.IsZero() {
		t.Errorf("details %s: %v", got.JSONDetails, err)
	}
}

// exporterOf answers each path with a value.
func exporterOf(tb testing.TB, answers map[string]any) string {
	tb.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v, ok := answers[r.URL.Path]; ok {
			write(w, http.StatusOK, v)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "404 page not found\n")
	}))
	tb.Cleanup(s.Close)
	return s.URL
}

// What is not as it should be is a warning, where it works all the same.
func TestHealthWarns(t *testing.T) {
	t.Parallel()
	one := []api.SystemInfo{{Cloud: "aws", ID: "1", State: "failed"}}
	tables := api.Tables{Tables: fakeTables()}
	for name, tc := range map[string]struct {
		systems api.Systems
		stats   api.StoreStats
		want    []string
	}{
		"skew":       {api.Systems{Now: time.Now().Add(-10 * time.Minute), Systems: one}, api.StoreStats{}, []string{"differ by 10m", "NTP"}},
		"no systems": {api.Systems{Now: time.Now()}, api.StoreStats{}, []string{"no authorization system", "scope of the token"}},
		"failed":     {api.Systems{Now: time.Now(), Systems: one}, api.StoreStats{}, []string{"the last collection of 1 failed", "1 authorization system (1 failed)"}},
		"no audit":   {api.Systems{Now: time.Now(), Systems: one}, api.StoreStats{}, []string{"keeps no events"}},
		"full":       {api.Systems{Now: time.Now(), Systems: one, Audit: true}, api.StoreStats{Full: true, Damaged: 2}, []string{"disk of the audit store is full", "2 parts"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := exporterOf(t, map[string]any{api.SystemsPath: tc.systems, api.TablesPath: tables, api.AuditStatsPath: tc.stats})
			got := connect(t, url).health()
			if got.Status != backend.HealthStatusOk {
				t.Errorf("%s: %s", got.Status, got.Message)
			}
			for _, want := range tc.want {
				if !strings.Contains(got.Message, want) {
					t.Errorf("%q lacks %q", got.Message, want)
				}
			}
		})
	}
}

// An exporter that is too old is told from something else.
func TestHealthOfOld(t *testing.T) {
	t.Parallel()
	fields := api.Fields{Fields: query.Fields()}
	for name, tc := range map[string]struct {
		answers map[string]any
		want    string
	}{
		"old":            {map[string]any{api.AuditFieldsPath: fields}, "The exporter answers, but is older than this plugin"},
		"without tables": {map[string]any{api.AuditFieldsPath: fields, api.SystemsPath: api.Systems{Now: time.Now()}}, "has no tables (/api/v1/tables)"},
		"something else": {map[string]any{}, "or the URL is that of something else"},
		"other JSON":     {map[string]any{api.SystemsPath: map[string]any{"systems": []any{}}}, "not the Leastward exporter's API"},
		"other fields":   {map[string]any{api.AuditFieldsPath: map[string]any{"fields": "none"}}, "or the URL is that of something else"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := connect(t, exporterOf(t, tc.answers)).health()
			if got.Status != backend.HealthStatusError || !strings.Contains(got.Message, tc.want) {
				t.Errorf("%s: %s", got.Status, got.Message)
			}
		})
	}
}
