package condition

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Raw is one key under one operator of a Condition element as it is written.
type Raw struct {
	Operator string   // Such as "ForAnyValue:StringLike".
	Key      string   // Such as "aws:PrincipalTag/team".
	Values   []string // Any of them suffices; none: nothing matches.
}

// Set is a compiled Condition element. It is safe for concurrent use.
type Set struct {
	clauses []clause
}

// clause is one key under one operator with the values of the policy, read as
// the operator reads them.
type clause struct {
	operator
	key      Key
	texts    []string // Of tests of text; those without wildcards and variables.
	patterns []pattern
	numbers  []decimal
	dates    []instant
	ranges   []netip.Prefix
	presence [2]bool // Of nullTest: whether it asks for [absent, present].
}

// Compile makes a Condition element ready to evaluate; variables tells whether
// the policy's version has policy variables. A list without entries makes a nil
// Set, which always holds. An error names the operator, the key and the value
// that AWS has no use for, and why.
func Compile(list []Raw, variables bool) (*Set, error) {
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // A nil Set is one without conditions.
	}
	s := &Set{clauses: make([]clause, len(list))}
	for i := range list {
		if err := s.clauses[i].compile(&list[i], variables); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (c *clause) compile(raw *Raw, variables bool) error {
	op, err := parseOperator(raw.Operator)
	if err != nil {
		return fmt.Errorf("condition operator %q of key %q: %w", raw.Operator, raw.Key, err)
	}
	if raw.Key == "" {
		return fmt.Errorf("condition operator %q: a key without name: name a context key, such as aws:PrincipalArn", raw.Operator)
	}
	c.operator, c.key = op, newKey(raw.Key)
	for _, v := range raw.Values {
		if err := c.add(v, variables); err != nil {
			return fmt.Errorf("condition operator %q of key %q: value %q: %w", raw.Operator, raw.Key, v, err)
		}
	}
	return nil
}

// add reads one value of the policy.
func (c *clause) add(v string, variables bool) (err error) {
	switch c.test {
	case equalTest, foldTest, arnTest:
		return c.addText(v, variables)
	case boolTest:
		return c.addBool(v, variables)
	case nullTest:
		return c.addPresence(v)
	case numberTest:
		c.numbers, err = read(c.numbers, v, parseDecimal, "a number, such as 10 or 0.5")
	case dateTest:
		c.dates, err = read(c.dates, v, parseInstant, "a date, such as 2020-04-01T00:00:00Z, or seconds since 1970")
	case ipTest:
		c.ranges, err = read(c.ranges, v, parseRange, "an IP address or range, such as 203.0.113.0/24 or 2001:db8::/32")
	}
	return err
}

// read appends a value that has to be of a form.
func read[T any](list []T, v string, parse func(string) (T, bool), form string) ([]T, error) {
	t, ok := parse(v)
	if !ok {
		return nil, fmt.Errorf("write %s", form)
	}
	return append(list, t), nil
}

func (c *clause) addText(v string, variables bool) error {
	if c.binary {
		return c.addBinary(v)
	}
	p, text, fixed := newPattern(v, c.operator, variables)
	if fixed {
		c.texts = append(c.texts, text)
		return nil
	}
	c.patterns = append(c.patterns, p)
	return checkVariables(p.vars)
}

func (c *clause) addBool(v string, variables bool) error {
	if boolean(v) {
		c.texts = append(c.texts, v)
		return nil
	}
	p, _, fixed := newPattern(v, c.operator, variables)
	if fixed {
		return errors.New(`write "true" or "false"`)
	}
	c.patterns = append(c.patterns, p)
	return checkVariables(p.vars)
}

func (c *clause) addPresence(v string) error {
	if !boolean(v) {
		return errors.New(`write "true", the key is absent, or "false"`)
	}
	if strings.EqualFold(v, "true") {
		c.presence[0] = true
	} else {
		c.presence[1] = true
	}
	return nil
}

func boolean(v string) bool { return strings.EqualFold(v, "true") || strings.EqualFold(v, "false") }

// addBinary keeps a value in both its spellings, with padding and without.
func (c *clause) addBinary(v string) error {
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil {
		return fmt.Errorf("write base64: %w", err)
	}
	c.texts = append(c.texts, base64.StdEncoding.EncodeToString(b), base64.RawStdEncoding.EncodeToString(b))
	return nil
}
