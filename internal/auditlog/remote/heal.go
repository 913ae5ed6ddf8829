package remote

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// A storage node keeps rows and the index of their streams apart, and a crash
// may keep the rows of a new stream and lose that the stream is registered. Such
// rows are counted, and found by no query that shows or filters streams. The
// node registers a stream of a day when a row of it comes that it does not know
// to be registered: so one is sent, a mark, that has no ingestion time, by which
// every query tells it from events.

// notMarks is what every query about events asks besides. It costs nothing: no
// value is read for it.
const notMarks = row.Ingested + ":*"

// stream is one of the streams of a day.
type stream struct{ cloud, system string }

// heal registers those streams of a range of time that rows have and the index
// lacks. Streams that were just registered may be invisible for a while.
func (s *Store) heal(ctx context.Context, from, to time.Time) error {
	for n := 0; ; n++ {
		lacking, err := s.unregistered(ctx, from, to)
		if err != nil || len(lacking) == 0 {
			return err
		}
		if n > 12 {
			return fmt.Errorf("rows of %d streams, such as system %s, are stored and not found by their stream: the index of a storage node is damaged", len(lacking), slices.Collect(maps.Keys(lacking))[0].system)
		}
		if n == 0 { // It may only not be visible yet.
			if err := wait(ctx, s.o.Visible); err != nil {
				return err
			}
			continue
		}
		s.o.Logger.WarnContext(ctx, "registering streams again that a crash of the server took away", "streams", len(lacking), "from", from)
		if err := s.mark(ctx, lacking, 1<<(n-1)); err != nil {
			return err
		}
	}
}

// unregistered returns the streams of which not all rows are found by their
// stream, with the time of one of those rows.
func (s *Store) unregistered(ctx context.Context, from, to time.Time) (map[stream]time.Time, error) {
	all, times := make(map[stream]int), make(map[stream]time.Time)
	err := s.streams(ctx, "", from, to, func(st stream, n int, at time.Time) { all[st], times[st] = n, at })
	if err != nil {
		return nil, err
	}
	err = s.streams(ctx, ", _stream", from, to, func(st stream, n int, _ time.Time) { all[st] -= n })
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(times, func(st stream, _ time.Time) bool { return all[st] <= 0 })
	return times, nil
}

func (s *Store) streams(ctx context.Context, more string, from, to time.Time, each func(stream, int, time.Time)) error {
	text := "* | stats by (cloud, system" + more + ") count() rows, max(" + row.Time + ") latest"
	return s.ask(ctx, question{tenant: s.o.Tenant, text: text, from: from, to: to}, func(r auditlog.Row) error {
		n, err := strconv.Atoi(r.Get("rows"))
		if err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		at, err := time.Parse(time.RFC3339Nano, r.Get("latest"))
		if err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		each(stream{strings.Clone(r.Get("cloud")), strings.Clone(r.Get("system"))}, n, at)
		return nil
	})
}

// mark sends marks of streams: several, since a vlinsert chooses the storage
// node, and not always the same.
func (s *Store) mark(ctx context.Context, streams map[stream]time.Time, copies int) error {
	pk := &packer{s: s}
	for st, at := range streams {
		line := appendRow(nil, []auditlog.Field{
			{Name: row.Time, Value: at.UTC().Format(time.RFC3339Nano)},
			{Name: "cloud", Value: st.cloud},
			{Name: "system", Value: st.system},
			{Name: row.Message, Value: noDetail},
		})
		for range copies {
			pk.add(s.o.Tenant, "", at.UnixNano(), key{}, line)
		}
	}
	pk.close()
	for _, p := range pk.out {
		if err := s.post(ctx, p); err != nil { // Marks may be there twice.
			return err
		}
		s.touch()
	}
	return s.flush(ctx)
}
