// Package script writes a plan in forms that a person can run or keep: a shell
// script of AWS CLI commands, and Terraform. What it writes is safe whatever
// the names and documents hold.
package script

import (
	"strings"
	"unicode"
)

// Quote makes any text one word of a POSIX shell, see
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02.
// A NUL, which no argument can hold, is left out.
func Quote(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// comment makes any text one line behind a "#".
func comment(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return "# " + s + "\n"
}
