package glob_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/policy/glob"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true},
		{"?", "", false},
		{"a*c", "abbbc", true},
		{"a*c", "abbb", false},
		{"*a*b*", "xxaxxbxx", true},
		{"a?c", "aéc", true}, // One character, not one byte.
		{"a??c", "aéc", false},
		{"${*}", "*", true},
		{"${*}", "x", false},
		{"a**b", "ab", true},
		{"*??", "€", false}, // Nor is a part of a character one.
		{"A", "a", false},
	} {
		if got := glob.Match(glob.Encode(c.pattern, true), c.text); got != c.want {
			t.Errorf("%q on %q: %t, want %t", c.pattern, c.text, got, c.want)
		}
	}
}

// expression is the pattern as a regular expression.
func expression(pattern string) *regexp.Regexp {
	e := regexp.QuoteMeta(pattern)
	e = strings.ReplaceAll(strings.ReplaceAll(e, `\*`, `.*`), `\?`, `.`)
	return regexp.MustCompile(`^(?s:` + e + `)$`)
}

// Match agrees with regular expressions, and Covers and Overlaps with Match: a
// pattern that covers another matches what that matches, and two that match
// the same text overlap.
func FuzzMatch(f *testing.F) {
	for _, s := range [][3]string{
		{"*", "", ""},
		{"a*b?c", "axxbyc", "a*"},
		{"arn:aws:s3:::*/x/*", "arn:aws:s3:::a/x/b", "arn:aws:s3:::a/?/b"},
		{"**?*é", "xé", "?é"},
		{"aaa*aaa*aaab", "aaaaaaaaaaaaaaaaaa", "a*a*a*b"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, pattern, text, second string) {
		for _, s := range []string{pattern, text, second} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == glob.Nothing }) || len(s) > 200 {
				return // No name has them.
			}
		}
		p, q := glob.Encode(pattern, false), glob.Encode(second, false)
		got := glob.Match(p, text)
		if want := expression(pattern).MatchString(text); got != want {
			t.Fatalf("%q on %q: %t, want %t", pattern, text, got, want)
		}
		also := glob.Match(q, text)
		if glob.Covers(p, q) && also && !got {
			t.Fatalf("%q covers %q, but only the second matches %q", pattern, second, text)
		}
		if got && also && isASCII(pattern+second+text) && !glob.Overlaps(p, q) {
			t.Fatalf("%q and %q match %q, but do not overlap", pattern, second, text)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
