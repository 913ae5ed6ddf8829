package query

import (
	"strconv"
	"strings"
)

// String returns the query's text: its conditions and the form of its answer.
// Range, clouds, systems, folders and cursor stand beside the text. [Parse]
// makes the same query of it, in its normal form.
func (q *Query) String() string {
	n := q.Normalise()
	text := "*"
	if n.Where != nil {
		text = n.Where.text(outermost)
	}
	parts := append([]string{text}, n.pipes()...)
	return strings.Join(parts, " | ")
}

// String returns the condition's text, "*" where it takes every event.
func (n *Node) String() string {
	normal := n.Normalise()
	if normal == nil {
		return "*"
	}
	return normal.text(outermost)
}

// place is where a node stands, which tells whether it needs parentheses.
type position uint8

const (
	outermost position = iota // Alone, or within parentheses of its own.
	inAny
	inAll
	inNot
)

// text writes a node in normal form.
func (n *Node) text(at position) string {
	if n.Disabled {
		enabled := *n
		enabled.Disabled = false
		return disabledWord + "(" + enabled.text(outermost) + ")"
	}
	switch {
	case n.All != nil:
		return parenthesised(joined(n.All, " and ", inAll), at > inAny)
	case n.Any != nil:
		return parenthesised(joined(n.Any, " or ", inAny), at > outermost)
	case n.Not != nil:
		return "not " + n.Not.text(inNot)
	}
	return conditionText(n)
}

func joined(list []Node, word string, at position) string {
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = list[i].text(at)
	}
	return strings.Join(parts, word)
}

func parenthesised(text string, needed bool) string {
	if needed {
		return "(" + text + ")"
	}
	return text
}

func (q *Query) pipes() []string {
	var pipes []string
	if q.Group != nil {
		pipes = append(pipes, q.Group.text())
	}
	if q.Series != nil {
		pipes = append(pipes, q.Series.text())
	}
	if len(q.Sort) > 0 {
		keys := make([]string, len(q.Sort))
		for i, o := range q.Sort {
			keys[i] = o.By
			if o.Descending {
				keys[i] = "-" + o.By
			}
		}
		pipes = append(pipes, "sort "+strings.Join(keys, ", "))
	}
	if q.Limit != 0 {
		pipes = append(pipes, "limit "+strconv.Itoa(q.Limit))
	}
	return pipes
}

func (g *Group) text() string {
	var columns []string
	for _, a := range g.Columns() {
		columns = append(columns, a.String())
	}
	text := strings.Join(columns, ", ")
	if len(g.By) > 0 {
		text += " by " + names(g.By)
	}
	return text
}

func (s *Series) text() string {
	text := "series"
	if s.Function != "" {
		text += " " + Aggregate{Function: s.Function, Field: s.Field}.String()
	}
	if s.Step != 0 {
		text += " " + s.Step.String()
	}
	if len(s.By) > 0 {
		text += " by " + names(s.By)
	}
	if s.Top != 0 {
		text += " top " + strconv.Itoa(s.Top)
	}
	return text
}
