package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with everything that a reader couldn't see, or that would
// change how the rest is read, as an escape such as <U+202E>: control
// characters, formatting characters (zero-width, bidirectional overrides),
// line breaks other than space, and bytes that are not UTF-8. Text that comes
// from a cloud passes through here, for anybody who may name a role may
// otherwise forge a line of a report.
//
// Runes for which has reports false are escaped too; a nil has knows all.
func Visible(s string, has func(r rune) bool) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && invalidAt(s, i):
			fmt.Fprintf(&b, "<%02X>", s[i])
		case hidden(r) || has != nil && !has(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain reports whether s is printable ASCII, as nearly all text is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func invalidAt(s string, i int) bool {
	_, size := utf8.DecodeRuneInString(s[i:])
	return size == 1
}

func hidden(r rune) bool {
	return unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029'
}
