package condition

import (
	"slices"
	"strings"
)

// node is a part of an expression.
type node interface{ eval(env Env) any }

type literal struct{ value any }

func (l literal) eval(Env) any { return l.value }

// attribute is a name with its dots.
type attribute struct{ name string }

func (a attribute) eval(env Env) any {
	v, known := env.Attribute(a.name)
	switch {
	case !known:
		return unknown{[]string{a.name}}
	case v == nil:
		return failure{}
	}
	return v
}

type listing struct{ items []node }

func (l listing) eval(env Env) any {
	out := make([]any, len(l.items))
	for i, n := range l.items {
		out[i] = n.eval(env)
	}
	if v, open := join(out...); open {
		return v
	}
	return out
}

type element struct{ of, index node }

func (e element) eval(env Env) any {
	of, index := e.of.eval(env), e.index.eval(env)
	if v, open := join(of, index); open {
		return v
	}
	list, ok := of.([]any)
	i, isInt := index.(int64)
	if !ok || !isInt || i < 0 || i >= int64(len(list)) {
		return failure{}
	}
	return list[i]
}

type not struct{ of node }

func (n not) eval(env Env) any {
	v := n.of.eval(env)
	if b, ok := v.(bool); ok {
		return !b
	}
	return rest(v)
}

// rest returns a value that is of no use where another type is wanted.
func rest(v any) any {
	if u, ok := v.(unknown); ok {
		return u
	}
	return failure{}
}

type choice struct{ test, yes, no node }

func (c choice) eval(env Env) any {
	v := c.test.eval(env)
	b, ok := v.(bool)
	switch {
	case !ok:
		u, open := v.(unknown)
		if !open {
			return failure{}
		}
		return either(u, c.yes.eval(env), c.no.eval(env))
	case b:
		return c.yes.eval(env)
	}
	return c.no.eval(env)
}

// either is the value of a choice that is not known.
func either(test unknown, yes, no any) any {
	if b, ok := yes.(bool); ok && no == any(b) {
		return b
	}
	keys := slices.Clone(test.keys)
	for _, v := range []any{yes, no} {
		if u, ok := v.(unknown); ok {
			keys = append(keys, u.keys...)
		}
	}
	return unknown{keys}
}

// logic is "&&" or "||". The order of the operands does not count: what decides
// wins over what is unknown or has failed. See
// https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators.
type logic struct {
	decides     bool // False decides "&&", true "||".
	left, right node
}

func (l logic) eval(env Env) any {
	left := l.left.eval(env)
	if left == any(l.decides) {
		return l.decides
	}
	right := l.right.eval(env)
	if right == any(l.decides) {
		return l.decides
	}
	return both(left, right)
}

// both is what is left of two operands of which none decides.
func both(left, right any) any {
	a, openLeft := left.(unknown)
	b, openRight := right.(unknown)
	if openLeft || openRight {
		return unknown{slices.Concat(a.keys, b.keys)}
	}
	_, okLeft := left.(bool)
	if _, okRight := right.(bool); !okLeft || !okRight {
		return failure{}
	}
	return right
}

// operation makes the node of a binary operator.
func operation(op string, left, right node) node {
	switch op {
	case "&&":
		return logic{false, left, right}
	case "||":
		return logic{true, left, right}
	}
	return apply{op, left, right}
}

// apply is an operator whose operands must both be known.
type apply struct {
	op          string
	left, right node
}

func (a apply) eval(env Env) any {
	left, right := a.left.eval(env), a.right.eval(env)
	if v, ok := partly(a.op, left, right); ok {
		return v
	}
	if v, open := join(left, right); open {
		return v
	}
	switch a.op {
	case "==", "!=":
		same, ok := equal(left, right)
		if !ok {
			return failure{}
		}
		return same == (a.op == "==")
	case "in":
		return within(left, right)
	}
	if strings.Contains("< <= > >=", a.op) {
		return order(a.op, left, right)
	}
	return arithmetic(a.op, left, right)
}

// partly applies an operator to a text of which the beginning is known.
func partly(op string, left, right any) (any, bool) {
	if op != "==" && op != "!=" && op != "in" {
		return nil, false
	}
	p, other := left, right
	if _, ok := p.(Prefix); !ok {
		p, other = right, left
	}
	prefix, ok := p.(Prefix)
	if _, open := join(other); !ok || open {
		return nil, false
	}
	return prefix.compare(op, other), true
}

func within(v, list any) any {
	items, ok := list.([]any)
	if !ok {
		return failure{}
	}
	for _, item := range items {
		if same, ok := equal(v, item); ok && same {
			return true
		}
	}
	return false
}
