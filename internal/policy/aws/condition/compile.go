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
	ok := true
	switch c.test {
	case equalTest, foldTest, arnTest:
		if c.binary {
			return c.addBinary(v)
		}
		c.addText(v, variables)
	case boolTest:
		return c.addBool(v, variables)
	case nullTest:
		ok = boolean(v)
		c.presence[truth(strings.EqualFold(v, "false"))/Yes] = true
		err = errors.New(`neither "true" nor "false"`)
	case numberTest:
		var n decimal
		n, ok = parseDecimal(v)
		c.numbers, err = append(c.numbers, n), errors.New("not a number, such as 10 or 0.5")
	case dateTest:
		var t instant
		t, ok = parseInstant(v)
		c.dates, err = append(c.dates, t), errors.New("not a date, such as 2020-04-01T00:00:00Z, nor seconds since 1970")
	case ipTest:
		var p netip.Prefix
		p, ok = parseRange(v)
		c.ranges, err = append(c.ranges, p), errors.New("neither an IP address nor a range, such as 203.0.113.0/24 or 2001:db8::/32")
	}
	if ok {
		return nil
	}
	return err
}

func (c *clause) addText(v string, variables bool) {
	p, text, fixed := newPattern(v, c.operator, variables)
	if fixed {
		c.texts = append(c.texts, text)
		return
	}
	c.patterns = append(c.patterns, p)
}

func (c *clause) addBool(v string, variables bool) error {
	if boolean(v) {
		c.texts = append(c.texts, v)
		return nil
	}
	p, _, fixed := newPattern(v, c.operator, variables)
	if fixed {
		return errors.New(`neither "true" nor "false"`)
	}
	c.patterns = append(c.patterns, p)
	return nil
}

func boolean(v string) bool { return strings.EqualFold(v, "true") || strings.EqualFold(v, "false") }

// addBinary keeps a value in both its spellings, with padding and without.
func (c *clause) addBinary(v string) error {
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil {
		return fmt.Errorf("not base64: %w", err)
	}
	c.texts = append(c.texts, base64.StdEncoding.EncodeToString(b), base64.RawStdEncoding.EncodeToString(b))
	return nil
}
