package search

import (
	"context"
	"slices"
	"strconv"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Value is a value of a field with the number of events that have it.
type Value struct {
	Value string
	Count int64
}

// Values returns the most frequent values of a field that contain a text, in any
// case, among the events of a query: what may complete what somebody types.
// Zero as limit is query.DefaultLimit.
func (s *Searcher) Values(ctx context.Context, field query.Field, text string, q query.Query, c Caller, limit int) ([]Value, error) {
	q.Group = &query.Group{By: []query.Field{field}}
	q.Series, q.Sort, q.Cursor, q.Limit = nil, nil, "", limit
	info, ok := query.Lookup(string(field))
	if ok && text != "" && info.Allows(query.Contains) {
		q.Where = and(q.Where, query.Node{Field: field, Operator: query.Contains, Values: []string{text}})
	}
	ctx, cancel := s.limited(ctx)
	defer cancel()
	p, err := s.compile(&q, c)
	if err != nil {
		return nil, err
	}
	all, err := s.group(ctx, s.run(p, c))
	if err != nil {
		return nil, ended(ctx, err)
	}
	for key, g := range all {
		if v := shown(field, g.values[0]); v == "" || !containsFold(v, text) {
			delete(all, key) // Another value of an event with several.
		}
	}
	var out []Value
	for _, r := range table(p, nil, all, false).Rows {
		n, err := strconv.ParseInt(r[1], 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, Value{Value: r[0], Count: n})
	}
	return out, nil
}

// and adds a condition to another.
func and(n *query.Node, more query.Node) *query.Node {
	if n == nil {
		return &more
	}
	return &query.Node{All: slices.Concat([]query.Node{*n}, []query.Node{more})}
}
