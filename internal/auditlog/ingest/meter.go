package ingest

import (
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Stats count what became of events: In = New + Duplicate + Expired + Pending.
type Stats struct {
	In        int64 // Taken from readers.
	New       int64
	Duplicate int64 // Were in the store before.
	Expired   int64 // Older than the store's retention.
	Pending   int64 // On their way to the store, or lost with a writer that ended.
	Bytes     int64 // Of the records of events that the store took.
	Batches   int64
	Retries   int64
	// StalledSince is when the store began to take nothing; zero while it does.
	StalledSince time.Time
}

// Meter counts for one or several writers. It is safe for concurrent use.
type Meter struct {
	mu     sync.Mutex // Guards what follows.
	stats  Stats
	stalls int // Batches and syncs that wait for the store.
	source reading
}

// NewMeter returns a meter at zero.
func NewMeter() *Meter { return &Meter{} }

// Stats returns the counts so far.
func (m *Meter) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Pending = s.In - s.New - s.Duplicate - s.Expired
	return s
}

func (m *Meter) take() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.In++
}

func (m *Meter) added(a auditlog.Added, bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.New += int64(a.New)
	m.stats.Duplicate += int64(a.Duplicate)
	m.stats.Expired += int64(a.Expired)
	m.stats.Bytes += int64(bytes)
	m.stats.Batches++
}

func (m *Meter) retry() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.Retries++
}

// stall and flows come in pairs.
func (m *Meter) stall(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stalls++; m.stalls == 1 {
		m.stats.StalledSince = at
	}
}

func (m *Meter) flows() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stalls--; m.stalls == 0 {
		m.stats.StalledSince = time.Time{}
	}
}
