package search

import (
	"context"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
)

// gather makes the groups of a plan here rather than in the store, but for the
// numbers of different values. It is faster where the store is in this process:
// a block's rows come in the order of time, so each group's first and last row
// have its first and last time, and the others' times don't have to be compared.
// Events with several values need no statement of their own, either.
func (s *Searcher) gather(ctx context.Context, r *run, reader auditlog.ColumnReader, all groups) error {
	rows := r.plan.Rows()
	g := gatherer{rows: rows, most: s.o.Limits.Groups, workers: map[uint]*gathering{}}
	if err := r.askColumns(ctx, reader, rows.LogsQL, rows.Columns, g.block); err != nil {
		return err
	}
	for _, w := range g.workers {
		for _, f := range w.groups {
			all.gathered(r.plan, f)
			if len(all) > s.o.Limits.Groups {
				return tooManyGroups(s.o.Limits.Groups)
			}
		}
	}
	return nil
}

// gathered adds what one worker has of a group.
func (a groups) gathered(p *logsql.Plan, f *gathered) {
	var key []byte
	for _, v := range f.values {
		key = appendValue(key, v)
	}
	g, ok := a[string(key)]
	if !ok {
		g = &group{values: f.values, unique: make([]int64, len(p.Aggregates))}
		a[string(key)] = g
	}
	g.count += f.count
	if !p.HasTimes() {
		return
	}
	if first := time.Unix(0, f.first).UTC(); g.first.IsZero() || first.Before(g.first) {
		g.first = first
	}
	if last := time.Unix(0, f.last).UTC(); g.last.IsZero() || last.After(g.last) {
		g.last = last
	}
}

// gatherer holds what each of the store's workers has.
type gatherer struct {
	rows *logsql.Rows
	most int // Groups that there may be.

	mu      sync.Mutex // Guards workers, not what is in them.
	workers map[uint]*gathering
}

func (g *gatherer) block(worker uint, columns [][]string, rows int) error {
	w := g.worker(worker)
	if err := w.add(columns, rows); err != nil {
		return err
	}
	if len(w.groups) > g.most {
		return tooManyGroups(g.most)
	}
	return nil
}

func (g *gatherer) worker(n uint) *gathering {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.workers[n]
	if w == nil {
		w = newGathering(g.rows)
		g.workers[n] = w
	}
	return w
}
