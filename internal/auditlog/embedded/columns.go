package embedded

import (
	"context"
	"sync"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"

	"github.com/leastward/leastward/internal/auditlog"
)

// SelectColumns runs a statement and hands its rows on column by column.
func (s *Store) SelectColumns(ctx context.Context, st auditlog.Statement, columns []string, block func(worker uint, columns [][]string, rows int) error) (auditlog.Outcomes, error) {
	if err := s.use.enter(); err != nil {
		return auditlog.Outcomes{}, err
	}
	defer s.use.leave()
	runCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &columnReader{names: columns, block: block, stop: cancel}
	err := s.run(runCtx, st.LogsQL, st.From, st.To, r.hand)
	return auditlog.Outcomes{}, ended(ctx, r.err, err)
}

// columnReader hands columns of blocks on.
type columnReader struct {
	names []string
	block func(worker uint, columns [][]string, rows int) error
	stop  func()

	mu  sync.Mutex // Guards err.
	err error      // The first that block returned.
}

func (r *columnReader) hand(worker uint, b *logstorage.DataBlock) {
	columns := make([][]string, len(r.names))
	for i, name := range r.names {
		if c := b.GetColumnByName(name); c != nil {
			columns[i] = c.Values
		}
	}
	err := r.block(worker, columns, b.RowsCount())
	if err == nil {
		return
	}
	r.stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}
