// Package tables answers questions whose answers are rows under typed columns:
// who there is and what they may do, the Permission Creep Index and its past,
// findings, the state of collections, what the remediator does.
//
// A table is a [Definition]. The packages below this one have them; this one
// checks questions against them, scopes, searches, sorts, cuts, and serves the
// rows as JSON or as a file.
package tables

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/report"
)

// The groups of tables, in the order in which they are offered.
const (
	Entitlements = "entitlements"
	Access       = "access"
	Findings     = "findings"
	PCI          = "pci"
	Collection   = "collection"
	Remediation  = "remediation"
)

// Definition is one table.
type Definition struct {
	Name, Title string
	Group       string
	Help        string // A sentence or two: what a row is, and what is not known.
	Columns     []Column
	Filters     []api.TableFilter
	// CompleteFrom names, for filters whose values are not those of the column
	// of their name, the column that has them.
	CompleteFrom map[string]Completion
	// Timed tables have rows of points in time within Question.From and To.
	Timed bool
	// Sort is the order where the asker names none.
	Sort []api.TableOrder
	// Rows returns the rows, each with a cell for every column, of the systems
	// and filters of the question. Its error goes to the asker: make it with
	// [Bad], or [NotReady], where the asker can do something about it.
	Rows func(ctx context.Context, q *Question) (*Rows, error)
}

// Column is one column. Its type must not be report.TypeIdentity: an identity
// is two columns of text, its unique id and its name.
type Column struct {
	report.Column
	// Unit is points (0 to 100), ratio (0 to 1), days, or what is counted.
	Unit string
	Help string
}

// Rows are what a table answers: made by Add, or by [Of].
type Rows struct {
	Cells   [][]report.Cell
	Notices []string // What is missing, and why.

	lazy source // In place of Cells.
}

// Add appends a row.
func (r *Rows) Add(cells ...report.Cell) { r.Cells = append(r.Cells, cells) }

func (r *Rows) source() source {
	if r.lazy != nil {
		return r.lazy
	}
	return made(r.Cells)
}

// Question is a question that was checked.
type Question struct {
	// Results are those of the systems that are asked about and that the asker
	// may see. Those without an assessment were not read yet; the answer says
	// so.
	Results []*collector.Result
	// Snapshot has all systems. Whoever looks at others than those of Results
	// must not let the asker learn of them.
	Snapshot *collector.Snapshot
	// Assessors are those of the clouds, nil in tests of tables that need none.
	Assessors *assess.Set
	Caller    *access.Caller
	Now       time.Time
	From, To  time.Time     // Of a table that is timed; From <= time < To.
	Step      time.Duration // 0: the table chooses.

	filters map[string][]string
}

// Of returns the assessor of a system's cloud.
func (q *Question) Of(r *collector.Result) *assess.Assessor { return q.Assessors.Of(r.System.Cloud) }

// Values returns the values that a filter was given, or its default.
func (q *Question) Values(filter string) []string { return q.filters[filter] }

// Value returns the only value of a filter; "" where there is none.
func (q *Question) Value(filter string) string {
	if v := q.filters[filter]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Keeps reports whether a row with this value passes the filter: it does where
// the filter has no value.
func (q *Question) Keeps(filter, value string) bool {
	values := q.filters[filter]
	return len(values) == 0 || slices.Contains(values, value)
}

// Assessed returns the systems that were read at least once.
func (q *Question) Assessed() []*collector.Result {
	var list []*collector.Result
	for _, r := range q.Results {
		if r.Assessment != nil {
			list = append(list, r)
		}
	}
	return list
}

// YesNo returns the text of a truth, as filters and cells have it.
func YesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
