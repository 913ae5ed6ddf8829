package condition

import "strings"

// Prefix is a text of which only the beginning is known, such as the name of
// some object in a bucket. Name is that of its attribute.
type Prefix struct{ Known, Name string }

func (p Prefix) open() any { return unknown{[]string{p.Name}} }

// equals compares with a text.
func (p Prefix) equals(s string) any {
	if !strings.HasPrefix(s, p.Known) {
		return false
	}
	return p.open()
}

// compare is "==", "!=" and "in" where an operand is a prefix.
func (p Prefix) compare(op string, other any) any {
	switch other := other.(type) {
	case string:
		v := p.equals(other)
		if b, ok := v.(bool); ok {
			return b == (op == "==")
		}
		return v
	case []any:
		if op != "in" {
			break
		}
		for _, item := range other {
			if s, ok := item.(string); ok && p.equals(s) != any(false) {
				return p.open()
			}
		}
		return false
	}
	return p.open()
}

// call is a function called on a prefix with one text.
func (p Prefix) call(name, arg string) any {
	switch name {
	case "startsWith":
		switch {
		case strings.HasPrefix(p.Known, arg):
			return true
		case !strings.HasPrefix(arg, p.Known):
			return false
		}
	case "contains":
		if strings.Contains(p.Known, arg) {
			return true
		}
	case "extract":
		return p.extract(arg)
	}
	return p.open()
}

// extract is known where all that the template asks for stands in what is known.
func (p Prefix) extract(template string) any {
	if before, _, ok := strings.Cut(template, "{"); !ok || !strings.Contains(p.Known, before) || strings.HasSuffix(template, "}") {
		return p.open()
	}
	if v := extract(p.Known, template); v != any("") {
		return v
	}
	return p.open()
}
