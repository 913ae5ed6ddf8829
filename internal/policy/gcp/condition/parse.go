package condition

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep expressions may be nested.
const maxDepth = 200

// Parse reads a condition. An error names the position, counted in bytes
// from 1.
func Parse(s string) (*Expr, error) {
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, fmt.Errorf("position %d: %q follows the end of the expression", t.at+1, t.text)
	}
	slices.Sort(p.unfit)
	return &Expr{root: root, unfit: slices.Compact(p.unfit)}, nil
}

type parser struct {
	tokens []token
	depth  int
	unfit  []string
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// is reports whether an operator follows, and takes it.
func (p *parser) is(ops ...string) (string, bool) {
	t := p.peek()
	if t.kind == operator && slices.Contains(ops, t.text) || t.kind == name && t.text == "in" && slices.Contains(ops, "in") {
		p.take()
		return t.text, true
	}
	return "", false
}

func (p *parser) want(op string) error {
	if _, ok := p.is(op); ok {
		return nil
	}
	return fmt.Errorf("position %d: %q is expected, not %s", p.peek().at+1, op, p.peek())
}

func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return strconv.Quote(t.text)
}

// expression reads a whole expression: with "?" and ":", or less.
func (p *parser) expression() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("position %d: nested more than %d deep", p.peek().at+1, maxDepth)
	}
	defer func() { p.depth-- }()
	test, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if _, ok := p.is("?"); !ok {
		return test, nil
	}
	yes, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.want(":"); err != nil {
		return nil, err
	}
	no, err := p.expression()
	return choice{test, yes, no}, err
}

// levels are the operators by how tightly they bind, the loosest first.
func levels() [][]string {
	return [][]string{{"||"}, {"&&"}, {"==", "!=", "<", "<=", ">", ">=", "in"}, {"+", "-"}, {"*", "/", "%"}}
}

func (p *parser) binary(level int) (node, error) {
	all := levels()
	if level == len(all) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		op, ok := p.is(all[level]...)
		if !ok {
			return left, nil
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = operation(op, left, right)
	}
}

func (p *parser) unary() (node, error) {
	op, ok := p.is("!", "-")
	if !ok {
		return p.member()
	}
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("position %d: nested more than %d deep", p.peek().at+1, maxDepth)
	}
	defer func() { p.depth-- }()
	of, err := p.unary()
	if op == "!" {
		return not{of}, err
	}
	return negative{of}, err
}

// member reads a value with what is selected from it and called on it.
func (p *parser) member() (node, error) {
	n, err := p.primary()
	for err == nil {
		op, ok := p.is(".", "[")
		if !ok {
			return n, nil
		}
		if op == "." {
			n, err = p.selection(n)
		} else {
			n, err = p.index(n)
		}
	}
	return nil, err
}

func (p *parser) index(of node) (node, error) {
	i, err := p.expression()
	if err != nil {
		return nil, err
	}
	return element{of, i}, p.want("]")
}

func (p *parser) selection(of node) (node, error) {
	t := p.take()
	if t.kind != name {
		return nil, fmt.Errorf("position %d: a name is expected after the dot, not %s", t.at+1, t)
	}
	if _, ok := p.is("("); !ok {
		if a, ok := of.(attribute); ok {
			return attribute{a.name + "." + t.text}, nil
		}
		return nil, fmt.Errorf("position %d: %q is selected from what is no attribute", t.at+1, t.text)
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	return p.call(of, t.text, args), nil
}

// list reads expressions up to what closes them.
func (p *parser) list(closing string) ([]node, error) {
	var out []node
	for {
		if _, ok := p.is(closing); ok {
			return out, nil
		}
		if len(out) > 0 {
			if err := p.want(","); err != nil {
				return nil, err
			}
		}
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
}

func (p *parser) primary() (node, error) {
	t := p.take()
	switch {
	case t.kind == text:
		if !utf8.ValidString(t.text) {
			return nil, fmt.Errorf("position %d: the string is not UTF-8", t.at+1)
		}
		return literal{t.text}, nil
	case t.kind == number:
		return numeral(t)
	case t.kind == name:
		return p.named(t)
	case t.kind == operator && t.text == "(":
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		return n, p.want(")")
	case t.kind == operator && t.text == "[":
		items, err := p.list("]")
		return listing{items}, err
	}
	return nil, fmt.Errorf("position %d: a value is expected, not %s", t.at+1, t)
}

func (p *parser) named(t token) (node, error) {
	switch t.text {
	case "true", "false":
		return literal{t.text == "true"}, nil
	case "null":
		return literal{nil}, nil
	case "in":
		return nil, fmt.Errorf("position %d: a value is expected before %q", t.at+1, t.text)
	}
	if _, ok := p.is("("); !ok {
		return attribute{t.text}, nil
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	return p.call(nil, t.text, args), nil
}

func numeral(t token) (node, error) {
	if i, err := strconv.ParseInt(t.text, 0, 64); err == nil {
		return literal{i}, nil
	}
	f, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil, fmt.Errorf("position %d: %q is no number", t.at+1, t.text)
	}
	return literal{f}, nil
}

func codepoint(digits string, base int) (rune, bool) {
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
