package pdf

import (
	"strings"
	"unicode/utf8"
)

// wrap appends to dst the lines into which s falls at width em. It breaks
// after a space or one of the separators of ARNs, paths and e-mail addresses,
// and anywhere in a word that is longer than a line.
func (f *face) wrap(dst []string, s string, width float64) []string {
	for {
		end, next := f.line(s, width)
		dst = append(dst, s[:end])
		if s = s[next:]; s == "" {
			return dst
		}
	}
}

// line returns where the first line of s ends and where the next one begins.
func (f *face) line(s string, width float64) (end, next int) {
	w, brk := 0.0, 0
	for i, r := range s {
		adv := max(f.rune(r), 0)
		if w+adv > width && i > 0 && r != ' ' {
			if brk == 0 {
				brk = i
			}
			return len(strings.TrimRight(s[:brk], " ")), brk
		}
		w += adv
		if breaksAfter(r) {
			brk = i + utf8.RuneLen(r)
		}
	}
	return len(s), len(s)
}

func breaksAfter(r rune) bool {
	switch r {
	case ' ', '/', ':', ',', ';', '-', '_', '.', '@', '=', '|', '+':
		return true
	}
	return false
}

// longestWord returns the width in em of the longest part of s that wrap
// keeps together.
func (f *face) longestWord(s string) float64 {
	longest, w := 0.0, 0.0
	for _, r := range s {
		if r != ' ' {
			w += max(f.rune(r), 0)
		}
		longest = max(longest, w)
		if breaksAfter(r) {
			w = 0
		}
	}
	return longest
}
