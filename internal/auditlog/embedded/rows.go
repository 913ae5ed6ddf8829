package embedded

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// maxRecordBytes is how many bytes of records are handed on at once, and
// maxRowBytes how many of rows. What is handed on at once becomes one part of
// the engine's, and every part more is one more to merge.
const (
	maxRecordBytes = 64 << 20
	maxRowBytes    = 32 << 20
)

// store stores events of a day, by their indexes: first their records, on disk,
// then their rows.
func (s *Store) store(b *batch, d *dayBatch, which []int) error {
	if len(which) == 0 {
		return nil
	}
	if err := s.storeRecords(b, d, which); err != nil {
		return err
	}
	s.touched.add(d.day)
	// Now, since what the engine takes stays also if a later row fails, and in
	// the end, since a Sync may flush the day meanwhile.
	s.dirty.add(d.day)
	defer s.dirty.add(d.day)
	refs := b.refs
	for _, i := range which {
		ev, ref := d.events[i], ""
		if ev.Raw != nil {
			ref, refs = strconv.FormatUint(uint64(refs[0]), 10), refs[1:]
		}
		if err := s.storeRow(b, ev, ref); err != nil {
			return err
		}
		if ev.Time.After(b.latest) {
			b.latest = ev.Time
		}
	}
	s.flushRows(b)
	return nil
}

func (s *Store) storeRecords(b *batch, d *dayBatch, which []int) (err error) {
	b.refs, b.raws = b.refs[:0], b.raws[:0]
	size := 0
	for _, i := range which {
		if raw := d.events[i].Raw; raw != nil {
			b.raws = append(b.raws, raw)
			size += len(raw)
		}
		if size > maxRecordBytes {
			if b.refs, err = s.records.Append(d.day, b.raws, b.refs); err != nil {
				return err
			}
			b.raws, size = b.raws[:0], 0
		}
	}
	b.refs, err = s.records.Append(d.day, b.raws, b.refs)
	return err
}

// storeRow hands a row to the engine, with those before it.
func (s *Store) storeRow(b *batch, ev *auditlog.Event, ref string) error {
	b.columns(s.encoder, ev, ref)
	size := logstorage.EstimatedJSONRowLen(b.row)
	if size > maxRow {
		b.columns(s.encoder, s.shorten(b, ev, ref), ref)
	}
	before := b.rows.RowsCount()
	b.rows.MustAdd(logstorage.TenantID{}, ev.Time.UnixNano(), b.row, -1)
	if b.rows.RowsCount() != before+1 {
		return fmt.Errorf("event %q: %w", ev.ID, errors.New("the engine does not take the row"))
	}
	if b.rowBytes += size; b.rowBytes > maxRowBytes {
		s.flushRows(b)
	}
	return nil
}

func (s *Store) flushRows(b *batch) {
	if b.rows.RowsCount() > 0 {
		s.engine.MustAddRows(b.rows)
		b.rows.ResetKeepSettings()
	}
	b.rowBytes = 0
}

// columns puts an event into b.row, in the order of the columns' names: the
// engine sorts them, which is quick where they are sorted.
func (b *batch) columns(enc *row.Encoder, ev *auditlog.Event, ref string) {
	b.fields = enc.AppendColumns(b.fields[:0], ev)
	b.row = b.row[:0]
	own := [...]logstorage.Field{{Name: row.Ingested, Value: b.ingested}, {Name: row.Raw, Value: ref}}
	rest := own[:]
	for _, f := range b.fields {
		for len(rest) > 0 && f.Name != row.Message && rest[0].Name < f.Name {
			b.row, rest = append(b.row, rest[0]), rest[1:]
		}
		b.row = append(b.row, logstorage.Field(f))
	}
	b.row = append(b.row, rest...)
}
