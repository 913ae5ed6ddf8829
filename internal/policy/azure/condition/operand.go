package condition

import (
	"slices"
	"strings"
)

// subOperation is the attribute that SubOperationMatches looks at.
const subOperation = "@Request[subOperation]"

// attribute is something that conditions ask of a request.
type attribute struct {
	text string // As first written.
	key  string // As compared.
}

// key returns the attribute with a text, which it remembers.
func (p *parser) key(text string) *attribute {
	a := &attribute{text: text, key: Canonical(text)}
	if !p.seen[a.key] {
		p.seen[a.key] = true
		p.keys = append(p.keys, text)
	}
	return a
}

// attribute reads an attribute, nil if none follows.
func (p *parser) attribute() (*attribute, error) {
	t := p.peek()
	at := t.is("@")
	if at {
		p.pos++
	}
	source := p.peek()
	if source.kind != tokenWord || p.tokens[p.pos+1].kind != tokenBracket {
		if at {
			return nil, errorAt(source.at, "unexpected %s after @, want a source and a name, as @Resource[name] has", source)
		}
		return nil, nil //nolint:nilnil // none is no error
	}
	if !slices.Contains([]string{"resource", "request", "principal", "environment"}, strings.ToLower(source.text)) {
		return nil, errorAt(source.at, "%s is no source of attributes; it is Resource, Request, Principal or Environment", source)
	}
	p.pos++
	name := p.next()
	if strings.TrimSpace(name.text) == "" {
		return nil, errorAt(name.at, "the attribute has no name")
	}
	return p.key("@" + source.text + "[" + strings.TrimSpace(name.text) + "]"), nil
}

// Canonical returns a name of an attribute as it is compared: case does not
// matter, but in a key of tags that says so, nor does the leading "@".
// See https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes.
func Canonical(name string) string {
	name = strings.TrimPrefix(strings.TrimSpace(name), "@")
	const mark = "<$key_case_sensitive$>"
	lower := strings.ToLower(name)
	if end := strings.Index(lower, mark); end >= 0 {
		if start := strings.LastIndexByte(name[:end], ':'); start >= 0 {
			return strings.ToLower(name[:start]) + name[start:end] + strings.ToLower(name[end:])
		}
	}
	if lower == "suboperation" {
		return "request[suboperation]"
	}
	return lower
}

// operand is one side of a comparison.
type operand struct {
	attribute *attribute
	values    []string // Where attribute is nil.
}

func (p *parser) operand() (operand, error) {
	a, err := p.attribute()
	if a != nil || err != nil {
		return operand{attribute: a}, err
	}
	if p.peek().is("{") {
		values, err := p.set()
		return operand{values: values}, err
	}
	v, err := p.value()
	return operand{values: []string{v}}, err
}

func (p *parser) set() ([]string, error) {
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	var out []string
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if p.peek().is(",") {
			p.pos++
			continue
		}
		return out, p.expect("}")
	}
}

func (p *parser) value() (string, error) {
	t := p.next()
	if t.kind != tokenText && t.kind != tokenWord {
		return "", errorAt(t.at, "unexpected %s, want a value", t)
	}
	return t.text, nil
}

func (p *parser) comparison() (node, error) {
	c := comparison{}
	var err error
	if c.left, err = p.operand(); err != nil {
		return nil, err
	}
	t := p.next()
	if t.kind != tokenWord {
		return nil, errorAt(t.at, "unexpected %s, want an operator, as StringEquals is", t)
	}
	if c.operator, err = operatorOf(t); err != nil {
		return nil, err
	}
	start := p.peek().at
	if c.right, err = p.operand(); err != nil {
		return nil, err
	}
	return c, c.check(start)
}

// check holds the values that stand in the condition against the operator.
func (c comparison) check(at int) error {
	for _, o := range []operand{c.left, c.right} {
		for _, v := range o.values {
			if !c.operator.valid(v) {
				return errorAt(at, "%q is no value for %s", v, c.operator.name)
			}
		}
	}
	return nil
}
