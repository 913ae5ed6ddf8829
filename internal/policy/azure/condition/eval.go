package condition

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Request is what is known of a request.
type Request struct {
	Action string // In lower case.
	// Context holds the values of attributes by name, as conditions write
	// them ("@Resource[Microsoft.Storage/storageAccounts:name]"); the leading
	// "@" may be left out and case does not matter. "subOperation" is short
	// for "@Request[subOperation]". No values say that it is not there.
	Context map[string][]string
	// Absent names attributes that are known not to be there.
	Absent []string
	// Derive gives attributes that follow from the request itself, where
	// Context does not have them; nil if there are none. The key is in lower
	// case and without "@".
	Derive func(key string) (value string, ok bool)
}

// look returns the values of an attribute and whether they are known.
func (r *Request) look(a *attribute) ([]string, bool) {
	for name, values := range r.Context {
		if sameName(name, a.key) {
			return values, true
		}
	}
	for _, name := range r.Absent {
		if sameName(name, a.key) {
			return nil, true
		}
	}
	if r.Derive != nil {
		if v, ok := r.Derive(a.key); ok {
			return []string{v}, true
		}
	}
	return nil, false
}

func sameName(name, key string) bool {
	trimmed := strings.TrimPrefix(strings.TrimSpace(name), "@")
	if len(trimmed) != len(key) && !strings.EqualFold(trimmed, "subOperation") {
		return false
	}
	return Canonical(name) == key
}

// Truth evaluates the condition for a request and appends the attributes that
// would decide, where the answer is Maybe, to keys. An attribute may occur
// several times.
func (e *Expression) Truth(r *Request, keys []string) (Truth, []string) {
	start := len(keys)
	t := e.root.truth(r, &keys)
	if t != Maybe {
		keys = keys[:start]
	}
	return t, keys
}

// Actions is a catalogue of actions.
type Actions struct {
	All   entitlement.ActionSet
	Match func(pattern string) entitlement.ActionSet
}

// Split returns the actions for which the condition is true, and false,
// whatever the request is. Whether it is for others, attributes decide.
func (e *Expression) Split(a Actions) (yes, no entitlement.ActionSet) {
	s := e.root.split(a)
	return s.yes, s.no
}

func (n comparison) truth(r *Request, keys *[]string) Truth {
	start := len(*keys)
	left, known := n.left.look(r, keys)
	right, too := n.right.look(r, keys)
	if !known || !too {
		return Maybe
	}
	t := n.compare(left, right)
	if t != Maybe {
		*keys = (*keys)[:start]
		return t
	}
	for _, o := range []operand{n.left, n.right} {
		if o.attribute != nil {
			*keys = append(*keys, o.attribute.text)
		}
	}
	return Maybe
}

func (o operand) look(r *Request, keys *[]string) ([]string, bool) {
	if o.attribute == nil {
		return o.values, true
	}
	values, known := r.look(o.attribute)
	if !known {
		*keys = append(*keys, o.attribute.text)
	}
	return values, known
}

// compare compares all values of both sides.
func (n comparison) compare(left, right []string) Truth {
	o := n.operator
	if o.quantifier == plain {
		return o.single(left, right)
	}
	one := func(l, r string) Truth {
		t := o.compare(l, r)
		if o.negated {
			return t.Not()
		}
		return t
	}
	allLeft, allRight := o.quantifier == allOfAny || o.quantifier == allOfAll, o.quantifier == anyOfAll || o.quantifier == allOfAll
	return over(left, allLeft, func(l string) Truth {
		return over(right, allRight, func(r string) Truth { return one(l, r) })
	})
}

// single compares without a quantifier, which is meant for one value on each
// side: with several the answer is that on which the quantifiers agree.
func (o operator) single(left, right []string) Truth {
	t := No
	if len(left) > 0 && len(right) > 0 {
		each := func(all bool) Truth {
			return over(left, all, func(l string) Truth {
				return over(right, all, func(r string) Truth { return o.compare(l, r) })
			})
		}
		t = agree(each(false), each(true))
	}
	if o.negated {
		return t.Not()
	}
	return t
}

// over joins the truths of values: all of them, or any.
func over(values []string, all bool, f func(string) Truth) Truth {
	out := truth(all)
	for _, v := range values {
		if t := f(v); all {
			out = min(out, t)
		} else {
			out = max(out, t)
		}
	}
	return out
}

// Wildcard reports whether s matches a pattern of actions, where "*" stands
// for any characters. Both are in lower case.
func Wildcard(pattern, s string) bool {
	head, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		head, more, ok := strings.Cut(rest, "*")
		if !ok {
			return strings.HasSuffix(s, head)
		}
		i := strings.Index(s, head)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(head):], more
	}
}
