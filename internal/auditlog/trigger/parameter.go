package trigger

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// resolve returns the condition with the values of the parameters in place of
// their names. The original stays as it is.
func (d *Definition) resolve(n *query.Node) *query.Node {
	if n == nil {
		return nil
	}
	out := *n
	switch {
	case n.All != nil:
		out.All = d.resolveList(n.All)
	case n.Any != nil:
		out.Any = d.resolveList(n.Any)
	case n.Not != nil:
		out.Not = d.resolve(n.Not)
	default:
		return d.resolveField(out)
	}
	return &out
}

func (d *Definition) resolveList(list []query.Node) []query.Node {
	out := make([]query.Node, len(list))
	for i := range list {
		out[i] = *d.resolve(&list[i])
	}
	return out
}

func (d *Definition) resolveField(n query.Node) *query.Node {
	if !slices.ContainsFunc(n.Values, isParameter) {
		return &n
	}
	var values []string
	for _, v := range n.Values {
		p := d.parameter(v)
		if p == nil {
			values = append(values, v)
			continue
		}
		values = append(values, p.Values...)
	}
	n.Values = values
	if len(values) == 0 {
		return constant(n)
	}
	switch n.Operator { //nolint:exhaustive // The others take several values as they are.
	case query.Is:
		n.Operator = query.In
	case query.IsNot:
		n.Operator = query.NotIn
	}
	return &n
}

// constant is what a condition on no values says: nothing is one of none. Every
// event has an id.
func constant(n query.Node) *query.Node {
	out := &query.Node{Field: query.ID, Operator: query.NotExists, Disabled: n.Disabled}
	switch n.Operator { //nolint:exhaustive // The others are not negated.
	case query.IsNot, query.NotIn, query.NotContains, query.NotMatches, query.NotInCIDR:
		out.Operator = query.Exists
	}
	return out
}

// isParameter reports whether a value may name a parameter.
func isParameter(value string) bool { return strings.HasPrefix(value, "$") }

// parameter returns the parameter that a value names, nil where it names none.
func (d *Definition) parameter(value string) *Parameter {
	name, ok := strings.CutPrefix(value, "$")
	if !ok {
		return nil
	}
	for i := range d.Parameters {
		if d.Parameters[i].Name == name {
			return &d.Parameters[i]
		}
	}
	return nil
}

// named calls f for each parameter name that the condition uses.
func named(n *query.Node, f func(name string)) {
	if n == nil {
		return
	}
	for _, list := range [][]query.Node{n.All, n.Any} {
		for i := range list {
			named(&list[i], f)
		}
	}
	named(n.Not, f)
	for _, v := range n.Values {
		if isParameter(v) {
			f(strings.TrimPrefix(v, "$"))
		}
	}
}
