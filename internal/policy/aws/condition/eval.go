package condition

import (
	"slices"
	"strings"
)

// Eval returns whether all clauses hold of a request: Yes or No if they do or do
// not whatever is not known of it, else Maybe. A nil Set always holds. It does
// not allocate.
func (s *Set) Eval(src Source) Truth {
	t := Yes
	if s == nil {
		return t
	}
	for i := range s.clauses {
		if t = t.And(s.clauses[i].eval(src)); t == No {
			break
		}
	}
	return t
}

func (c *clause) eval(src Source) Truth {
	v := lookup(src, &c.key)
	switch v.State {
	case Present:
		return c.present(&v, src)
	case Absent:
		return c.absent()
	case Hidden:
		return c.hidden(src)
	case Unknown:
	}
	return join(c.absent(), c.hidden(src))
}

// absent answers for a request without the key.
func (c *clause) absent() Truth {
	switch {
	case c.test == nullTest:
		return truth(c.presence[0])
	case c.ifExists, c.set == forAll:
		return Yes
	case c.set == forAny:
		return No
	}
	return truth(c.negated)
}

// hidden answers for a request in which the key has some value.
func (c *clause) hidden(src Source) Truth {
	if c.test == nullTest {
		return truth(c.presence[1])
	}
	t := c.matchHidden(src)
	if c.negated {
		t = t.Not().And(c.resolved(src))
	}
	switch c.set {
	case forAll:
		return join(t, Yes) // It may be empty.
	case forAny:
		return join(t, No)
	case plain:
	}
	return t
}

func (c *clause) matchHidden(src Source) Truth {
	t := No
	if len(c.texts)+len(c.numbers)+len(c.dates)+len(c.ranges) > 0 {
		t = Maybe
	}
	for i := range c.patterns {
		t = t.Or(c.patterns[i].matchHidden(src))
	}
	if c.test == arnTest || c.test == boolTest {
		t = t.And(Maybe) // It may not be readable.
	}
	return t
}

// present answers for a request with known values of the key.
func (c *clause) present(v *Value, src Source) Truth {
	switch {
	case c.test == nullTest:
		return truth(c.presence[1])
	case c.set != plain && v.empty():
		return truth(c.set == forAll)
	case c.negated:
		return c.valued(v, src).And(c.resolved(src))
	}
	return c.valued(v, src)
}

// empty reports whether the operators over sets take the value for an empty
// set, as an empty string is one to them.
func (v *Value) empty() bool {
	return v.Many == nil && v.One == "" || len(v.Many) == 1 && v.Many[0] == ""
}

// valued compares the values of the key with those of the policy.
func (c *clause) valued(v *Value, src Source) Truth {
	switch {
	case v.Many != nil:
		return c.many(v.Many, src)
	case c.negated:
		return c.match(v.One, src).Not()
	}
	return c.match(v.One, src)
}

// resolved tells whether all policy variables of the clause have a value. One
// without makes a negated clause fail, which would else hold for want of a
// value: see the note on variables that cannot be resolved in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func (c *clause) resolved(src Source) Truth {
	t := Yes
	for i := range c.patterns {
		t = t.And(Resolved(c.patterns[i].vars, src))
	}
	return t
}

func (c *clause) many(values []string, src Source) Truth {
	switch {
	case c.set == forAll && c.negated, c.set == plain && c.negated:
		return c.any(values, src).Not()
	case c.set == forAll:
		return c.all(values, src)
	case c.set == forAny && c.negated:
		return c.all(values, src).Not()
	}
	return c.any(values, src)
}

// any reports whether one of the values matches, all whether each does.
func (c *clause) any(values []string, src Source) Truth {
	t := No
	for _, v := range values {
		t = t.Or(c.match(v, src))
	}
	return t
}

func (c *clause) all(values []string, src Source) Truth {
	t := Yes
	for _, v := range values {
		t = t.And(c.match(v, src))
	}
	return t
}

// match reports whether a value of the request matches one of the policy's.
func (c *clause) match(s string, src Source) Truth {
	switch c.test {
	case equalTest:
		if slices.Contains(c.texts, s) {
			return Yes
		}
	case foldTest, boolTest:
		return c.matchFold(s, src)
	case arnTest:
		if !arn(s) {
			return No
		}
		if slices.Contains(c.texts, s) {
			return Yes
		}
	case numberTest, dateTest, ipTest, nullTest:
		return c.matchRead(s)
	}
	return c.matchPatterns(s, false, src)
}

func (c *clause) matchFold(s string, src Source) Truth {
	if c.test == boolTest && !boolean(s) {
		return No
	}
	for _, t := range c.texts {
		if strings.EqualFold(s, t) {
			return Yes
		}
	}
	return c.matchPatterns(s, true, src)
}

func (c *clause) matchPatterns(s string, fold bool, src Source) Truth {
	t := No
	for i := range c.patterns {
		if t = t.Or(c.patterns[i].match(s, fold, src)); t == Yes {
			break
		}
	}
	return t
}

// matchRead compares what has to be read first.
func (c *clause) matchRead(s string) Truth {
	switch c.test {
	case numberTest:
		return c.matchNumber(s)
	case dateTest:
		return c.matchDate(s)
	case ipTest:
		return c.matchAddress(s)
	case equalTest, foldTest, arnTest, boolTest, nullTest:
	}
	return No
}

func (c *clause) matchNumber(s string) Truth {
	n, ok := parseDecimal(s)
	for i := range c.numbers {
		if ok && c.order.holds(n.compare(c.numbers[i])) {
			return Yes
		}
	}
	return No
}

func (c *clause) matchDate(s string) Truth {
	t, ok := parseInstant(s)
	for i := range c.dates {
		if ok && c.order.holds(t.compare(c.dates[i])) {
			return Yes
		}
	}
	return No
}

func (c *clause) matchAddress(s string) Truth {
	a, ok := parseAddress(s)
	for i := range c.ranges {
		if ok && c.ranges[i].Contains(a) {
			return Yes
		}
	}
	return No
}

// arn reports whether s has the six parts of an ARN.
func arn(s string) bool {
	return strings.HasPrefix(s, "arn:") && strings.Count(s, ":") >= 5
}
