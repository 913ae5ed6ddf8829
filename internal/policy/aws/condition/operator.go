package condition

import (
	"errors"
	"strings"
)

// test is how a value of the policy is held against one of the request.
type test uint8

const (
	equalTest  test = iota // Text, with or without wildcards.
	foldTest               // Text without regard to case.
	arnTest                // ARNs, part by part.
	boolTest               // Text that is "true" or "false", in any case.
	numberTest             // Numbers.
	dateTest               // Points in time.
	ipTest                 // Addresses in ranges.
	nullTest               // Whether the key is there.
)

// quantifier is the set prefix of an operator.
type quantifier uint8

const (
	plain quantifier = iota
	forAll
	forAny
)

// operator is a condition operator taken apart.
type operator struct {
	test     test
	wild     bool // "*" and "?" of the policy's values are wildcards.
	binary   bool // The policy's values are in base64.
	negated  bool
	ifExists bool
	set      quantifier
	order    relation // Of numberTest and dateTest.
}

// relation says which outcomes of comparing the request's value with the
// policy's count as a match.
type relation struct{ less, equal, more bool }

func (r relation) holds(compared int) bool {
	switch {
	case compared < 0:
		return r.less
	case compared > 0:
		return r.more
	}
	return r.equal
}

// parseOperator reads an operator's name, of which case does not matter.
func parseOperator(name string) (operator, error) {
	base, set := strings.ToLower(name), plain
	if rest, ok := strings.CutPrefix(base, "forallvalues:"); ok {
		base, set = rest, forAll
	} else if rest, ok := strings.CutPrefix(base, "foranyvalue:"); ok {
		base, set = rest, forAny
	}
	base, ifExists := strings.CutSuffix(base, "ifexists")
	op, ok := baseOperator(base)
	switch {
	case !ok:
		return op, errors.New("AWS has no condition operator of this name")
	case op.test == nullTest && ifExists:
		return op, errors.New("the Null operator takes no IfExists")
	case op.test == nullTest && set != plain:
		return op, errors.New("the Null operator takes neither ForAllValues nor ForAnyValue")
	}
	op.set, op.ifExists = set, ifExists
	return op, nil
}

func baseOperator(name string) (operator, bool) {
	if rest, ok := strings.CutPrefix(name, "numeric"); ok {
		return ordered(numberTest, rest)
	}
	if rest, ok := strings.CutPrefix(name, "date"); ok {
		return ordered(dateTest, rest)
	}
	switch name {
	case "stringequals":
		return operator{test: equalTest}, true
	case "stringnotequals":
		return operator{test: equalTest, negated: true}, true
	case "stringequalsignorecase":
		return operator{test: foldTest}, true
	case "stringnotequalsignorecase":
		return operator{test: foldTest, negated: true}, true
	case "stringlike":
		return operator{test: equalTest, wild: true}, true
	case "stringnotlike":
		return operator{test: equalTest, wild: true, negated: true}, true
	case "arnequals", "arnlike":
		return operator{test: arnTest, wild: true}, true
	case "arnnotequals", "arnnotlike":
		return operator{test: arnTest, wild: true, negated: true}, true
	case "bool":
		return operator{test: boolTest}, true
	case "binaryequals":
		return operator{test: equalTest, binary: true}, true
	case "ipaddress":
		return operator{test: ipTest}, true
	case "notipaddress":
		return operator{test: ipTest, negated: true}, true
	case "null":
		return operator{test: nullTest}, true
	}
	return operator{}, false
}

func ordered(t test, name string) (operator, bool) {
	switch name {
	case "equals":
		return operator{test: t, order: relation{equal: true}}, true
	case "notequals":
		return operator{test: t, order: relation{equal: true}, negated: true}, true
	case "lessthan":
		return operator{test: t, order: relation{less: true}}, true
	case "lessthanequals":
		return operator{test: t, order: relation{less: true, equal: true}}, true
	case "greaterthan":
		return operator{test: t, order: relation{more: true}}, true
	case "greaterthanequals":
		return operator{test: t, order: relation{more: true, equal: true}}, true
	}
	return operator{}, false
}
