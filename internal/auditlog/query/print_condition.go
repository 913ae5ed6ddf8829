package query

import (
	"slices"
	"strings"
	"unicode"
)

// conditionText writes a condition as shortly as reading it again allows.
func conditionText(n *Node) string {
	info, ok := lookup(n.Field)
	if !ok {
		info = &Info{Name: n.Field, Kind: KindText}
	}
	plain, negated := n.Operator.Plain()
	if info.Kind == KindWords && n.Operator == Contains && len(n.Values) == 1 {
		return word(n.Values[0])
	}
	sign := ":"
	if negated {
		sign = "!:"
	}
	if text, ok := short(info, plain, n.Values); ok {
		return string(n.Field) + sign + text
	}
	return string(n.Field) + ":" + string(n.Operator) + "(" + strings.Join(valueTexts(info, plain, n.Values), ", ") + ")"
}

// short writes values behind the sign of their operator, where there is one that
// reads as the same operator again.
func short(info *Info, plain Operator, values []string) (string, bool) {
	texts := valueTexts(info, plain, values)
	switch plain {
	case Is, In:
		return list(texts), len(values) > 0
	case Contains:
		return "~" + list(texts), len(values) > 0
	case Matches:
		exists := len(values) == 1 && values[0] == "*"
		return list(texts), slices.ContainsFunc(values, hasWildcard) && !exists
	case Greater:
		return ">" + list(texts), len(values) == 1
	case Less:
		return "<" + list(texts), len(values) == 1
	case InCIDR:
		networks := !slices.ContainsFunc(values, func(v string) bool { return checkNetwork(v) != "" })
		return list(texts), len(values) > 0 && networks
	case Exists:
		return "*", len(values) == 0
	case IsNot, NotIn, NotContains, NotMatches, NotInCIDR, NotExists: // None is a plain one.
	}
	return "", false
}

func list(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

func hasWildcard(pattern string) bool {
	return slices.ContainsFunc(SplitPattern(pattern), func(p PatternPart) bool { return p.Wildcard != 0 })
}

func valueTexts(info *Info, plain Operator, values []string) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = valueText(info, plain, v)
	}
	return texts
}

func valueText(info *Info, plain Operator, v string) string {
	switch {
	case plain == Matches:
		return patternText(v)
	case plain != InCIDR && info.Kind == KindAddress && strings.Contains(v, "/"): // Unquoted it is a network.
		return quoted(v)
	case (plain == Greater || plain == Less) && checkTime(v) != "": // Unquoted it may be a day.
		return quoted(v)
	case len(info.Values) > 0 && !slices.Contains(info.Values, v): // Unquoted it may be another name of a value.
		return quoted(v)
	case !bare(v) || strings.ContainsAny(v, `*?\`):
		return quoted(v)
	}
	return v
}

// patternText leaves wildcards outside of quotes.
func patternText(pattern string) string {
	parts := SplitPattern(pattern)
	if text := joinPattern(parts); bare(text) {
		return text
	}
	var b strings.Builder
	for _, p := range parts {
		if p.Wildcard != 0 {
			b.WriteByte(p.Wildcard)
		} else {
			b.WriteString(quoted(p.Text))
		}
	}
	if len(parts) == 0 {
		return quoted("")
	}
	return b.String()
}

func quoted(s string) string { return `"` + escaped(s) + `"` }

// word writes a text that stands alone.
func word(s string) string {
	if !bare(s) || reserved(s) || foreign(s) != "" || strings.ContainsAny(s, `*?\:=<>~!`) {
		return quoted(s)
	}
	return s
}

// bare tells whether a text may stand without quotes.
func bare(s string) bool {
	if s == "" || strings.ContainsRune("~<>=!", rune(s[0])) || quoteAt(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return endsWord(r) || r == '"' || !unicode.IsPrint(r) || r == unicode.ReplacementChar
	})
}
