package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/leastward/leastward/internal/report"
)

const maxName = 31 // UTF-16 units of a sheet's name.

// name returns a legal sheet name made of title that no other sheet has. Excel
// compares names without regard to case and reserves "History".
func (b *book) name(title string) string {
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return '-'
		}
		return r
	}, report.Visible(title, nil))
	base = strings.Trim(strings.TrimSpace(base), "'")
	if base == "" || strings.EqualFold(base, "history") {
		base += "Table"
	}
	name := cut(base, maxName)
	for n := 2; b.names[strings.ToLower(name)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		name = cut(base, maxName-len(suffix)) + suffix
	}
	b.names[strings.ToLower(name)] = true
	return name
}

// cut returns what of s fits into n UTF-16 units.
func cut(s string, n int) string {
	used := 0
	for i, r := range s {
		if used += utf16.RuneLen(r); used > n {
			return strings.TrimRight(s[:i], " '")
		}
	}
	return s
}

// length returns the UTF-16 units of s.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
