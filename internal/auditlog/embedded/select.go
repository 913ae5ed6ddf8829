package embedded

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
)

// Select runs a statement. The rows come from several workers, but one at a
// time, and in the order that the statement asks for.
func (s *Store) Select(ctx context.Context, st auditlog.Statement, row func(auditlog.Row) error) (auditlog.Outcomes, error) {
	if err := s.use.enter(); err != nil {
		return auditlog.Outcomes{}, err
	}
	defer s.use.leave()
	return auditlog.Outcomes{}, s.each(ctx, st.LogsQL, st.From, st.To, row)
}

func (s *Store) each(ctx context.Context, logsql string, from, to time.Time, row func(auditlog.Row) error) error {
	runCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &reader{row: row, stop: cancel, done: runCtx.Done()}
	err := s.run(runCtx, logsql, from, to, r.block)
	return ended(ctx, r.err, err)
}

// run runs a statement; block is called by several workers at once.
func (s *Store) run(ctx context.Context, logsql string, from, to time.Time, block logstorage.WriteDataBlockFunc) error {
	q, err := logstorage.ParseQueryAtTimestamp(logsql, s.o.Now().UnixNano())
	if err != nil {
		return fmt.Errorf("%w: %w", auditlog.ErrStatement, err)
	}
	first, last := span(from, to)
	if first > last {
		return nil
	}
	if !from.IsZero() || !to.IsZero() {
		q.AddTimeFilter(first, last)
	}
	if err := s.engine.RunQuery(logstorage.NewQueryContext(ctx, &logstorage.QueryStats{}, []logstorage.TenantID{{}}, q, false, nil), block); err != nil {
		return fmt.Errorf("run the statement: %w", err)
	}
	return nil
}

// ended is the error of a statement that ran: of who read its rows, else of the
// asker's context, else the engine's.
func ended(ctx context.Context, reader, engine error) error {
	switch {
	case reader != nil:
		return reader
	case ctx.Err() != nil:
		return fmt.Errorf("run the statement: %w", context.Cause(ctx))
	}
	return engine
}

// span returns the first and the last nanosecond of a range, whose end does not
// belong to it and whose bounds may be open.
func span(from, to time.Time) (first, last int64) {
	first, last = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		first = nanoseconds(from)
	}
	if !to.IsZero() {
		last = nanoseconds(to)
		if last != math.MinInt64 {
			last--
		}
	}
	return first, last
}

// nanoseconds returns the time since 1970, or the nearest that there is.
func nanoseconds(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

// reader hands rows of blocks on.
type reader struct {
	row  func(auditlog.Row) error
	stop func()
	done <-chan struct{}

	mu     sync.Mutex // Guards what follows; held while a row is handed on.
	err    error      // The first that row returned.
	fields auditlog.Row
}

func (r *reader) block(_ uint, b *logstorage.DataBlock) {
	columns := b.GetColumns(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range b.RowsCount() {
		select {
		case <-r.done:
			return
		default:
		}
		r.fields = r.fields[:0]
		for _, c := range columns {
			if v := c.Values[i]; v != "" {
				r.fields = append(r.fields, auditlog.Field{Name: c.Name, Value: v})
			}
		}
		if r.err = r.row(r.fields); r.err != nil {
			r.stop()
			return
		}
	}
}
