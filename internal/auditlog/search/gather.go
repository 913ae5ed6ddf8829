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
	g := gatherer{plan: r.plan, rows: rows, most: s.o.Limits.Groups, workers: map[uint]*gathering{}, all: all}
	if err := r.askColumns(ctx, reader, rows.LogsQL, rows.Columns, g.block); err != nil {
		return err
	}
	for _, w := range g.workers {
		if err := g.merge(w); err != nil {
			return err
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
	plan *logsql.Plan
	rows *logsql.Rows
	most int // Groups that there may be.

	mu      sync.Mutex // Guards what follows, but for what is in a worker.
	workers map[uint]*gathering
	all     groups
}

// mostApart is how many groups a worker has for itself: there may be many
// workers, and they may have the same groups.
const mostApart = 50_000

func (g *gatherer) block(worker uint, columns [][]string, rows int) error {
	w := g.worker(worker)
	if err := w.add(columns, rows); err != nil {
		return err
	}
	if len(w.groups) < mostApart {
		return nil
	}
	return g.merge(w)
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

// merge adds what a worker has to all groups, so that it has none.
func (g *gatherer) merge(w *gathering) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range w.groups {
		g.all.gathered(g.plan, f)
		if len(g.all) > g.most {
			return tooManyGroups(g.most)
		}
	}
	clear(w.groups)
	return nil
}
