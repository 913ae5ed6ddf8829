package logsql

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Rows is what a plan's groups can be made from by who has the events' columns:
// those that tell events' groups and times, of all events.
type Rows struct {
	LogsQL  string
	Columns []string
	// Time is the index of row.Time in Columns, -1 where groups have no times; By
	// are those of Plan.By.
	Time int
	By   []RowField
}

// RowField says where the values of a field are.
type RowField struct {
	// One is the index of the column with the value; Several that of the column
	// with all values, where there are more than one, as a JSON array; -1 where
	// the field has no such column.
	One, Several int
	// Set is the same for fields whose several values run in parallel.
	Set int
}

// Gathers tells whether it is faster to make a plan's groups of rows than to have
// them made by statements: computing times is most of a statement's work, and
// fields with several values need statements of their own.
func (p *Plan) Gathers() bool {
	return p.HasTimes() || len(p.Parts) > 0 && !p.Parts[0].Unique && len(severals(p.By)) > 0
}

// Rows returns what the counts and times of groups can be made from.
func (p *Plan) Rows() *Rows {
	r := &Rows{Time: -1}
	sets := severals(p.By)
	for _, f := range p.By {
		col := columnsOf(f)
		field := RowField{One: r.column(col.one), Several: -1, Set: -1}
		if col.several != "" {
			field.Several = r.column(col.several)
			field.Set = slices.IndexFunc(sets, func(set []columns) bool { return slices.Contains(set, col) })
		}
		r.By = append(r.By, field)
	}
	if p.HasTimes() {
		r.Time = r.column(row.Time)
	}
	r.LogsQL = p.Filter + " | fields " + strings.Join(r.Columns, ", ")
	return r
}

func (r *Rows) column(name string) int {
	r.Columns = append(r.Columns, name)
	return len(r.Columns) - 1
}

// HasTimes tells whether the plan's groups have times.
func (p *Plan) HasTimes() bool {
	return slices.ContainsFunc(p.Aggregates, func(a query.Aggregate) bool { return a.Function == query.First || a.Function == query.Last })
}
