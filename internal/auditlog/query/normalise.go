package query

import (
	"slices"
	"strings"
	"time"
)

// Normalise returns the query in the one form that its text and its JSON agree
// on. It asks the same: groups of one are that one, a group within a group of
// the same kind is part of it, groups of nothing are gone, Is with several
// values is In and In with one is Is, times are in UTC, patterns have no
// superfluous wildcards and escapes. What is disabled stays.
func (q *Query) Normalise() Query {
	n := *q
	n.Range.From, n.Range.To = utc(n.Range.From), utc(n.Range.To)
	n.Where = q.Where.Normalise()
	if q.Group != nil {
		g := *q.Group
		if len(g.Aggregates) == 0 || len(g.Aggregates) == 1 && g.Aggregates[0] == (Aggregate{Function: Count}) {
			g.Aggregates = nil
		}
		g.By = orNil(g.By)
		n.Group = &g
	}
	if q.Series != nil {
		s := *q.Series
		if s.Function == Count && s.Field == "" {
			s.Function = ""
		}
		s.By = orNil(s.By)
		n.Series = &s
	}
	n.Clouds, n.Systems, n.Folders, n.Sort = orNil(n.Clouds), orNil(n.Systems), orNil(n.Folders), orNil(n.Sort)
	return n
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// Normalise returns the condition in its one form, as [Query.Normalise] says;
// nil where it says nothing.
func (n *Node) Normalise() *Node {
	switch {
	case n == nil:
		return nil
	case n.All != nil:
		return gathered(n, n.All, func(list []Node) Node { return Node{All: list} }, func(c *Node) []Node { return c.All })
	case n.Any != nil:
		return gathered(n, n.Any, func(list []Node) Node { return Node{Any: list} }, func(c *Node) []Node { return c.Any })
	case n.Not != nil:
		inner := n.Not.Normalise()
		if inner == nil {
			return nil
		}
		return &Node{Not: inner, Disabled: n.Disabled}
	}
	return n.normaliseCondition()
}

func gathered(n *Node, children []Node, group func([]Node) Node, same func(*Node) []Node) *Node {
	var list []Node
	for i := range children {
		c := children[i].Normalise()
		switch {
		case c == nil:
		case same(c) != nil && !c.Disabled:
			list = append(list, same(c)...)
		default:
			list = append(list, *c)
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		list[0].Disabled = list[0].Disabled || n.Disabled
		return &list[0]
	}
	g := group(list)
	g.Disabled = n.Disabled
	return &g
}

func (n *Node) normaliseCondition() *Node {
	c := &Node{Field: n.Field, Operator: n.Operator, Values: orNil(slices.Clone(n.Values)), Disabled: n.Disabled}
	switch {
	case c.Operator == Is && len(c.Values) > 1:
		c.Operator = In
	case c.Operator == IsNot && len(c.Values) > 1:
		c.Operator = NotIn
	case c.Operator == In && len(c.Values) == 1:
		c.Operator = Is
	case c.Operator == NotIn && len(c.Values) == 1:
		c.Operator = IsNot
	}
	for i, v := range c.Values {
		c.Values[i] = c.normaliseValue(v)
	}
	return c
}

func (n *Node) normaliseValue(v string) string {
	switch n.Operator {
	case Matches, NotMatches:
		return joinPattern(SplitPattern(v))
	case Greater, Less:
		if t, err := time.Parse(time.RFC3339, v); err == nil {
			return t.UTC().Format(time.RFC3339Nano)
		}
	case Is, IsNot, In, NotIn, Contains, NotContains, InCIDR, NotInCIDR, Exists, NotExists:
	}
	return v
}

// joinPattern is the inverse of [SplitPattern].
func joinPattern(parts []PatternPart) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Wildcard != 0 {
			b.WriteByte(p.Wildcard)
		} else {
			b.WriteString(EscapePattern(p.Text))
		}
	}
	return b.String()
}
