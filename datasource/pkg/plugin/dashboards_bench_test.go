package plugin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// BenchmarkDashboards asks every query of every dashboard of a real exporter,
// through the plugin and over gRPC: one request a panel, six at once, as a
// browser does. LEASTWARD_BENCH_IDENTITIES says how many identities the sample
// tenant has. One operation is one load of the dashboard; p50-ms and p95-ms are
// of its requests, cpu-ms is the exporter's processor time a load.
func BenchmarkDashboards(b *testing.B) {
	if testing.Short() {
		b.Skip("it builds and runs the exporter")
	}
	backend.Logger = log.NewNullLogger() // Lines for each request would hide the figures.
	r := startReal(b, tenantOf{size: benchIdentities(b), remediator: startRuns(b), within: 30 * time.Minute})
	b.Logf("%d accounts, %d events", len(r.truth.Accounts), r.truth.Events)
	for _, d := range readBoards(b) {
		requests, queries := r.requests(b, &d)
		if len(requests) == 0 {
			b.Fatalf("dashboard %s asks nothing", d.UID)
		}
		b.Run(strings.TrimPrefix(d.UID, "leastward-"), func(b *testing.B) { r.measure(b, requests, queries) })
	}
}

func (r *real) measure(b *testing.B, requests []request, queries int) {
	b.Helper()
	took := &laps{of: map[string][]time.Duration{}}
	if err := r.load(b, requests, took); err != nil { // What is kept after the first time is kept now.
		b.Fatal(err)
	}
	took.clear()
	before := r.processor(b)
	for b.Loop() {
		if err := r.load(b, requests, took); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((r.processor(b)-before)/float64(b.N)*1_000, "cpu-ms")
	b.ReportMetric(float64(queries), "queries")
	all := took.all()
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1_000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*95/100].Microseconds())/1_000, "p95-ms")
	took.slowest(b)
}

// load asks all requests of a dashboard, and wants an answer to each query.
func (r *real) load(b *testing.B, requests []request, took *laps) error {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(6)
	for i := range requests {
		group.Go(func() error {
			began := time.Now()
			resp, err := r.client.QueryData(b.Context(), requests[i].asks)
			took.add(requests[i].panel, time.Since(began))
			if err != nil {
				return fmt.Errorf("%s: %w", requests[i].panel, err)
			}
			for _, q := range requests[i].asks.Queries {
				if got, ok := resp.Responses[q.RefID]; !ok || got.Error != nil {
					return fmt.Errorf("%s, %s: %v, %w\n%s", requests[i].panel, q.RefID, ok, got.Error, q.JSON)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// laps are how long requests took, by panel.
type laps struct {
	mu sync.Mutex // Guards of.
	of map[string][]time.Duration
}

func (l *laps) add(panel string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of[panel] = append(l.of[panel], d)
}

func (l *laps) clear() { clear(l.of) }

func (l *laps) all() []time.Duration {
	var list []time.Duration
	for _, some := range l.of {
		list = append(list, some...)
	}
	slices.Sort(list)
	return list
}

// slowest tells the panel whose median is the longest.
func (l *laps) slowest(b *testing.B) {
	b.Helper()
	var worst string
	var longest time.Duration
	for panel, some := range l.of {
		slices.Sort(some)
		if d := some[len(some)/2]; d > longest {
			worst, longest = panel, d
		}
	}
	b.Logf("slowest of %d: %s, %s", len(l.of), worst, longest)
}

// processor returns the processor time that the exporter has taken, in seconds.
func (r *real) processor(b *testing.B) float64 {
	b.Helper()
	resp, err := http.Get(r.pc.DataSourceInstanceSettings.URL + "/metrics") //nolint:noctx // Of this machine, in a benchmark.
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text := new(strings.Builder)
	if err := resp.Write(text); err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(text.String(), "\nprocess_cpu_seconds_total ")
	line, _, _ := strings.Cut(rest, "\n")
	seconds, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		b.Fatalf("the exporter's processor time: %v", err)
	}
	return seconds
}

func benchIdentities(b *testing.B) int {
	b.Helper()
	text := os.Getenv("LEASTWARD_BENCH_IDENTITIES")
	if text == "" {
		return 1_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("LEASTWARD_BENCH_IDENTITIES: %v; give a number such as 60000", err)
	}
	return n
}

// startRuns starts what answers as a remediator of a hundred runs does.
func startRuns(b *testing.B) string {
	b.Helper()
	at, states := time.Now().UTC(), api.RunStates()
	var list api.Runs
	for i := range 100 {
		list.Runs = append(list.Runs, api.Run{
			ID: fmt.Sprintf("run-%d", i), State: states[i%len(states)], Playbook: "inactive-user-read-only", Mode: "execute", Cloud: entitlement.AWS,
			System: "111111111111", Identity: "arn:aws:iam::111111111111:user/ana", Category: entitlement.InactiveUser, Finding: fmt.Sprintf("f-%d", i),
			Severity: "warning", ReceivedAt: at, UpdatedAt: at, ApprovalsNeeded: 2, Pending: states[i%len(states)] == "awaiting_approval",
		})
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(list) }))
	b.Cleanup(s.Close)
	return s.URL
}

// request is what one panel asks.
type request struct {
	panel string
	asks  *backend.QueryDataRequest
}
