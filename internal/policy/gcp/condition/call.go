package condition

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
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

// function finds a function by its name, whether it is called on something, and
// the number of its further arguments; nil if it is not evaluated.
func function(name string, on bool, args int) func([]any) any {
	if !on {
		return global(name, args)
	}
	if part := clock(name); part != nil && args <= 1 {
		return part
	}
	switch {
	case name == "size" && args == 0:
		return size
	case name == "hasOnly" && args == 1:
		return hasOnly
	case name == "lowerAscii" && args == 0:
		return func(a []any) any { return onText(a, strings.ToLower) }
	case name == "upperAscii" && args == 0:
		return func(a []any) any { return onText(a, strings.ToUpper) }
	case args != 1:
		return nil
	}
	if two := textual(name); two != nil {
		return func(a []any) any {
			s, ok := a[0].(string)
			t, okT := a[1].(string)
			if !ok || !okT {
				return failure{}
			}
			return two(s, t)
		}
	}
	return nil
}

func global(name string, args int) func([]any) any {
	if args != 1 {
		return nil
	}
	switch name {
	case "timestamp":
		return func(a []any) any {
			return parsed(a[0], func(s string) (any, error) { return time.Parse(time.RFC3339Nano, s) })
		}
	case "date":
		return func(a []any) any {
			return parsed(a[0], func(s string) (any, error) { return time.Parse(time.DateOnly, s) })
		}
	case "duration":
		return func(a []any) any { return parsed(a[0], func(s string) (any, error) { return time.ParseDuration(s) }) }
	case "size":
		return size
	}
	return nil
}

func parsed(v any, parse func(string) (any, error)) any {
	s, ok := v.(string)
	if !ok {
		return failure{}
	}
	out, err := parse(s)
	if err != nil {
		return failure{}
	}
	return out
}

func textual(name string) func(s, t string) any {
	switch name {
	case "startsWith":
		return func(s, t string) any { return strings.HasPrefix(s, t) }
	case "endsWith":
		return func(s, t string) any { return strings.HasSuffix(s, t) }
	case "contains":
		return func(s, t string) any { return strings.Contains(s, t) }
	case "matches":
		return matches
	case "extract":
		return func(s, t string) any { return extract(s, t) }
	}
	return nil
}

// matches looks for a regular expression of RE2 in s.
func matches(s, expression string) any {
	re, err := regexp.Compile(expression)
	if err != nil {
		return failure{}
	}
	return re.MatchString(s)
}

// extract returns what stands in s where the template has its {name}; "" if the
// template does not fit. See
// https://cloud.google.com/iam/docs/conditions-attribute-reference#extract.
func extract(s, template string) any {
	before, rest, ok := strings.Cut(template, "{")
	_, after, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return failure{}
	}
	i := strings.Index(s, before)
	if i < 0 {
		return ""
	}
	s = s[i+len(before):]
	if after == "" {
		return s
	}
	j := strings.Index(s, after)
	if j < 0 {
		return ""
	}
	return s[:j]
}

func size(a []any) any {
	switch v := a[0].(type) {
	case string:
		return int64(utf8.RuneCountInString(v))
	case []any:
		return int64(len(v))
	}
	return failure{}
}

func onText(a []any, f func(string) string) any {
	if s, ok := a[0].(string); ok {
		return f(s)
	}
	return failure{}
}

// hasOnly reports whether a list holds nothing but what another holds.
func hasOnly(a []any) any {
	list, ok := a[0].([]any)
	allowed, okAllowed := a[1].([]any)
	if !ok || !okAllowed {
		return failure{}
	}
	for _, v := range list {
		if within(v, allowed) != any(true) {
			return false
		}
	}
	return true
}
