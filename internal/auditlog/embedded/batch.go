package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded/records"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/usage"
)

// batch is the scratch space of one Add.
type batch struct {
	days     []dayBatch
	ingested string
	latest   time.Time // Of the events that were new.

	fields []auditlog.Field
	row    []logstorage.Field
	raws   [][]byte
	refs   []records.Ref
	rows   *logstorage.LogRows
	// rowBytes is about the size of what is in rows.
	rowBytes int
}

// dayBatch is the events of one day.
type dayBatch struct {
	day    int64
	events []*auditlog.Event
	keys   [][16]byte
	todo   []int
}

func (s *Store) batch() *batch {
	if b, ok := s.batches.Get().(*batch); ok {
		return b
	}
	return &batch{rows: logstorage.GetLogRows(row.StreamColumns(), nil, nil, nil, "")}
}

// release returns a batch for the next Add, with no reference to the events.
func (s *Store) release(b *batch) {
	for i := range b.days {
		clear(b.days[i].events)
	}
	clear(b.fields[:cap(b.fields)])
	clear(b.row[:cap(b.row)])
	clear(b.raws[:cap(b.raws)])
	b.rows.ResetKeepSettings()
	b.rowBytes, b.latest = 0, time.Time{}
	b.days = b.days[:0]
	s.batches.Put(b)
}

// dayOf returns the day of a time, which it begins if need be.
func (b *batch) dayOf(t time.Time) *dayBatch {
	d := dayOf(t)
	for i := range b.days {
		if b.days[i].day == d {
			return &b.days[i]
		}
	}
	if len(b.days) < cap(b.days) {
		b.days = b.days[:len(b.days)+1]
	} else {
		b.days = append(b.days, dayBatch{})
	}
	last := &b.days[len(b.days)-1]
	last.day, last.events, last.keys = d, last.events[:0], last.keys[:0]
	return last
}

func (d *dayBatch) add(ev *auditlog.Event) {
	d.events = append(d.events, ev)
	d.keys = append(d.keys, usage.EventKey(ev.ID))
}

// all returns the indexes of all events.
func (d *dayBatch) all() []int {
	d.todo = d.todo[:0]
	for i := range d.events {
		d.todo = append(d.todo, i)
	}
	return d.todo
}

// maxID is the longest id that is kept as it is.
const maxID = 4 << 10

// identified returns an event that has an id of its own: the event itself, or a
// copy with a digest in place of an id that is missing or absurdly long. The
// digest is the same whenever the same event comes.
func (s *Store) identified(ev *auditlog.Event) *auditlog.Event {
	if ev.ID != "" && len(ev.ID) <= maxID {
		return ev
	}
	c := *ev
	h := sha256.New()
	if ev.ID == "" {
		for _, f := range s.encoder.Append(nil, ev) {
			h.Write(fmt.Appendf(nil, "%s %d %s\n", f.Name, len(f.Value), f.Value))
		}
		h.Write(ev.Raw)
	}
	h.Write([]byte(ev.ID))
	c.ID = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return &c
}
