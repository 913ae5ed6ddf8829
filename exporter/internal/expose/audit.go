package expose

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/metric"
)

// AuditOptions are where the figures of [NewAudit] come from. Those that are nil
// have no figures.
type AuditOptions struct {
	// Store tells what the audit store holds. It is asked at most every half
	// minute, and has five seconds to answer.
	Store interface {
		Stats(context.Context) (auditlog.Stats, error)
	}
	Ingest    func() ingest.Stats    // Of all sources together.
	Backfill  func() ingest.Progress // Of the last one; zero is none.
	Triggers  func() []trigger.Status
	FirstTime func() []anomaly.Status
	// Onset returns for how long a counter stays at what it was before: long
	// enough for a scrape, since an increase is seen between two. Defaults to
	// three minutes.
	Onset func() time.Duration
	Now   func() time.Time // Defaults to time.Now.
}

// Audit exposes the audit store, what is stored, and what triggers and
// first-time rules find.
type Audit struct {
	o AuditOptions

	mu    sync.Mutex // Guards what follows, and has one scrape ask the store.
	asked time.Time
	stats auditlog.Stats
	err   error

	counting sync.Mutex // Guards onsets.
	onsets   onsets
}

// NewAudit returns a collector for a registry.
func NewAudit(o AuditOptions) *Audit {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Onset == nil {
		o.Onset = func() time.Duration { return 3 * time.Minute }
	}
	return &Audit{o: o, onsets: onsets{since: map[string]time.Time{}, last: o.Onset}}
}

// Describe sends no description: the labels are those of the table, but the
// set of series depends on what is configured.
func (*Audit) Describe(chan<- *prometheus.Desc) {}

// Collect sends the metrics.
func (a *Audit) Collect(ch chan<- prometheus.Metric) {
	s := sender{ch}
	if a.o.Store != nil {
		a.store(s)
	}
	if a.o.Ingest != nil {
		s.ingest(a.o.Ingest())
	}
	if a.o.Backfill != nil {
		s.backfill(a.o.Backfill())
	}
	a.counting.Lock()
	defer a.counting.Unlock()
	if a.o.Triggers != nil {
		s.triggers(a.o.Triggers(), a.onsets, a.o.Now())
	}
	if a.o.FirstTime != nil {
		s.firstTime(a.o.FirstTime(), a.onsets, a.o.Now())
	}
}

// The bounds of asking the store.
const (
	statsAge     = 30 * time.Second
	statsTimeout = 5 * time.Second
)

func (a *Audit) ask() (auditlog.Stats, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.o.Now(); a.asked.IsZero() || now.Sub(a.asked) >= statsAge {
		ctx, cancel := context.WithTimeout(context.Background(), statsTimeout)
		defer cancel()
		a.stats, a.err = a.o.Store.Stats(ctx)
		a.asked = now
	}
	return a.stats, a.err
}

func (a *Audit) store(s sender) {
	stats, err := a.ask()
	s.send(metric.AuditStoreUp(), truth(err == nil))
	if err != nil {
		return // Nothing is known: absent is not zero.
	}
	s.send(metric.AuditStoreEvents(), float64(stats.Events))
	if stats.Bytes > 0 {
		s.send(metric.AuditStoreSize(), float64(stats.Bytes))
	}
	s.time(metric.AuditStoreEarliest(), stats.Earliest)
	s.time(metric.AuditStoreLatest(), stats.Latest)
	s.send(metric.AuditStoreFull(), truth(stats.Full))
	s.send(metric.AuditStoreDamaged(), float64(stats.Damaged))
}

// sender sends constant metrics.
type sender struct{ ch chan<- prometheus.Metric }

func (s sender) send(f *metric.Family, value float64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(metric.NewDesc(f), metric.ValueType(f), value, labels...)
}

// time sends a time; an unknown one has no series.
func (s sender) time(f *metric.Family, t time.Time, labels ...string) {
	if !t.IsZero() {
		s.send(f, seconds(t), labels...)
	}
}
