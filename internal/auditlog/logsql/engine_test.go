package logsql_test

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
)

// stored is an event beside the time at which it was stored.
type stored struct {
	auditlog.Event
	Ingested time.Time
}

// engine is the real engine, holding events.
type engine struct{ storage *logstorage.Storage }

// newEngine stores batches of events, each in blocks of its own.
func newEngine(tb testing.TB, batches ...[]stored) *engine {
	tb.Helper()
	s := logstorage.MustOpenStorage(filepath.Join(tb.TempDir(), "data"), &logstorage.StorageConfig{
		Retention: 100 * 365 * 24 * time.Hour, FutureRetention: 100 * 365 * 24 * time.Hour,
	})
	tb.Cleanup(s.MustClose)
	encoder := row.NewEncoder(catalog.AWS())
	for _, batch := range batches {
		rows := logstorage.GetLogRows(row.StreamColumns(), nil, nil, nil, "")
		for i := range batch {
			var fields []logstorage.Field
			for _, f := range encoder.AppendColumns(nil, &batch[i].Event) {
				fields = append(fields, logstorage.Field(f))
			}
			fields = append(fields, logstorage.Field{Name: row.Ingested, Value: strconv.FormatInt(batch[i].Ingested.UnixNano(), 10)})
			rows.MustAdd(logstorage.TenantID{}, batch[i].Time.UnixNano(), fields, -1)
			if rows.NeedFlush() {
				s.MustAddRows(rows)
				rows.ResetKeepSettings()
			}
		}
		s.MustAddRows(rows)
		logstorage.PutLogRows(rows)
		s.DebugFlush()
	}
	return &engine{s}
}

// rows runs a statement.
func (e *engine) rows(tb testing.TB, statement string) []auditlog.Row {
	tb.Helper()
	q, err := logstorage.ParseQuery(statement)
	if err != nil {
		tb.Fatalf("parse %s: %v", statement, err)
	}
	var out []auditlog.Row
	lock := make(chan struct{}, 1)
	write := func(_ uint, block *logstorage.DataBlock) {
		lock <- struct{}{}
		defer func() { <-lock }()
		for i := range block.RowsCount() {
			var r auditlog.Row
			for _, c := range block.GetColumns(false) {
				if c.Values[i] != "" {
					r = append(r, auditlog.Field{Name: string([]byte(c.Name)), Value: string([]byte(c.Values[i]))})
				}
			}
			out = append(out, r)
		}
	}
	ctx := logstorage.NewQueryContext(context.Background(), &logstorage.QueryStats{}, []logstorage.TenantID{{}}, q, false, nil)
	if err := e.storage.RunQuery(ctx, write); err != nil {
		tb.Fatalf("run %s: %v", statement, err)
	}
	return out
}

// ids returns the ids of the events that a filter takes, sorted.
func (e *engine) ids(tb testing.TB, filter string) []string {
	tb.Helper()
	var out []string
	for _, r := range e.rows(tb, filter+" | fields id") {
		out = append(out, r.Get("id"))
	}
	slices.Sort(out)
	return out
}
