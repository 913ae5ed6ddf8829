package ingest

import (
	"fmt"
	"time"
)

// reading is how far the source of a backfill was read.
type reading struct {
	begun, at   time.Time
	done, total int64
	first       int64 // Events that were counted before it began.
}

// Progress tells how far a backfill is.
type Progress struct {
	Done, Total int64 // Bytes of the source, as it is stored.
	Events      int64 // Taken since it began.
	Elapsed     time.Duration
	// EventsPerSecond is the average since it began.
	EventsPerSecond float64
	// Left is how long the rest takes at the pace so far; 0 where nothing is
	// left or nothing is known.
	Left time.Duration
}

// Read notes at a time how many bytes of its source a backfill has read, and of
// how many. The first call begins it.
func (m *Meter) Read(at time.Time, done, total int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.source.begun.IsZero() {
		m.source.begun, m.source.first = at, m.stats.In
	}
	m.source.at, m.source.done, m.source.total = at, done, total
}

// Progress returns how far the backfill was at its last call of Read; zero
// where there is none.
func (m *Meter) Progress() Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &m.source
	if s.begun.IsZero() {
		return Progress{}
	}
	p := Progress{Done: s.done, Total: s.total, Events: m.stats.In - s.first, Elapsed: s.at.Sub(s.begun)}
	if p.Elapsed > 0 {
		p.EventsPerSecond = float64(p.Events) / p.Elapsed.Seconds()
	}
	if left := s.total - s.done; left > 0 && s.done > 0 {
		p.Left = time.Duration(float64(p.Elapsed) / float64(s.done) * float64(left))
	}
	return p
}

// String is the progress for people: "41 %, 210000 events/s, 3m20s left".
func (p Progress) String() string {
	if p.Total <= 0 {
		return fmt.Sprintf("%.0f events/s", p.EventsPerSecond)
	}
	text := fmt.Sprintf("%d %%, %.0f events/s", p.Done*100/p.Total, p.EventsPerSecond)
	if p.Left > 0 {
		text += fmt.Sprintf(", %s left", p.Left.Round(time.Second))
	}
	return text
}
