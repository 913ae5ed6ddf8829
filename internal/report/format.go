package report

import (
	"strconv"
	"time"
)

// Machine returns the cell for machines: numbers with a point and without
// grouping, times as RFC 3339, a share as a number between 0 and 1.
func (c Cell) Machine() string {
	if c.empty() {
		return ""
	}
	switch c.typ {
	case TypeInteger, TypeDays:
		return strconv.FormatInt(c.Int(), 10)
	case TypeDecimal, TypePercent:
		return strconv.FormatFloat(c.Float(), 'f', -1, 64)
	case TypeTime, TypeDate:
		return c.Time().Format(time.RFC3339)
	case TypeText, TypeIdentity:
	}
	return c.text
}

// Human returns the cell for people: numbers grouped, with the column's
// decimals, times to the minute.
func (c Cell) Human(digits int) string {
	if c.empty() {
		return ""
	}
	switch c.typ {
	case TypeInteger, TypeDays:
		return group(strconv.FormatInt(c.Int(), 10))
	case TypeDecimal:
		return strconv.FormatFloat(c.Float(), 'f', digits, 64)
	case TypePercent:
		return strconv.FormatFloat(100*c.Float(), 'f', digits, 64) + " %"
	case TypeTime:
		return c.Time().Format("2006-01-02 15:04")
	case TypeDate:
		return c.Time().Format(time.DateOnly)
	case TypeText, TypeIdentity:
	}
	return c.text
}

// group puts a comma between the thousands of a decimal integer.
func group(s string) string {
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= 3 {
		return sign + s
	}
	head := len(s) % 3
	out := s[:head]
	for i := head; i < len(s); i += 3 {
		if out != "" {
			out += ","
		}
		out += s[i : i+3]
	}
	return sign + out
}

// Count returns n grouped in thousands, followed by the noun in singular or
// plural: "1 user", "1,200 users".
func Count(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return group(strconv.Itoa(n)) + " " + plural
}
