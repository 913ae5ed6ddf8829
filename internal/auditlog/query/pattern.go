package query

import "strings"

// PatternPart is a piece of a pattern: text that stands for itself, or a
// wildcard.
type PatternPart struct {
	Wildcard byte   // '*', '?', or 0 for text.
	Text     string // Where Wildcard is 0; never empty.
}

// SplitPattern takes a pattern of [Matches] apart. A backslash before a wildcard
// or a backslash makes it stand for itself; before anything else it is one.
// Several * in a row are one.
func SplitPattern(pattern string) []PatternPart {
	var parts []PatternPart
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, PatternPart{Text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern) && isSpecial(pattern[i+1]):
			i++
			text.WriteByte(pattern[i])
		case c == '*' || c == '?':
			flush()
			if c == '?' || len(parts) == 0 || parts[len(parts)-1].Wildcard != '*' {
				parts = append(parts, PatternPart{Wildcard: c})
			}
		default:
			text.WriteByte(c)
		}
	}
	flush()
	return parts
}

// EscapePattern makes a pattern that matches a text alone.
func EscapePattern(text string) string {
	if !strings.ContainsAny(text, `\*?`) {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if isSpecial(text[i]) {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func isSpecial(c byte) bool { return c == '*' || c == '?' || c == '\\' }
