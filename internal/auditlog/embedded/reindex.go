package embedded

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded/parts"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// stream is what the rows of a stream have in common, and their number.
type stream struct{ cloud, system, rows string }

// reindex makes up for streams that rows have and the engine's index of streams
// lacks: a crash may keep the one and lose the other. Queries by stream would
// not see those rows. An index cannot be added to without adding rows, so one
// is made elsewhere and takes the place of the one that lacks something.
func (s *Store) reindex(days []string) error {
	lacking := map[int64][]stream{}
	for _, name := range days {
		d, err := parseDay(name)
		if err != nil {
			return err
		}
		s.touched.add(d)
		all, ok, err := s.streams(d)
		if err != nil {
			return fmt.Errorf("check the streams of %s: %w", name, err)
		}
		if !ok {
			lacking[d] = all
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	s.o.Logger.Warn("registering streams again that a crash or damage took away", "days", len(lacking))
	s.engine.MustClose()
	err := s.replaceIndexes(lacking)
	s.engine = openEngine(s.path(engineDir), s.o.Logger)
	return err
}

// streams returns the streams of a day, and whether the index has all of them.
func (s *Store) streams(d int64) (all []stream, ok bool, err error) {
	from := dayStart(d)
	to := from.Add(day)
	err = s.each(context.Background(), "* | stats by (cloud, system) count() rows", from, to, func(r auditlog.Row) error {
		all = append(all, stream{strings.Clone(r.Get("cloud")), strings.Clone(r.Get("system")), strings.Clone(r.Get("rows"))})
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	for _, st := range all {
		indexed, err := s.indexed(st, from, to)
		if err != nil || indexed != st.rows {
			return all, false, err
		}
	}
	return all, true, nil
}

// indexed returns how many rows of a stream are found by the index.
func (s *Store) indexed(st stream, from, to time.Time) (rows string, err error) {
	q := fmt.Sprintf("{cloud=%s,system=%s} | stats count() rows", strconv.Quote(st.cloud), strconv.Quote(st.system))
	err = s.each(context.Background(), q, from, to, func(r auditlog.Row) error {
		rows = strings.Clone(r.Get("rows"))
		return nil
	})
	return rows, err
}

func (s *Store) replaceIndexes(lacking map[int64][]stream) error {
	scratch := s.path(trashDir, "reindex")
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	s.registerAll(scratch, lacking)
	for d := range lacking {
		name := dayName(d)
		live := s.path(engineDir, "partitions", name, parts.Streams)
		old := s.path(trashDir, name+"-"+parts.Streams)
		made := filepath.Join(scratch, "partitions", name, parts.Streams)
		for _, move := range [][2]string{{live, old}, {made, live}} {
			if err := os.Rename(move[0], move[1]); err != nil {
				return fmt.Errorf("replace the streams of %s: %w", name, err)
			}
		}
		if err := parts.SyncDir(filepath.Dir(live)); err != nil {
			return err
		}
	}
	return os.RemoveAll(scratch)
}

// registerAll makes an engine's folder in which the streams of some days are
// registered, with a row for each.
func (s *Store) registerAll(path string, days map[int64][]stream) {
	engine := openEngine(path, s.o.Logger)
	rows := logstorage.GetLogRows(nil, nil, nil, nil, "")
	for d, streams := range days {
		for _, st := range streams {
			fields := registration(st)
			rows.MustAdd(logstorage.TenantID{}, dayStart(d).UnixNano(), fields, len(fields)-1)
		}
	}
	engine.MustAddRows(rows)
	logstorage.PutLogRows(rows)
	engine.MustClose()
}

// registration returns a row of a stream: its columns, and one more, since a row
// may have no other.
func registration(st stream) []logstorage.Field {
	var fields []logstorage.Field
	for i, value := range []string{st.cloud, st.system} {
		if value != "" {
			fields = append(fields, logstorage.Field{Name: row.StreamColumns()[i], Value: value})
		}
	}
	return append(fields, logstorage.Field{Name: row.Message, Value: "-"})
}
