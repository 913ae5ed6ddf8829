package search

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Table is an answer of groups.
type Table struct {
	// Columns are the fields that events were grouped by and then the
	// aggregates, by name: "identity", "count", "unique(action)", "first".
	Columns []string
	// Rows have a text for each column: values as they are, "" where events lack
	// the field, numbers in decimal, times in RFC 3339, UTC.
	Rows [][]string
	// Total is how many groups there are.
	Total int
	// Truncated is set where that is more than the limit.
	Truncated bool
	// Partial is set where a part of the store could not be asked.
	Partial bool
}

// Groups returns the groups that a query asks for, in its order or, where it has
// none, by the first aggregate, the greatest first; groups that are equal in that
// come by their values. An event counts once for each value of a field with
// several, and under no value where it has none.
func (s *Searcher) Groups(ctx context.Context, q query.Query, c Caller) (Table, error) {
	if q.Group == nil {
		return Table{}, &query.Error{Path: "group", Message: "is missing"}
	}
	ctx, cancel := s.limited(ctx)
	defer cancel()
	p, err := s.compile(&q, c)
	if err != nil {
		return Table{}, err
	}
	r := s.run(p, c)
	groups, err := s.group(ctx, r)
	if err != nil {
		return Table{}, ended(ctx, err)
	}
	return table(p, q.Sort, groups, r.partial), nil
}

// group is the events that agree in the values.
type group struct {
	values      []string
	count       int64
	first, last time.Time
	unique      []int64 // By aggregate.
}

// groups are found by their values, each preceded by its length.
type groups map[string]*group

// group asks for all groups and puts the parts together.
func (s *Searcher) group(ctx context.Context, r *run) (groups, error) {
	all := groups{}
	reader, columns := s.o.Store.(auditlog.ColumnReader)
	gathers := columns && r.plan.Gathers()
	if gathers {
		if err := s.gather(ctx, r, reader, all); err != nil {
			return nil, err
		}
	}
	for i := range r.plan.Parts {
		if part := &r.plan.Parts[i]; part.Unique || !gathers {
			if err := s.groupsOf(ctx, r, part, all); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// groupsOf has the store make the groups of a part.
func (s *Searcher) groupsOf(ctx context.Context, r *run, part *logsql.Part, all groups) error {
	return r.ask(ctx, part.LogsQL(), r.plan.From, r.plan.To, func(row auditlog.Row) error {
		g := all.of(r.plan, part, row)
		if len(all) > s.o.Limits.Groups {
			return tooManyGroups(s.o.Limits.Groups)
		}
		return g.add(r.plan, part, row)
	})
}

func tooManyGroups(most int) error {
	return tooMuch("group.by", "makes more than %d groups; group by fewer fields, or narrow the conditions", most)
}

// appendValue appends a value to the key of a group.
func appendValue(key []byte, v string) []byte {
	key = append(strconv.AppendInt(key, int64(len(v)), 10), ':')
	return append(key, v...)
}

// of returns the group of a row.
func (a groups) of(p *logsql.Plan, part *logsql.Part, r auditlog.Row) *group {
	var buf [256]byte
	key := buf[:0]
	for _, column := range part.By {
		key = appendValue(key, r.Get(column))
	}
	if g, ok := a[string(key)]; ok {
		return g
	}
	g := &group{values: make([]string, len(part.By)), unique: make([]int64, len(p.Aggregates))}
	for i, column := range part.By {
		g.values[i] = strings.Clone(r.Get(column))
	}
	a[string(key)] = g
	return g
}

// add adds what a part tells about the group.
func (g *group) add(p *logsql.Plan, part *logsql.Part, r auditlog.Row) (err error) {
	for i, a := range p.Aggregates {
		switch {
		case (a.Function == query.Unique) != part.Unique:
		case a.Function == query.Count:
			var n int64
			n, err = number(r, logsql.CountColumn)
			g.count += n
		case a.Function == query.First:
			err = earliest(&g.first, r.Get(logsql.FirstColumn), -1)
		case a.Function == query.Last:
			err = earliest(&g.last, r.Get(logsql.LastColumn), 1)
		case a.Function == query.Unique:
			g.unique[i], err = number(r, logsql.UniqueColumn(i))
		}
		if err != nil {
			return fmt.Errorf("%s of a group: %w", a, err)
		}
	}
	return nil
}

func number(r auditlog.Row, column string) (int64, error) {
	v := r.Get(column)
	if v == "" {
		return 0, nil
	}
	return strconv.ParseInt(v, 10, 64)
}

// earliest sets a time to another that is before it (sign -1) or after it (1).
func earliest(t *time.Time, value string, sign int) error {
	if value == "" {
		return nil // No event.
	}
	v, err := time.Parse(time.RFC3339Nano, value)
	if err == nil && (t.IsZero() || cmp.Compare(v.UnixNano(), t.UnixNano()) == sign) {
		*t = v.UTC()
	}
	return err
}
