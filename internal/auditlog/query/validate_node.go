package query

import (
	"fmt"
	"unicode/utf8"
)

// validation walks a tree.
type validation struct {
	problems             *problems
	nodes, values, bytes int
	parts, words         sum  // Of the values, see MaxParts and MaxWords.
	stopped              bool // Too large to go on.
}

func (v *validation) node(n *Node, path string, depth int, disabled bool) {
	v.nodes++
	switch {
	case v.stopped:
		return
	case v.nodes > MaxNodes:
		v.stop("where", "has more than %d conditions and groups; put values of the same field into one condition", MaxNodes)
		return
	case depth > MaxDepth:
		v.stop(path, "is nested deeper than %d groups", MaxDepth)
		return
	}
	disabled = disabled || n.Disabled
	if !v.one(n, path) {
		return
	}
	switch {
	case n.All != nil:
		v.children(n.All, under(path, "all"), depth+1, disabled)
	case n.Any != nil:
		v.children(n.Any, under(path, "any"), depth+1, disabled)
	case n.Not != nil:
		v.node(n.Not, under(path, "not"), depth+1, disabled)
	default:
		v.condition(n, path, disabled)
	}
}

func (v *validation) children(list []Node, path string, depth int, disabled bool) {
	for i := range list {
		if v.stopped {
			return
		}
		v.node(&list[i], element(path, i), depth, disabled)
	}
}

func (v *validation) stop(path, format string, args ...any) {
	v.stopped = true
	v.problems.add(path, format, args...)
}

// one tells whether a node is of exactly one kind.
func (v *validation) one(n *Node, path string) bool {
	set := 0
	for _, is := range []bool{n.All != nil, n.Any != nil, n.Not != nil, n.Field != ""} {
		if is {
			set++
		}
	}
	group := n.All != nil || n.Any != nil || n.Not != nil
	switch {
	case set == 0 && (n.Operator != "" || n.Values != nil):
		v.problems.add(path, "has no field; name what the values are compared with")
	case set == 0:
		v.problems.add(path, "is empty; give one of all, any, not and field")
	case set > 1:
		v.problems.add(path, "has more than one of all, any, not and field; give exactly one")
	case group && (n.Operator != "" || n.Values != nil):
		v.problems.add(path, "is a group, which has no op and no values")
	default:
		return true
	}
	return false
}

func (v *validation) condition(n *Node, path string, disabled bool) {
	info, ok := lookup(n.Field)
	if !ok {
		v.problems.add(under(path, "field"), "%s is not a field%s", quote(string(n.Field)), didYouMean(string(n.Field)))
		return
	}
	if message := checkOperator(info, n.Operator); message != "" {
		v.problems.add(under(path, "op"), "%s", message)
		return
	}
	if !v.room(n, path) {
		return
	}
	if disabled {
		return
	}
	if message := checkCount(n.Operator, len(n.Values)); message != "" {
		v.problems.add(under(path, "values"), "%s", message)
		return
	}
	for i, value := range n.Values {
		if message := checkValue(info, n.Operator, value); message != "" {
			v.problems.add(element(under(path, "values"), i), "%s", message)
		}
	}
}

// room tells whether the values still fit.
func (v *validation) room(n *Node, path string) bool {
	v.values += len(n.Values)
	if v.values > MaxValues {
		v.stop(under(path, "values"), "makes it more than %d values in all", MaxValues)
		return false
	}
	if message := v.costly(n); message != "" {
		v.stop(under(path, "values"), "%s", message)
		return false
	}
	for i, value := range n.Values {
		v.bytes += len(value)
		if v.bytes > MaxBytes {
			v.stop(element(under(path, "values"), i), "makes it more than %d bytes of values in all", MaxBytes)
			return false
		}
		if !utf8.ValidString(value) {
			v.problems.add(element(under(path, "values"), i), "is not UTF-8")
			return false
		}
	}
	return true
}

// costly tells what is wrong with the values that take the store much work and
// memory, "" if nothing is.
func (v *validation) costly(n *Node) string {
	plain, _ := n.Operator.Plain()
	if plain != Contains && plain != Matches {
		return ""
	}
	v.parts.add(n.Values)
	if n.Field == Text {
		v.words.add(n.Values)
	}
	switch {
	case v.words.values > MaxWords:
		return fmt.Sprintf("makes it more than %d values of free text in all; name the field that has them", MaxWords)
	case v.words.bytes > MaxWordBytes:
		return fmt.Sprintf("makes it more than %d bytes of free text in all; name the field that has it", MaxWordBytes)
	case v.parts.values > MaxParts:
		return fmt.Sprintf("makes it more than %d values of contains and matches in all; ask for whole values, or ask several times", MaxParts)
	case v.parts.bytes > MaxPartBytes:
		return fmt.Sprintf("makes it more than %d bytes of contains and matches in all; ask for whole values, or ask several times", MaxPartBytes)
	}
	return ""
}

// sum is how many values there are, and how long they are.
type sum struct{ values, bytes int }

func (s *sum) add(values []string) {
	s.values += len(values)
	for _, v := range values {
		s.bytes += len(v)
	}
}

func checkOperator(info *Info, op Operator) string {
	switch {
	case op == "":
		return "is missing; " + string(info.Name) + " takes " + names(info.Operators)
	case info.Allows(op):
		return ""
	case !knownOperator(op):
		return fmt.Sprintf("%s is not an operator; %s takes %s", quote(string(op)), info.Name, names(info.Operators))
	}
	return fmt.Sprintf("%s cannot be asked with %s; it takes %s", info.Name, op, names(info.Operators))
}

// Operators are all that there are.
func Operators() []Operator {
	return []Operator{
		Is, IsNot, In, NotIn, Contains, NotContains, Matches, NotMatches, Greater, Less, InCIDR, NotInCIDR, Exists, NotExists,
	}
}

func knownOperator(op Operator) bool {
	_, ok := op.negated()
	return ok
}

// negated tells whether an operator is a negated one, and whether it is one at
// all.
func (o Operator) negated() (negated, known bool) {
	switch o {
	case Is, In, Contains, Matches, Greater, Less, InCIDR, Exists:
		return false, true
	case IsNot, NotIn, NotContains, NotMatches, NotInCIDR, NotExists:
		return true, true
	}
	return false, false
}

// Plain returns the operator that a negated one is the opposite of, and whether
// it is a negated one.
func (o Operator) Plain() (plain Operator, negated bool) {
	switch o {
	case IsNot:
		return Is, true
	case NotIn:
		return In, true
	case NotContains:
		return Contains, true
	case NotMatches:
		return Matches, true
	case NotInCIDR:
		return InCIDR, true
	case NotExists:
		return Exists, true
	case Is, In, Contains, Matches, Greater, Less, InCIDR, Exists:
	}
	return o, false
}
