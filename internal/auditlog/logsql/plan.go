package logsql

import (
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// Kind is what a query answers with.
type Kind uint8

// The kinds.
const (
	Events Kind = iota
	Groups
	Series
)

// Plan is what has to be asked of a store, and how its answers become the
// query's.
type Plan struct {
	Kind Kind
	// Filter is LogsQL's filter for the events, scope included; From <= time < To
	// bounds them beside it. Nothing is set where no event can match.
	Filter   string
	From, To time.Time
	Nothing  bool
	// LogsQL is the statement for the events, the latest first; of groups and
	// series, the first of Parts.
	LogsQL string
	// Limit is the query's, or the default.
	Limit int

	// The rest is for groups and series.

	// Step is the width of an interval; 0 for groups. Intervals begin at whole
	// multiples of it since 1970, UTC.
	Step time.Duration
	// By are the fields whose values make a group, in the order of Part.By.
	By []query.Field
	// Aggregates are what each group has.
	Aggregates []query.Aggregate
	// Parts are statements whose groups must be put together: where the same
	// group appears in several, counts add up and times take the earliest and
	// latest.
	Parts []Part
}

// Part is a statement whose rows are groups, or groups per interval.
type Part struct {
	// Filter is for the events of this part, and Pipes make one row for each of
	// their values.
	Filter, Pipes string
	// By are the columns that hold the values of Plan.By.
	By []string
	// Stats is what is computed of each group.
	Stats string
	// Unique is set where the part tells the numbers of different values, and
	// not set where it tells counts and times.
	Unique bool

	step time.Duration
}

// The columns of a part's rows beside By and, in a series, row.Time: number of
// events, time of the first and of the last, and number of different values of
// the i-th aggregate.
const (
	CountColumn = "agg_count"
	FirstColumn = "agg_first"
	LastColumn  = "agg_last"
)

// UniqueColumn is the column of the i-th of Plan.Aggregates.
func UniqueColumn(i int) string { return fmt.Sprintf("agg_unique_%d", i) }

// LogsQL is the part's statement.
func (p *Part) LogsQL() string { return p.statement("") }

// Within is the part's statement for those groups whose values are among keys,
// each in the order of By.
func (p *Part) Within(keys [][]string) string { return p.statement(" | filter " + p.among(keys)) }

// Rest is the sum of a column over all other groups, for each interval of a
// series.
func (p *Part) Rest(keys [][]string, column string) string {
	sum := " | stats by (" + row.Time + ") sum(" + column + ") as " + column
	return p.statement(" | filter "+not(p.among(keys))) + sum
}

// Totals is the sum of a column over all intervals of a series, for each group.
func (p *Part) Totals(column string) string {
	return p.LogsQL() + " | stats by (" + strings.Join(append([]string{exact}, p.By...), ", ") + ") sum(" + column + ") as " + column
}

func (p *Part) among(keys [][]string) string {
	filters := make([]string, len(keys))
	for i, key := range keys {
		equal := make([]string, len(key))
		for j, v := range key {
			equal[j] = valueIs(p.By[j], v)
		}
		filters[i] = all(equal...)
	}
	return either(filters...)
}

func valueIs(column, value string) string {
	if value == "" {
		return not(present(column))
	}
	return equalsOne(column, []string{value})
}

// exact is a column that no event has. The engine takes values of a single
// column that look like numbers for numbers, 1_000 and 1000 for the same; those
// of several columns it takes as they are.
const exact = "agg_exact"

func (p *Part) statement(restrict string) string {
	by := p.By
	if len(by) == 1 {
		by = []string{by[0], exact}
	}
	if p.step > 0 {
		by = append([]string{fmt.Sprintf("%s:%dns", row.Time, p.step.Nanoseconds())}, by...)
	}
	grouped := ""
	if len(by) > 0 {
		grouped = " by (" + strings.Join(by, ", ") + ")"
	}
	return p.Filter + p.Pipes + restrict + " | stats" + grouped + " " + p.Stats
}

// Compile turns a query into a plan. Errors are of query.Query.Validate, or say
// what a folder or tag wants; the query's cursor is for who runs the plan.
func Compile(q *query.Query, o Options) (*Plan, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	systems, err := asked(q, &o)
	if err != nil {
		return nil, err
	}
	where, err := condition(q.Where, o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Filter: all(places(o.Scope, systems, q.Clouds), where), Limit: q.Limit}
	p.Resume(q.Between(o.Now))
	if p.Limit == 0 {
		p.Limit = query.DefaultLimit
	}
	p.answer(q)
	return p, nil
}

// Resume sets the time that the plan is about.
func (p *Plan) Resume(from, to time.Time) {
	p.From, p.To = from, to
	p.Nothing = p.Filter == nothing || !from.Before(to)
}

func (p *Plan) answer(q *query.Query) {
	switch {
	case q.Group != nil:
		p.Kind, p.By, p.Aggregates = Groups, q.Group.By, q.Group.Columns()
	case q.Series != nil:
		p.Kind, p.By = Series, q.Series.By
		p.Aggregates = []query.Aggregate{{Function: query.Count}}
		if q.Series.Function == query.Unique {
			p.Aggregates = []query.Aggregate{{Function: query.Unique, Field: q.Series.Field}}
		}
		p.Step = step(q.Series.Step.Std(), p.To.Sub(p.From))
	default:
		p.LogsQL = fmt.Sprintf("%s | sort by (%s desc) limit %d", p.Filter, row.Time, p.Limit)
		return
	}
	p.Parts = parts(p)
	p.LogsQL = p.Parts[0].LogsQL()
}
