package condition

import "github.com/leastward/leastward/internal/entitlement"

// node is a part of a condition.
type node interface {
	// truth evaluates it for one request, and adds the attributes that would
	// decide where it is Maybe.
	truth(r *Request, keys *[]string) Truth
	// split evaluates it for each action where nothing else is known.
	split(a Actions) sets
}

type (
	anyOf         []node
	allOf         []node
	not           struct{ node }
	either        struct{ tight, loose node }
	actionMatches []string // Patterns in lower case.
	exists        struct{ *attribute }
	comparison    struct {
		left, right operand
		operator    operator
	}
)

func (n anyOf) truth(r *Request, keys *[]string) Truth { return combine(n, r, keys, Yes) }

func (n allOf) truth(r *Request, keys *[]string) Truth { return combine(n, r, keys, No) }

// combine evaluates parts of which one decides for all if it has the given
// value. Keys that decide nothing are left out.
func combine(parts []node, r *Request, keys *[]string, decisive Truth) Truth {
	start, out := len(*keys), decisive.Not()
	for _, p := range parts {
		t := p.truth(r, keys)
		if t == decisive {
			*keys = (*keys)[:start]
			return decisive
		}
		if t == Maybe {
			out = Maybe
		}
	}
	return out
}

func (n not) truth(r *Request, keys *[]string) Truth { return n.node.truth(r, keys).Not() }

func (n either) truth(r *Request, keys *[]string) Truth {
	start := len(*keys)
	t := agree(n.tight.truth(r, keys), n.loose.truth(r, keys))
	if t != Maybe {
		*keys = (*keys)[:start]
	}
	return t
}

func (n actionMatches) truth(r *Request, _ *[]string) Truth {
	for _, p := range n {
		if Wildcard(p, r.Action) {
			return Yes
		}
	}
	return No
}

func (n exists) truth(r *Request, keys *[]string) Truth {
	values, known := r.look(n.attribute)
	if !known {
		*keys = append(*keys, n.text)
		return Maybe
	}
	return truth(len(values) > 0)
}

// sets are the actions for which a condition is certainly true, and certainly
// false; for the others it hangs on attributes.
type sets struct{ yes, no entitlement.ActionSet }

func (n anyOf) split(a Actions) sets {
	out := sets{no: a.All}
	for _, p := range n {
		s := p.split(a)
		out = sets{out.yes.Union(s.yes), out.no.Intersect(s.no)}
	}
	return out
}

func (n allOf) split(a Actions) sets {
	out := sets{yes: a.All}
	for _, p := range n {
		s := p.split(a)
		out = sets{out.yes.Intersect(s.yes), out.no.Union(s.no)}
	}
	return out
}

func (n not) split(a Actions) sets {
	s := n.node.split(a)
	return sets{s.no, s.yes}
}

func (n either) split(a Actions) sets {
	s, t := n.tight.split(a), n.loose.split(a)
	return sets{s.yes.Intersect(t.yes), s.no.Intersect(t.no)}
}

func (n actionMatches) split(a Actions) sets {
	var yes entitlement.ActionSet
	for _, p := range n {
		yes = yes.Union(a.Match(p))
	}
	return sets{yes, a.All.Minus(yes)}
}

func (exists) split(Actions) sets { return sets{} }

// split knows only what stands in the condition itself.
func (n comparison) split(a Actions) sets {
	if n.left.attribute != nil || n.right.attribute != nil {
		return sets{}
	}
	switch n.compare(n.left.values, n.right.values) {
	case Yes:
		return sets{yes: a.All}
	case No:
		return sets{no: a.All}
	case Maybe:
	}
	return sets{}
}
