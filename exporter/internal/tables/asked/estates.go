// Package asked has the tables that answer who may do what: decisions over the
// policies of all systems that the caller may see.
package asked

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxAskers bounds for how many different sets of systems an asker is kept.
const maxAskers = 16

// Estates compiles inventories when somebody asks, one at a time, and keeps
// what it made until these are read anew. It is safe for concurrent use.
type Estates struct {
	turn     chan struct{} // Holds one value: whose turn it is. Guards the others.
	compiler *ask.Compiler
	compiled map[*entitlement.Inventory]*ask.Compiled
	askers   map[string]*ask.Asker // By the systems, of snapshot.
	snapshot *collector.Snapshot
}

// NewEstates returns estates without any.
func NewEstates() *Estates {
	e := &Estates{turn: make(chan struct{}, 1), compiler: ask.NewCompiler()}
	e.forget()
	return e
}

func (e *Estates) forget() {
	e.compiled, e.askers, e.snapshot = map[*entitlement.Inventory]*ask.Compiled{}, map[string]*ask.Asker{}, nil
}

// Retain lets go of what was made of inventories that are not of this snapshot.
// It does not wait for a compilation under way.
func (e *Estates) Retain(s *collector.Snapshot) {
	select {
	case e.turn <- struct{}{}:
		e.retain(s)
		<-e.turn
	default:
	}
}

func (e *Estates) retain(s *collector.Snapshot) {
	if e.snapshot == s {
		return
	}
	kept := map[*entitlement.Inventory]*ask.Compiled{}
	for _, r := range s.Results {
		if r.Reading != nil && e.compiled[r.Reading.Inventory] != nil {
			kept[r.Reading.Inventory] = e.compiled[r.Reading.Inventory]
		}
	}
	e.compiled, e.askers, e.snapshot = kept, map[string]*ask.Asker{}, s
}

// asker returns one over all systems that the caller of a question may see, so
// that no answer tells of others. Systems that were not read are missing.
func (e *Estates) asker(ctx context.Context, q *tables.Question) (*ask.Asker, error) {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	e.retain(q.Snapshot)
	seen := visible(q)
	if len(seen) == 0 {
		return nil, tables.ErrNotReady
	}
	key := keyOf(seen)
	if a := e.askers[key]; a != nil {
		return a, nil
	}
	var systems []*ask.Compiled
	for _, inv := range seen {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		systems = append(systems, e.system(inv))
	}
	if len(e.askers) >= maxAskers {
		clear(e.askers)
	}
	e.askers[key] = ask.New(systems...)
	return e.askers[key], nil
}

func (e *Estates) system(inv *entitlement.Inventory) *ask.Compiled {
	if e.compiled[inv] == nil {
		e.compiled[inv] = e.compiler.Compile(inv)
	}
	return e.compiled[inv]
}

// visible returns the inventories of the systems that the caller may see.
func visible(q *tables.Question) []*entitlement.Inventory {
	var list []*entitlement.Inventory
	for _, r := range q.Snapshot.Results {
		if q.Caller.Sees(r.System.ID) && r.Reading != nil && r.Reading.Inventory != nil {
			list = append(list, r.Reading.Inventory)
		}
	}
	return list
}

func keyOf(seen []*entitlement.Inventory) string {
	ids := make([]string, 0, len(seen))
	for _, inv := range seen {
		ids = append(ids, string(inv.System.Cloud)+":"+string(inv.System.ID))
	}
	slices.Sort(ids)
	return strings.Join(ids, "\x00")
}
