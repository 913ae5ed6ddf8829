package condition

import (
	"strings"
)

// call makes the node of a call: of is nil for functions.
func (p *parser) call(of node, name string, args []node) node {
	if a, ok := of.(attribute); ok && len(args) > 0 {
		switch {
		case a.name == "api" && name == "getAttribute" && len(args) == 2:
			return service{args[0], args[1]}
		case a.name == "resource" && isTagCall(name, len(args)):
			return tag{name, args}
		}
	}
	if of == nil && name == "has" && len(args) == 1 {
		return has{args[0]}
	}
	if fn := function(name, of != nil, len(args)); fn != nil {
		if of != nil {
			args = append([]node{of}, args...)
		}
		return invocation{name, fn, args}
	}
	p.unfit = append(p.unfit, name)
	if of != nil {
		args = append([]node{of}, args...)
	}
	return mystery{name, args}
}

// mystery is a call of a function that is not evaluated.
type mystery struct {
	name string
	args []node
}

func (m mystery) eval(env Env) any {
	keys := []string{m.name + "()"}
	for _, n := range m.args {
		if u, ok := n.eval(env).(unknown); ok {
			keys = append(keys, u.keys...)
		}
	}
	return unknown{keys}
}

// has tells whether the request has an attribute.
type has struct{ of node }

func (h has) eval(env Env) any {
	switch v := h.of.eval(env).(type) {
	case unknown:
		return v
	case failure:
		return false
	}
	return true
}

// service is an attribute that a service gives, with what stands for it where
// it does not.
type service struct{ name, otherwise node }

func (s service) eval(env Env) any {
	name, ok := s.name.eval(env).(string)
	if !ok {
		return failure{}
	}
	v, known := env.Attribute(name)
	switch {
	case !known:
		return unknown{[]string{name}}
	case v == nil:
		return s.otherwise.eval(env)
	}
	if text, isText := v.(string); isText {
		if _, wantsList := s.otherwise.eval(env).([]any); wantsList {
			return []any{text}
		}
	}
	return v
}

func isTagCall(name string, args int) bool {
	switch name {
	case "matchTag", "matchTagId":
		return args == 2
	case "hasTagKey", "hasTagKeyId":
		return args == 1
	}
	return false
}

// tag asks for a tag of the resource. See
// https://cloud.google.com/iam/docs/conditions-attribute-reference#resource-tags.
type tag struct {
	name string
	args []node
}

func (t tag) eval(env Env) any {
	key, ok := t.args[0].eval(env).(string)
	if !ok {
		return failure{}
	}
	prefix := TagKey
	if strings.HasSuffix(t.name, "Id") {
		prefix = TagKeyID
	}
	v, known := env.Attribute(prefix + key)
	switch {
	case !known:
		return unknown{[]string{prefix + key}}
	case len(t.args) == 1:
		return v != nil
	}
	want := t.args[1].eval(env)
	same, ok := equal(v, want)
	return v != nil && ok && same
}

// invocation is a function whose arguments must all be known.
type invocation struct {
	name string
	fn   func(args []any) any
	args []node
}

func (a invocation) eval(env Env) any {
	args := make([]any, len(a.args))
	for i, n := range a.args {
		args[i] = n.eval(env)
	}
	if p, ok := args[0].(Prefix); ok && len(args) == 2 {
		if s, isText := args[1].(string); isText {
			return p.call(a.name, s)
		}
	}
	if v, open := join(args...); open {
		return v
	}
	return a.fn(args)
}
