package explain

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// asks appends what a statement asks of the keys that are not known.
func (w *Words) asks(b []byte, d *policy.Decision, reason *policy.Reason) []byte {
	var clauses []string
	if s := w.statement(reason); s != nil {
		for i := range s.Conditions {
			if c := &s.Conditions[i]; concerns(c, d.Keys) {
				clauses = append(clauses, Clause(c))
			}
		}
		for _, v := range variables(s, d.Keys) {
			clauses = append(clauses, v+" fits its resource")
		}
	}
	if len(clauses) == 0 {
		return b
	}
	return append(append(b, ", if "...), strings.Join(clauses, " and ")...)
}

// concerns reports whether a condition looks at one of the keys, or compares
// with one.
func concerns(c *policy.Condition, keys []string) bool {
	if len(keys) == 0 || slices.Contains(keys, strings.ToLower(c.Key)) {
		return true
	}
	return slices.ContainsFunc(c.Values, func(v string) bool { return mentions(v, keys) != "" })
}

// variables returns those of the keys that are variables in the resources.
func variables(s *policy.Statement, keys []string) []string {
	var list []string
	for _, resource := range append(slices.Clip(s.Resources), s.NotResources...) {
		if key := mentions(resource, keys); key != "" && !slices.Contains(list, key) {
			list = append(list, key)
		}
	}
	return list
}

// mentions returns the first of the keys that is a variable in a text.
func mentions(text string, keys []string) string {
	if !strings.Contains(text, "${") {
		return ""
	}
	text = strings.ToLower(text)
	for _, k := range keys {
		if strings.Contains(text, "${"+k+"}") || strings.Contains(text, "${"+k+",") {
			return k
		}
	}
	return ""
}

// Clause puts one condition into words, such as `aws:SourceIp is in
// 10.0.0.0/8`.
func Clause(c *policy.Condition) string {
	operator, subject := c.Operator, c.Key
	if rest, ok := cutFold(operator, "ForAllValues:"); ok {
		operator, subject = rest, "every value of "+c.Key
	} else if rest, ok := cutFold(operator, "ForAnyValue:"); ok {
		operator, subject = rest, "a value of "+c.Key
	}
	if strings.EqualFold(operator, "Null") {
		return null(subject, c.Values)
	}
	tail := ""
	if rest, ok := cutFoldSuffix(operator, "IfExists"); ok {
		operator, tail = rest, ", or "+c.Key+" is absent"
	}
	relation, negated := relationOf(operator)
	return subject + " " + relation + " " + values(c.Values, negated) + tail
}

func null(key string, list []string) string {
	switch {
	case len(list) == 1 && strings.EqualFold(list[0], "true"):
		return key + " is absent"
	case len(list) == 1:
		return key + " is present"
	}
	return "whether " + key + " is absent is " + values(list, false)
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func cutFoldSuffix(s, suffix string) (string, bool) {
	if n := len(s) - len(suffix); n > 0 && strings.EqualFold(s[n:], suffix) {
		return s[:n], true
	}
	return s, false
}

// relationOf returns what an operator says, and whether all of its values must
// differ. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
func relationOf(operator string) (relation string, negated bool) {
	switch strings.ToLower(operator) {
	case "stringequals", "numericequals", "dateequals", "bool", "binaryequals":
		return "is", false
	case "stringnotequals", "numericnotequals", "datenotequals":
		return "is not", true
	case "stringequalsignorecase":
		return "is, in any case of its letters,", false
	case "stringnotequalsignorecase":
		return "is not, in any case of its letters,", true
	case "stringlike", "arnlike", "arnequals":
		return "is like", false
	case "stringnotlike", "arnnotlike", "arnnotequals":
		return "is not like", true
	case "numericlessthan":
		return "is below", false
	case "numericlessthanequals":
		return "is at most", false
	case "numericgreaterthan":
		return "is above", false
	case "numericgreaterthanequals":
		return "is at least", false
	case "datelessthan":
		return "is before", false
	case "datelessthanequals":
		return "is not after", false
	case "dategreaterthan":
		return "is after", false
	case "dategreaterthanequals":
		return "is not before", false
	case "ipaddress":
		return "is in", false
	case "notipaddress":
		return "is not in", true
	}
	return fmt.Sprintf("passes %s of", operator), false
}

// values lists what a key is compared with.
func values(list []string, negated bool) string {
	shown := make([]string, len(list))
	for i, v := range list {
		if shown[i] = v; v == "" || strings.ContainsAny(v, " ,") || strings.ContainsFunc(v, unprintable) {
			shown[i] = fmt.Sprintf("%q", v)
		}
	}
	if len(shown) > 10 {
		shown = append(shown[:10:10], fmt.Sprintf("%d more", len(list)-10))
	}
	word := " or "
	if negated {
		word = " nor "
	}
	return strings.Join(shown, word)
}

// unprintable reports whether a character could do something to a terminal.
func unprintable(c rune) bool { return !unicode.IsPrint(c) }
