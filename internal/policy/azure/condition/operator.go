package condition

import (
	"strconv"
	"strings"
	"time"
)

// quantifier says how many values of the sides must compare.
type quantifier uint8

const (
	plain quantifier = iota
	anyOfAny
	allOfAny
	anyOfAll
	allOfAll
)

// compare compares two values; Maybe where one of them cannot be read.
type compare func(left, right string) Truth

// operator is an operator as
// https://learn.microsoft.com/azure/role-based-access-control/conditions-format
// lists them.
type operator struct {
	name       string
	quantifier quantifier
	compare    compare
	negated    bool // The negation of compare.
	read       func(string) bool
}

// valid reports whether v can stand beside the operator.
func (o operator) valid(v string) bool { return o.read == nil || o.read(v) }

func operatorOf(t token) (operator, error) {
	name := strings.ToLower(t.text)
	o := operator{name: t.text}
	if q, rest, ok := strings.Cut(name, ":"); ok {
		name = rest
		switch q {
		case "foranyofanyvalues":
			o.quantifier = anyOfAny
		case "forallofanyvalues":
			o.quantifier = allOfAny
		case "foranyofallvalues":
			o.quantifier = anyOfAll
		case "forallofallvalues":
			o.quantifier = allOfAll
		default:
			return o, errorAt(t.at, "there is no quantifier %q; it is ForAnyOfAnyValues, ForAllOfAnyValues, ForAnyOfAllValues or ForAllOfAllValues", t.text[:len(q)])
		}
	}
	if !o.find(name) {
		return o, errorAt(t.at, "there is no operator %q", t.text)
	}
	return o, nil
}

// find fills in the comparison with a name in lower case.
func (o *operator) find(name string) bool {
	if rest, ok := strings.CutPrefix(name, "string"); ok {
		return o.text(rest)
	}
	for _, k := range kinds() {
		if rest, ok := strings.CutPrefix(name, k.prefix); ok {
			o.read = k.read
			return o.ordered(rest, k.order, k.equality)
		}
	}
	return false
}

func (o *operator) text(name string) bool {
	name, fold := strings.CutSuffix(name, "ignorecase")
	name, o.negated = strings.CutPrefix(name, "not")
	switch name {
	case "equals":
		o.compare = func(l, r string) Truth { return truth(l == r || fold && strings.EqualFold(l, r)) }
	case "startswith":
		o.compare = func(l, r string) Truth { return truth(strings.HasPrefix(folded(l, fold), folded(r, fold))) }
	case "like":
		o.compare = like(fold)
	default:
		return false
	}
	return true
}

func like(fold bool) compare {
	return func(l, r string) Truth { return truth(matches(folded(r, fold), folded(l, fold))) }
}

func folded(s string, fold bool) string {
	if fold {
		return strings.ToLower(s)
	}
	return s
}

// ordered finds comparisons of numbers, times and the like.
func (o *operator) ordered(name string, order func(l, r string) (int, bool), equality bool) bool {
	var holds func(int) bool
	switch name {
	case "equals", "notequals":
		o.negated = name == "notequals"
		holds = func(c int) bool { return c == 0 }
	case "lessthan":
		holds = func(c int) bool { return c < 0 }
	case "lessthanequals":
		holds = func(c int) bool { return c <= 0 }
	case "greaterthan":
		holds = func(c int) bool { return c > 0 }
	case "greaterthanequals":
		holds = func(c int) bool { return c >= 0 }
	}
	if holds == nil || equality && !strings.HasSuffix(name, "equals") || equality && strings.Contains(name, "than") {
		return false
	}
	o.compare = func(l, r string) Truth {
		c, ok := order(l, r)
		if !ok {
			return Maybe
		}
		return truth(holds(c))
	}
	return true
}

// ordering is a kind of values that operators compare.
type ordering struct {
	prefix   string
	equality bool // Only equality is defined.
	read     func(string) bool
	order    func(l, r string) (int, bool)
}

func kinds() []ordering {
	return []ordering{
		orderingOf("numeric", false, readNumber, func(l, r int64) int { return cmpOf(l < r, l > r) }),
		orderingOf("datetime", false, readTime, time.Time.Compare),
		orderingOf("bool", true, readBool, func(l, r bool) int { return cmpOf(!l && r, l && !r) }),
		orderingOf("guid", true, readGUID, strings.Compare),
	}
}

func orderingOf[T any](prefix string, equality bool, read func(string) (T, bool), order func(l, r T) int) ordering {
	return ordering{
		prefix: prefix, equality: equality,
		read: func(s string) bool { _, ok := read(s); return ok },
		order: func(l, r string) (int, bool) {
			a, ok := read(l)
			b, too := read(r)
			if !ok || !too {
				return 0, false
			}
			return order(a, b), true
		},
	}
}

func cmpOf(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// readNumber reads an integer: Azure compares no others.
func readNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func readBool(s string) (value, ok bool) {
	return strings.EqualFold(s, "true"), strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
}

// readTime reads "yyyy-mm-ddThh:mm:ss.mmmmmmmZ", in universal time where it
// names no other.
func readTime(s string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// readGUID reads a GUID with or without hyphens, or a resource id that ends in
// one, as role definitions have.
func readGUID(s string) (string, bool) {
	s = s[strings.LastIndexByte(s, '/')+1:]
	s = strings.ToLower(strings.ReplaceAll(strings.Trim(s, "{}"), "-", ""))
	if len(s) != 32 || strings.Trim(s, "0123456789abcdef") != "" {
		return "", false
	}
	return s, true
}
