package condition

import "strings"

// Limits of what is read: Azure takes conditions of up to 8 KB. See
// https://learn.microsoft.com/azure/role-based-access-control/conditions-faq.
const (
	maxText  = 64 << 10
	maxDepth = 100
)

// Expression is a condition that was read. It never changes and is safe for
// concurrent use.
type Expression struct {
	root node
	keys []string
}

// Keys returns the attributes that the condition names, in order of
// appearance, each once. The slice is shared: do not change it.
func (e *Expression) Keys() []string { return e.keys }

// Parse reads a condition. Its errors say at which character it cannot be
// understood, counted from 1.
func Parse(text string) (*Expression, error) {
	if len(text) > maxText {
		return nil, errorAt(maxText, "the condition is longer than %d bytes", maxText)
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, seen: map[string]bool{}}
	root, err := p.condition(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, errorAt(t.at, "unexpected %s, want AND, OR or the end", t)
	}
	return &Expression{root: root, keys: p.keys}, nil
}

type parser struct {
	tokens []token
	pos    int
	keys   []string
	seen   map[string]bool
}

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

func (p *parser) expect(sign string) error {
	if t := p.next(); !t.is(sign) {
		return errorAt(t.at, "unexpected %s, want %q", t, sign)
	}
	return nil
}

// condition reads terms joined by AND and OR.
func (p *parser) condition(depth int) (node, error) {
	first, err := p.term(depth)
	if err != nil {
		return nil, err
	}
	terms, ors := []node{first}, []bool{}
	for {
		or, ok := p.joint()
		if !ok {
			return join(terms, ors), nil
		}
		n, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		terms, ors = append(terms, n), append(ors, or)
	}
}

// joint reads an AND or OR if one follows.
func (p *parser) joint() (or, ok bool) {
	switch t := p.peek(); {
	case t.word("AND"), t.is("&&"):
		p.pos++
		return false, true
	case t.word("OR"), t.is("||"):
		p.pos++
		return true, true
	}
	return false, false
}

// join builds the tree of a chain. Where AND and OR are mixed, the tree holds
// both extremes: every other grouping lies between them.
func join(terms []node, ors []bool) node {
	tight, loose := fold(terms, ors, false), fold(terms, ors, true)
	if mixed(ors) {
		return either{tight, loose}
	}
	return tight
}

func mixed(ors []bool) bool {
	for _, or := range ors {
		if or != ors[0] {
			return true
		}
	}
	return false
}

// fold groups a chain, the given joint binding more tightly.
func fold(terms []node, ors []bool, tightOr bool) node {
	var outer []node
	inner := []node{terms[0]}
	for i, or := range ors {
		if or != tightOr {
			outer, inner = append(outer, group(inner, tightOr)), nil
		}
		inner = append(inner, terms[i+1])
	}
	return group(append(outer, group(inner, tightOr)), !tightOr)
}

func group(nodes []node, or bool) node {
	switch {
	case len(nodes) == 1:
		return nodes[0]
	case or:
		return anyOf(nodes)
	}
	return allOf(nodes)
}

func (p *parser) term(depth int) (node, error) {
	t := p.peek()
	switch {
	case depth > maxDepth:
		return nil, errorAt(t.at, "more than %d levels of parentheses and negations", maxDepth)
	case t.word("NOT"), t.is("!"):
		p.pos++
		n, err := p.term(depth + 1)
		return not{n}, err
	case t.is("("):
		p.pos++
		n, err := p.condition(depth + 1)
		if err != nil {
			return nil, err
		}
		return n, p.expect(")")
	case t.word("ActionMatches"):
		p.pos++
		return p.actionMatches()
	case t.word("SubOperationMatches"):
		p.pos++
		return p.subOperationMatches()
	case t.word("Exists"):
		p.pos++
		return p.exists()
	}
	return p.comparison()
}

func (p *parser) actionMatches() (node, error) {
	at := p.peek().at
	patterns, err := p.set()
	if err != nil {
		return nil, err
	}
	for i, s := range patterns {
		if s == "" {
			return nil, errorAt(at, "ActionMatches names no action")
		}
		patterns[i] = strings.ToLower(s)
	}
	return actionMatches(patterns), nil
}

func (p *parser) subOperationMatches() (node, error) {
	patterns, err := p.set()
	if err != nil {
		return nil, err
	}
	return comparison{
		left: operand{attribute: p.key(subOperation)}, right: operand{values: patterns},
		operator: operator{quantifier: anyOfAny, compare: like(true)},
	}, nil
}

func (p *parser) exists() (node, error) {
	t := p.peek()
	a, err := p.attribute()
	if err != nil {
		return nil, err
	}
	if a == nil {
		return nil, errorAt(t.at, "unexpected %s after Exists, want an attribute, as @Request[name] is", t)
	}
	return exists{a}, nil
}
