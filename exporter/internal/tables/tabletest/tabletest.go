// Package tabletest asks tables in tests.
package tabletest

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// Now is when questions are asked where nothing else is said.
func Now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// Assessors returns those of every cloud with the default settings.
func Assessors() *assess.Set { return assessors() }

//nolint:gochecknoglobals // Made once, for it takes a while; it does not change.
var assessors = sync.OnceValue(func() *assess.Set { return clouds.NewSet(assess.DefaultSettings()) })

// Assessor returns that of AWS.
func Assessor() *assess.Assessor { return Assessors().Of(entitlement.AWS) }

// Asker asks tables as somebody.
type Asker struct {
	Definitions []tables.Definition
	Snapshot    *collector.Snapshot
	Caller      *access.Caller // Nil sees everything.
	At          time.Time      // Zero is Now.
}

// Answer asks one question.
func (a *Asker) Answer(tb testing.TB, name string, ask api.TableQuestion) (*api.Table, error) {
	tb.Helper()
	at, caller := a.At, a.Caller
	if at.IsZero() {
		at = Now()
	}
	if caller == nil {
		caller = &access.Caller{}
	}
	set := &tables.Set{
		Definitions: a.Definitions, Snapshot: func() *collector.Snapshot { return a.Snapshot },
		Assessors: Assessors, Now: func() time.Time { return at },
	}
	found, err := set.Answer(tb.Context(), name, &ask, caller)
	if err != nil {
		return nil, err
	}
	checkTypes(tb, found)
	return found.Wire(), nil
}

// checkTypes wants every cell to be of its column's type.
func checkTypes(tb testing.TB, found *tables.Result) {
	tb.Helper()
	for _, row := range found.Rows {
		for n := range row {
			if c := &found.Columns[n]; !row[n].Empty() && row[n].Type() != c.Type {
				tb.Fatalf("a cell of %s is of type %v, its column of %v", c.ID, row[n].Type(), c.Type)
			}
		}
	}
}

// Must is Answer where nothing may be wrong.
func (a *Asker) Must(tb testing.TB, name string, ask api.TableQuestion) *api.Table {
	tb.Helper()
	t, err := a.Answer(tb, name, ask)
	if err != nil {
		tb.Fatalf("%s %+v: %v", name, ask, err)
	}
	return t
}

// Rows returns the cells of a table as texts, "" where there is no value.
func Rows(t *api.Table) [][]string {
	rows := make([][]string, t.Rows)
	for i := range rows {
		for n := range t.Columns {
			rows[i] = append(rows[i], text(&t.Columns[n], i))
		}
	}
	return rows
}

func text(c *api.Column, i int) string {
	switch {
	case c.Strings != nil && c.Strings[i] != nil:
		return *c.Strings[i]
	case c.Numbers != nil && c.Numbers[i] != nil:
		return strconv.FormatFloat(*c.Numbers[i], 'f', -1, 64)
	case c.Times != nil && c.Times[i] != nil:
		return time.UnixMilli(*c.Times[i]).UTC().Format(time.RFC3339)
	}
	return ""
}

// Result returns the state of a system that was just read: what the inventory
// and the events come to.
func Result(inv *entitlement.Inventory, at time.Time, events ...*auditlog.Event) *collector.Result {
	assessor := Assessors().Of(inv.System.Cloud)
	index := usage.New(assessor.Catalog())
	for _, e := range events {
		e.Mapping = auditlog.Mapped
		index.Add(e)
	}
	if inv.FullHistoryFrom.IsZero() {
		inv.FullHistoryFrom = at.AddDate(0, 0, -90)
	}
	return &collector.Result{
		System: inv.System, Attempted: at, Succeeded: at, Reading: &collector.Reading{Inventory: inv},
		Assessment: assessor.Assess(inv, index, at, nil),
	}
}

// Policies makes policies of documents that allow actions on a resource, by
// their ids: pairs of the actions' list and the resource.
func Policies(allowed map[entitlement.PolicyID][2]string) map[entitlement.PolicyID]entitlement.Policy {
	policies := map[entitlement.PolicyID]entitlement.Policy{}
	for id, p := range allowed {
		policies[id] = entitlement.Policy{ID: id, Name: string(id), Document: []byte(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + p[0] + `],"Resource":"` + p[1] + `"}]}`)}
	}
	return policies
}
