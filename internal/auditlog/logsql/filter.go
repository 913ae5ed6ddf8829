package logsql

import (
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Filter compiles a condition to a filter, within the options' scope. A nil
// condition takes every event. Errors are of query.Node.Validate, or say what a
// folder or tag wants.
func Filter(n *query.Node, o Options) (string, error) {
	where, err := condition(n, o)
	if err != nil {
		return "", err
	}
	return all(places(o.Scope, nil, nil), where), nil
}

// condition compiles a tree without the scope.
func condition(n *query.Node, o Options) (string, error) {
	if n == nil {
		return everything, nil
	}
	if err := n.Validate(); err != nil {
		return "", err
	}
	active := n.Active()
	if active == nil {
		return everything, nil
	}
	c := compiler{o: o}
	return c.node(active, "where")
}

type compiler struct{ o Options }

func (c *compiler) node(n *query.Node, path string) (string, error) {
	switch {
	case n.All != nil:
		list, err := c.list(n.All, path+".all")
		return all(list...), err
	case n.Any != nil:
		list, err := c.list(n.Any, path+".any")
		return either(list...), err
	case n.Not != nil:
		inner, err := c.node(n.Not, path+".not")
		return not(inner), err
	}
	return c.leaf(n, path)
}

func (c *compiler) list(nodes []query.Node, path string) ([]string, error) {
	filters := make([]string, len(nodes))
	for i := range nodes {
		var err error
		if filters[i], err = c.node(&nodes[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return nil, err
		}
	}
	return filters, nil
}

// leaf compiles one condition. A negated operator is the plain one, negated, so
// that it holds where the field is absent.
func (c *compiler) leaf(n *query.Node, path string) (string, error) {
	plain, negated := n.Operator.Plain()
	filter, err := c.plain(n.Field, plain, n.Values)
	if err != nil {
		return "", &query.Error{Path: path, Message: err.Error()}
	}
	if negated {
		filter = not(filter)
	}
	return filter, nil
}

func (c *compiler) plain(f query.Field, op query.Operator, values []string) (string, error) {
	switch f { //nolint:exhaustive // The others are plain text.
	case query.Folder:
		return c.folder(values)
	case query.IdentityTag, query.ResourceTag:
		return c.tagged(f, op, values)
	case query.Text:
		return each(values, textual), nil
	case query.Time, query.Ingested:
		return each(values, func(v string) string { return instant(f, op, v) }), nil
	case query.ReadOnly, query.DataEvent, query.ByService:
		return flag(string(f), values), nil
	case query.Action:
		if op == query.Is || op == query.In {
			return c.action(values), nil
		}
	}
	return plainText(columnsOf(f), op, values), nil
}

func plainText(col columns, op query.Operator, values []string) string {
	switch op { //nolint:exhaustive // Is and In are what is left of plain operators.
	case query.Contains:
		return each(values, func(v string) string { return contains(col, v) })
	case query.Matches:
		return each(values, func(v string) string { return matches(col, v) })
	case query.InCIDR:
		return each(values, func(v string) string { return within(col.one, v) })
	case query.Exists:
		return exists(col)
	}
	return equals(col, values)
}

// each is the filter that one of the values holds.
func each(values []string, filter func(string) string) string {
	filters := make([]string, len(values))
	for i, v := range values {
		filters[i] = filter(v)
	}
	return either(filters...)
}

// flag asks for a boolean, which is absent where it is false.
func flag(column string, values []string) string {
	isTrue := column + `:="true"`
	wantTrue, wantFalse := slices.Contains(values, "true"), slices.Contains(values, "false")
	switch {
	case wantTrue && wantFalse:
		return everything
	case wantTrue:
		return isTrue
	case wantFalse:
		return not(isTrue)
	}
	return nothing
}

// exists is the filter that a field has a value; of several, one that is not
// empty.
func exists(col columns) string {
	if col.several == "" {
		return present(col.one)
	}
	return either(present(col.one), matching(col.several, before+`"`+unit))
}

// action is the filter that an event has one of the actions, in any case: as the
// catalogue spells them, which is fast, and those that it does not know in every
// spelling. Without a catalogue they are taken as they are written.
func (c *compiler) action(values []string) string {
	col := columnsOf(query.Action)
	if c.o.Catalog == nil {
		return equals(col, values)
	}
	var known, filters []string
	for _, v := range values {
		if action, ok := canonical(c.o.Catalog, v); ok {
			known = append(known, action)
		} else {
			filters = append(filters, matches(col, query.EscapePattern(v)))
		}
	}
	return either(append(filters, equals(col, known))...)
}
