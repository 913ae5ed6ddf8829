package logsql

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/leastward/leastward/internal/auditlog/row"
)

// equals is the filter that a field has one of the values, exactly.
func equals(col columns, values []string) string {
	if len(values) == 0 {
		return nothing
	}
	one := equalsOne(col.one, values)
	if col.several == "" {
		return one
	}
	return either(one, hasElement(col.several, values))
}

func equalsOne(column string, values []string) string {
	var plain, filters []string
	for _, v := range values {
		if ambiguous(v) {
			filters = append(filters, matching(column, "^"+regexp.QuoteMeta(v)+"$"))
		} else {
			plain = append(plain, v)
		}
	}
	switch len(plain) {
	case 0:
	case 1:
		filters = append(filters, column+":="+quote(plain[0]))
	default:
		filters = append(filters, column+":in("+quoteAll(plain)+")")
	}
	return either(filters...)
}

// ambiguous tells whether the engine may take a value for another number, time
// or address than the one it is the text of.
func ambiguous(v string) bool {
	if v == "" || !strings.ContainsAny(v[:1], "0123456789+-.") || strings.Trim(v, "0123456789_+-.:eETZinfINF") != "" {
		return false
	}
	digits := strings.Trim(v, "0123456789") == ""
	if digits && (v[0] != '0' || v == "0") {
		return false
	}
	a, err := netip.ParseAddr(v)
	return err != nil || !a.Is4()
}

// The pieces of a JSON array of strings, as regular expressions.
const (
	// Unit is one character of a string. The letter a stands apart because the
	// engine prints expressions, and the standard library, to print a class,
	// goes through its letters until one lacks its other case: with a class of
	// nearly everything that takes milliseconds.
	unit = `(?:[^"\\a]|\\u[0-9a-f]{4}|\\["\\bfnrt]|a)`
	// Before is everything before an element's opening quote.
	before = `^\[(?:"` + unit + `*",)*`
)

// hasElement is the filter that a JSON array of strings has one of the values.
//
// The text looked for begins with what stands before an opening quote. A quote
// within an element has a backslash before it instead. A closing quote may have
// a comma before it, but what follows it until the next quote is a comma
// alone: so only the value "," needs more care.
func hasElement(column string, values []string) string {
	var filters, phrases []string
	for _, v := range values {
		if v == "," {
			filters = append(filters, matching(column, before+`","`))
			continue
		}
		phrases = append(phrases, "["+row.Quote(v), ","+row.Quote(v))
	}
	if len(phrases) > 0 {
		// The phrases begin and end with what belongs to no word, so they are
		// found anywhere.
		filters = append(filters, column+":contains_any("+quoteAll(phrases)+")")
	}
	return either(filters...)
}
