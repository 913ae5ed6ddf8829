package query

import "time"

// Between returns the instants that the query asks about: from <= time < to. A
// query that says nothing of time asks for [DefaultRange] before now.
func (q *Query) Between(now time.Time) (from, to time.Time) {
	r := q.Range
	if r.From.IsZero() && r.To.IsZero() {
		span := time.Duration(r.Last)
		if span == 0 {
			span = DefaultRange
		}
		return now.Add(-span), now
	}
	if r.To.IsZero() {
		r.To = now
	}
	return r.From, r.To
}

// Columns are the aggregates of the groups: a count where none is named.
func (g *Group) Columns() []Aggregate {
	if len(g.Aggregates) == 0 {
		return []Aggregate{{Function: Count}}
	}
	return g.Aggregates
}

// String returns the aggregate's name, by which groups are sorted: "count",
// "unique(action)".
func (a Aggregate) String() string {
	if a.Field == "" {
		return string(a.Function)
	}
	return string(a.Function) + "(" + string(a.Field) + ")"
}

// Active returns what is left of a condition without what is disabled and
// without the groups in which nothing is left; nil if that is nothing, which
// takes every event.
func (n *Node) Active() *Node {
	if n == nil || n.Disabled {
		return nil
	}
	switch {
	case n.All != nil:
		if list := active(n.All); list != nil {
			return &Node{All: list}
		}
		return nil
	case n.Any != nil:
		if list := active(n.Any); list != nil {
			return &Node{Any: list}
		}
		return nil
	case n.Not != nil:
		if inner := n.Not.Active(); inner != nil {
			return &Node{Not: inner}
		}
		return nil
	}
	return &Node{Field: n.Field, Operator: n.Operator, Values: n.Values}
}

func active(list []Node) []Node {
	var left []Node
	for i := range list {
		if n := list[i].Active(); n != nil {
			left = append(left, *n)
		}
	}
	return left
}
