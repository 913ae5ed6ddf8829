package row

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
)

// several appends the first of several values, and all of them where there are
// two or more.
func several[T ~string](dst []auditlog.Field, singular, plural string, values []T) []auditlog.Field {
	if len(values) == 0 {
		return dst
	}
	dst = text(dst, singular, string(values[0]))
	if len(values) > 1 {
		dst = text(dst, plural, array(len(values), func(i int) string { return string(values[i]) }))
	}
	return dst
}

// resources appends ids and types, in the order of the columns' names.
func resources(dst []auditlog.Field, all []auditlog.Resource) []auditlog.Field {
	if len(all) == 0 {
		return dst
	}
	dst = text(dst, resource, string(all[0].ID))
	dst = text(dst, resourceType, all[0].Type)
	if len(all) == 1 {
		return dst
	}
	if slices.ContainsFunc(all, func(r auditlog.Resource) bool { return r.Type != "" }) {
		dst = text(dst, ResourceTypes, array(len(all), func(i int) string { return all[i].Type }))
	}
	return text(dst, Resources, array(len(all), func(i int) string { return string(all[i].ID) }))
}

// array returns a JSON array of n strings, as encoding/json writes it without
// HTML escaping.
func array(n int, value func(int) string) string {
	size := len("[]")
	for i := range n {
		size += len(value(i)) + len(`"",`)
	}
	var out strings.Builder
	out.Grow(size)
	for i := range n {
		out.WriteByte("[,"[min(i, 1)])
		quote(&out, value(i))
	}
	out.WriteByte(']')
	return out.String()
}

// Quote returns a value as it stands in a plural column, quotes included.
func Quote(value string) string {
	var out strings.Builder
	quote(&out, value)
	return out.String()
}

func quote(out *strings.Builder, s string) {
	if !plain(s) {
		out.WriteString(escaped(s))
		return
	}
	out.WriteByte('"')
	out.WriteString(s)
	out.WriteByte('"')
}

// plain reports whether a JSON string of s is s between quotes.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func escaped(s string) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // A string always encodes, and a buffer takes it.
	return strings.TrimSuffix(buf.String(), "\n")
}
