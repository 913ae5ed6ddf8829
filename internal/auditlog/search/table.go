package search

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// table sorts groups, keeps the first ones and writes them down.
func table(p *logsql.Plan, sort []query.Order, all groups, partial bool) Table {
	if len(sort) == 0 {
		sort = []query.Order{{By: p.Aggregates[0].String(), Descending: true}}
	}
	kept := newFirst(p.Limit, func(a, b *group) int { return compareGroups(p, sort, a, b) })
	total := 0
	if len(p.By) == 0 && len(all) == 0 {
		all[""] = &group{unique: make([]int64, len(p.Aggregates))}
	}
	for _, g := range all {
		if len(p.By) == 0 || g.something() || onlyUnique(p) {
			total++
			kept.add(g)
		}
	}
	t := Table{Total: total, Truncated: total > p.Limit, Partial: partial}
	for _, f := range p.By {
		t.Columns = append(t.Columns, string(f))
	}
	for _, a := range p.Aggregates {
		t.Columns = append(t.Columns, a.String())
	}
	for _, g := range kept.sorted() {
		t.Rows = append(t.Rows, g.row(p))
	}
	return t
}

// something tells whether the group has an event: where a query counts events
// and different values, one may be stored between the two questions.
func (g *group) something() bool {
	return g.count > 0 || !g.first.IsZero() || !g.last.IsZero() || slices.Max(g.unique) > 0
}

// onlyUnique tells whether numbers of different values are all that is asked
// for, of which a group may have none.
func onlyUnique(p *logsql.Plan) bool {
	return !slices.ContainsFunc(p.Aggregates, func(a query.Aggregate) bool { return a.Function != query.Unique })
}

func compareGroups(p *logsql.Plan, sort []query.Order, a, b *group) int {
	for _, o := range sort {
		c := compareBy(p, o.By, a, b)
		if o.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return slices.CompareFunc(a.values, b.values, strings.Compare)
}

func compareBy(p *logsql.Plan, by string, a, b *group) int {
	for i, f := range p.By {
		if string(f) == by {
			return cmp.Compare(a.values[i], b.values[i])
		}
	}
	for i, f := range p.Aggregates {
		if f.String() != by {
			continue
		}
		switch f.Function {
		case query.Count:
			return cmp.Compare(a.count, b.count)
		case query.First:
			return a.first.Compare(b.first)
		case query.Last:
			return a.last.Compare(b.last)
		case query.Unique:
			return cmp.Compare(a.unique[i], b.unique[i])
		}
	}
	return 0
}

func (g *group) row(p *logsql.Plan) []string {
	out := make([]string, 0, len(p.By)+len(p.Aggregates))
	for i, f := range p.By {
		out = append(out, shown(f, g.values[i]))
	}
	for i, a := range p.Aggregates {
		switch a.Function {
		case query.Count:
			out = append(out, strconv.FormatInt(g.count, 10))
		case query.Unique:
			out = append(out, strconv.FormatInt(g.unique[i], 10))
		case query.First:
			out = append(out, instant(g.first))
		case query.Last:
			out = append(out, instant(g.last))
		}
	}
	return out
}

// shown writes out that a boolean which is absent is false.
func shown(f query.Field, value string) string {
	if info, ok := query.Lookup(string(f)); ok && info.Kind == query.KindBool && value == "" {
		return "false"
	}
	return value
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
