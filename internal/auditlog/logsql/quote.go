package logsql

import (
	"strconv"
	"strings"
)

// quote returns a text as one token of LogsQL: a Go string, which the engine's
// lexer unquotes with the same rules.
func quote(s string) string { return strconv.Quote(s) }

func quoteAll[T ~string](list []T) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(string(s))
	}
	return strings.Join(quoted, ",")
}

// The filters that match everything and nothing.
const (
	everything = "*"
	nothing    = "!*"
)

// matching is the filter that a column matches a regular expression.
func matching(column, expr string) string { return column + ":~" + quote(expr) }

func present(column string) string { return column + ":*" }

func not(filter string) string {
	switch filter {
	case everything:
		return nothing
	case nothing:
		return everything
	}
	return "!(" + filter + ")"
}

// all joins filters that must hold together.
func all(filters ...string) string { return join(filters, " ", everything, nothing) }

// either joins filters of which one must hold.
func either(filters ...string) string { return join(filters, " or ", nothing, everything) }

// join leaves out the neutral filter; the absorbing one decides.
func join(filters []string, with, neutral, absorbing string) string {
	left := make([]string, 0, len(filters))
	for _, f := range filters {
		switch f {
		case neutral:
		case absorbing:
			return absorbing
		default:
			left = append(left, f)
		}
	}
	switch len(left) {
	case 0:
		return neutral
	case 1:
		return left[0]
	}
	return "(" + strings.Join(left, with) + ")"
}
