package logsql

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// parts returns the statements that answer a plan of groups or a series.
//
// An event counts once for each value of a field with several. Most events have
// one value at most, and counting those is fast; the others are asked for apart,
// and made into a row for each value. Numbers of different values don't add up
// over parts, so those are asked for in one statement of all events.
func parts(p *Plan) []Part {
	var out []Part
	if stats := countStats(p.Aggregates, false); stats != "" || !hasUnique(p.Aggregates) {
		out = counting(p)
	}
	if hasUnique(p.Aggregates) {
		out = append(out, counted(p))
	}
	return out
}

func hasUnique(list []query.Aggregate) bool {
	return slices.ContainsFunc(list, func(a query.Aggregate) bool { return a.Function == query.Unique })
}

// countStats computes everything but numbers of different values. Of events
// that were made into several rows each counts once.
func countStats(list []query.Aggregate, unrolled bool) string {
	var stats []string
	for _, a := range list {
		switch a.Function {
		case query.Count:
			count := "count()"
			if unrolled {
				count = "count_uniq(" + string(query.ID) + ", " + exact + ")"
			}
			stats = append(stats, count+" as "+CountColumn)
		case query.First:
			stats = append(stats, "min("+row.Time+") as "+FirstColumn)
		case query.Last:
			stats = append(stats, "max("+row.Time+") as "+LastColumn)
		case query.Unique:
		}
	}
	return strings.Join(stats, ", ")
}

// severals returns the sets of plural columns that the fields need, each with
// those that run in parallel.
func severals(fields []query.Field) [][]columns {
	var actions, resources, issued []columns
	for _, f := range fields {
		switch col := columnsOf(f); col.several {
		case row.Actions:
			actions = []columns{col}
		case row.Issueds:
			issued = []columns{col}
		case row.Resources, row.ResourceTypes:
			if !slices.Contains(resources, col) {
				resources = append(resources, col)
			}
		}
	}
	return slices.DeleteFunc([][]columns{actions, resources, issued}, func(c []columns) bool { return c == nil })
}

// counting returns a part for every combination of fields with several values.
func counting(p *Plan) []Part {
	sets := severals(p.By)
	var out []Part
	for mask := range 1 << len(sets) {
		out = append(out, combination(p, sets, mask))
	}
	return out
}

// combination is the part for the events that have several values in exactly
// the sets of the mask.
func combination(p *Plan, sets [][]columns, mask int) Part {
	part := Part{step: p.Step, Stats: countStats(p.Aggregates, mask != 0)}
	filters := []string{p.Filter}
	plural := map[string]string{}
	for i, set := range sets {
		is := severalIn(set)
		if mask&(1<<i) == 0 {
			filters = append(filters, not(is))
			continue
		}
		filters = append(filters, is)
		part.Pipes += " | unroll by (" + names(set) + ")"
		for _, c := range set {
			plural[c.one] = c.several
		}
	}
	part.Filter = all(filters...)
	for _, f := range p.By {
		column := columnsOf(f).one
		if several, ok := plural[column]; ok {
			column = several
		}
		part.By = append(part.By, column)
	}
	return part
}

func severalIn(set []columns) string {
	filters := make([]string, len(set))
	for i, c := range set {
		filters[i] = present(c.several)
	}
	return either(filters...)
}

func names(set []columns) string {
	list := make([]string, len(set))
	for i, c := range set {
		list[i] = c.several
	}
	return strings.Join(list, ", ")
}

// every is a column that every event is given where the values of a boolean are
// counted: one that is absent is false, and rows without any of the columns are
// not counted.
const every = "agg_every"

func isFlag(f query.Field) bool {
	info, ok := query.Lookup(string(f))
	return ok && info.Kind == query.KindBool
}

// counted is the part that counts different values.
func counted(p *Plan) Part {
	fields := slices.Clone(p.By)
	part := Part{Filter: p.Filter, step: p.Step, Unique: true}
	var stats []string
	for i, a := range p.Aggregates {
		if a.Function != query.Unique {
			continue
		}
		fields = append(fields, a.Field)
		beside := exact
		if isFlag(a.Field) {
			beside, part.Pipes = every, ` | format "1" as `+every
		}
		stats = append(stats, "count_uniq("+columnsOf(a.Field).one+", "+beside+") as "+UniqueColumn(i))
	}
	part.Stats = strings.Join(stats, ", ")
	for _, set := range severals(fields) {
		part.Pipes += spread(set)
	}
	for _, f := range p.By {
		part.By = append(part.By, columnsOf(f).one)
	}
	return part
}

// spread makes a row for each value, with the value in the singular column. The
// column is emptied first, so that an element without a value leaves it empty.
func spread(set []columns) string {
	is := severalIn(set)
	var pipes strings.Builder
	for _, c := range set {
		pipes.WriteString(" | format if (" + is + `) "" as ` + c.one)
	}
	pipes.WriteString(" | unroll if (" + is + ") by (" + names(set) + ")")
	for _, c := range set {
		pipes.WriteString(" | format if (" + present(c.several) + `) "<` + c.several + `>" as ` + c.one)
	}
	return pipes.String()
}
