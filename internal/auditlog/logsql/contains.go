package logsql

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// contains is the filter that a field contains a text, in any case.
func contains(col columns, text string) string {
	one := containing(col.one, text)
	if col.several == "" {
		return one
	}
	inner := encoded(text)
	return either(one, sifted(col.several, before+`"`+unit+`*`+folded(inner), inner))
}

// encoded returns a text as it stands in a JSON string.
func encoded(text string) string {
	quoted := row.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// anyone matches one character, line ends included. The engine rewrites the
// usual ways to say so to one that leaves them out.
const anyone = `(?:.|\n\b|\n\B)`

// matches is the filter that a field matches a pattern, in any case.
func matches(col columns, pattern string) string {
	parts := query.SplitPattern(pattern)
	texts := literals(parts)
	if len(texts) == 0 && !hasWildcard(parts, '?') {
		return exists(col) // Nothing but *.
	}
	one := matchesOne(col.one, parts, texts)
	if col.several == "" {
		return one
	}
	for i := range texts {
		texts[i] = encoded(texts[i])
	}
	expr := before + `"` + expression(parts, unit, encoded) + `"`
	return either(one, sifted(col.several, expr, texts...))
}

// matchesOne leaves out a * at either end with its anchor: nothing has to be
// matched there, and a pattern with a beginning fails fast.
func matchesOne(column string, parts []query.PatternPart, texts []string) string {
	begin, end := "^", "$"
	if parts[len(parts)-1].Wildcard == '*' {
		parts, end = parts[:len(parts)-1], ""
	}
	if parts[0].Wildcard == '*' {
		parts, begin = parts[1:], ""
	}
	if begin == "" && end == "" && len(parts) == 1 && parts[0].Wildcard == 0 {
		return containing(column, parts[0].Text)
	}
	expr := begin + expression(parts, anyone, func(s string) string { return s }) + end
	if begin != "" && parts[0].Wildcard == 0 {
		return matching(column, expr)
	}
	return sifted(column, expr, texts...)
}

func expression(parts []query.PatternPart, one string, encode func(string) string) string {
	var expr strings.Builder
	for _, p := range parts {
		switch p.Wildcard {
		case '*':
			expr.WriteString(one + "*")
		case '?':
			expr.WriteString(one)
		default:
			expr.WriteString(folded(encode(p.Text)))
		}
	}
	return expr.String()
}

func literals(parts []query.PatternPart) []string {
	var texts []string
	for _, p := range parts {
		if p.Wildcard == 0 {
			texts = append(texts, p.Text)
		}
	}
	return texts
}

func hasWildcard(parts []query.PatternPart, wildcard byte) bool {
	for _, p := range parts {
		if p.Wildcard == wildcard {
			return true
		}
	}
	return false
}

// textual is the filter that any of the fields with words contains a text.
func textual(text string) string {
	filters := []string{containing(row.Message, text)}
	for _, f := range query.TextFields() {
		filters = append(filters, contains(columnsOf(f), text))
	}
	return either(filters...)
}
