package condition

import "slices"

// AppendKeys appends to keys, in lower case and each once, the names of the
// context keys that make Eval answer Maybe. If it answers Yes or No, there are
// none.
func (s *Set) AppendKeys(keys []string, src Source) []string {
	if s.Eval(src) != Maybe {
		return keys
	}
	for i := range s.clauses {
		if c := &s.clauses[i]; c.eval(src) == Maybe {
			keys = c.appendKeys(keys, src)
		}
	}
	return keys
}

func (c *clause) appendKeys(keys []string, src Source) []string {
	v := lookup(src, &c.key)
	if v.State != Present {
		keys = appendOnce(keys, c.key.Name)
	}
	for i := range c.patterns {
		if p := &c.patterns[i]; v.State != Present || c.undecided(p, &v, src) {
			keys = p.appendKeys(keys, src)
		}
	}
	return keys
}

// undecided reports whether it is open if a pattern matches one of the values.
func (c *clause) undecided(p *pattern, v *Value, src Source) bool {
	if c.negated && Resolved(p.vars, src) == Maybe {
		return true
	}
	fold := c.test == foldTest || c.test == boolTest
	if v.Many == nil {
		return p.match(v.One, fold, src) == Maybe
	}
	return slices.ContainsFunc(v.Many, func(s string) bool { return p.match(s, fold, src) == Maybe })
}

// appendKeys appends the variables that are not known.
func (p *pattern) appendKeys(keys []string, src Source) []string {
	for i := range p.vars {
		if _, has := p.vars[i].value(src); has == Maybe {
			keys = appendOnce(keys, p.vars[i].Key.Name)
		}
	}
	return keys
}

func appendOnce(keys []string, name string) []string {
	if slices.Contains(keys, name) {
		return keys
	}
	return append(keys, name)
}
