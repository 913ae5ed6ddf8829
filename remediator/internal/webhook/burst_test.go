package webhook_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
	"github.com/leastward/leastward/remediator/internal/webhook"
)

// reader answers every plan with a refusal, so that runs go through the whole
// machinery but for the cloud.
type reader struct{ playbook.Reader }

func (reader) PlanReadOnly(context.Context, change.ReadOnly) (*change.Plan, error) {
	return nil, change.Refuse("there is nothing to plan")
}

// bench is a webhook on a real store with the engine at work behind it.
type bench struct {
	url   string
	store *store.Store
	stop  func() error
}

func newBench(tb testing.TB) *bench {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	logger := slog.New(slog.DiscardHandler)
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(tb.TempDir(), "s.db"), Logger: logger})
	if err != nil {
		tb.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	metrics := playbook.NewMetrics(registry)
	engine, err := playbook.New(playbook.Options{Store: s, Metrics: metrics, Logger: logger})
	if err != nil {
		tb.Fatal(err)
	}
	engine.Configure(&playbook.Environment{Playbooks: map[alert.Playbook]playbook.Playbook{
		alert.InactiveUserReadOnly: {
			Playbook: config.Playbook{Mode: store.DryRun},
			Targets:  map[entitlement.SystemID]playbook.Target{"123456789012": {Read: reader{}}},
		},
	}})
	var group errgroup.Group
	group.Go(func() error { return engine.Run(ctx) })
	server := httptest.NewServer(webhook.New(webhook.Options{
		Receiver: engine, Alerts: metrics.Alerts, MaxBody: func() int64 { return 8 << 20 }, Registerer: registry, Logger: logger,
	}))
	b := &bench{url: server.URL, store: s, stop: sync.OnceValue(func() error { server.Close(); cancel(); return group.Wait() })}
	tb.Cleanup(func() {
		if err := b.stop(); err != nil {
			tb.Error(err)
		}
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return b
}

func notification(alerts ...string) string {
	return `{"version":"4","alerts":[` + strings.Join(alerts, ",") + `]}`
}

func item(name string) string {
	return fmt.Sprintf(`{"status":"firing","startsAt":"2026-01-01T00:00:00Z","fingerprint":%q,"labels":{"alertname":"CloudIdentityInactive",
		"severity":"warning","playbook":"inactive-user-read-only","cloud":"aws","system":"123456789012","category":"inactive_user",
		"finding":"f","identity":"arn:aws:iam::123456789012:user/%s","identity_type":"user","owner":"payments"},
		"annotations":{"summary":"User is inactive","description":"It used none of its permissions in 90 days.","runbook_url":"https://example.com/"}}`, name, name)
}

func (b *bench) post(ctx context.Context, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("the webhook answered %s", resp.Status)
	}
	return nil
}

// burst posts 1,000 alerts, in notifications of the given size, from several
// senders at once, and returns how long each notification took.
func (b *bench) burst(ctx context.Context, prefix string, size, senders int) ([]time.Duration, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(senders)
	took := make([]time.Duration, 1000/size)
	for i := range took {
		group.Go(func() error {
			items := make([]string, size)
			for k := range items {
				items[k] = item(fmt.Sprintf("%s-%d", prefix, i*size+k))
			}
			began := time.Now()
			err := b.post(ctx, notification(items...))
			took[i] = time.Since(began)
			return err
		})
	}
	err := group.Wait()
	slices.Sort(took)
	return took, err
}

// Of a burst, sent twice, no alert is lost and none starts two runs.
func TestBurst(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 10, 500} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for range 2 {
				if _, err := b.burst(t.Context(), "u", size, 8); err != nil {
					t.Fatal(err)
				}
			}
			testkit.Eventually(t, 2*time.Minute, "the inbox is sorted", func() bool {
				inbox, err := b.store.Inbox(t.Context())
				return err == nil && len(inbox) == 0
			})
			b.check(t)
		})
	}
}

func (b *bench) check(t *testing.T) {
	t.Helper()
	runs, err := b.store.Runs(t.Context(), store.Filter{})
	if err != nil || len(runs) != 1000 {
		t.Errorf("%d runs, %v; want 1000", len(runs), err)
	}
	identities := map[entitlement.IdentityID]bool{}
	for _, r := range runs {
		identities[r.Subject.Identity] = true
	}
	if len(identities) != 1000 {
		t.Errorf("the runs are about %d identities, want 1000", len(identities))
	}
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.CheckLog(t.Context()); err != nil {
		t.Error(err)
	}
}

// BenchmarkBurst acknowledges 1,000 alerts while the runs that they start are
// already at work; the metrics are milliseconds for each notification.
func BenchmarkBurst(b *testing.B) {
	for _, size := range []int{1, 50, 1000} {
		b.Run(fmt.Sprintf("alerts_per_notification=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			bench := newBench(b)
			var all []time.Duration
			for i := 0; b.Loop(); i++ {
				took, err := bench.burst(b.Context(), fmt.Sprint(i), size, 8)
				if err != nil {
					b.Fatal(err)
				}
				all = append(all, took...)
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
