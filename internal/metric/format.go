package metric

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendHeader appends the HELP and TYPE lines of f in the text format, see
// https://prometheus.io/docs/instrumenting/exposition_formats/.
func appendHeader(dst []byte, f *Family) []byte {
	dst = append(append(dst, "# HELP "...), f.Name...)
	dst = append(dst, ' ')
	dst = appendEscaped(dst, f.Help, false)
	dst = append(append(dst, "\n# TYPE "...), f.Name...)
	dst = append(dst, ' ')
	dst = append(dst, f.Type...)
	return append(dst, '\n')
}

// appendLabel appends name="value" with the value escaped.
func appendLabel(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, '=', '"')
	dst = appendEscaped(dst, value, true)
	return append(dst, '"')
}

// appendEscaped appends s with backslash and line feed escaped, and the quote
// too within a label value. Bytes that are not UTF-8 become U+FFFD: one bad
// name must not make a scraper refuse the whole page.
func appendEscaped(dst []byte, s string, quote bool) []byte {
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '\n') < 0 && (!quote || strings.IndexByte(s, '"') < 0) && utf8.ValidString(s) {
		return append(dst, s...)
	}
	for _, r := range s { // A bad byte ranges as U+FFFD.
		switch {
		case r == '\\':
			dst = append(dst, '\\', '\\')
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '"' && quote:
			dst = append(dst, '\\', '"')
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// appendValue appends v as the text format wants it: integers without an
// exponent, the shortest form that reads back as the same number otherwise.
func appendValue(dst []byte, v float64) []byte {
	const exact = 1 << 53 // Up to here every integer has a float of its own.
	switch {
	case v == math.Trunc(v) && math.Abs(v) < exact && (v != 0 || !math.Signbit(v)):
		return strconv.AppendInt(dst, int64(v), 10)
	case math.IsInf(v, 1):
		return append(dst, "+Inf"...)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64) // "-Inf" and "NaN" are spelled the same.
}
