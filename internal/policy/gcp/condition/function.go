package condition

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// function finds a function by its name, whether it is called on something, and
// the number of its further arguments; nil if it is not evaluated.
func function(name string, on bool, args int) func([]any) any {
	if !on {
		return global(name, args)
	}
	if part := clock(name); part != nil && args <= 1 {
		return part
	}
	switch {
	case name == "size" && args == 0:
		return size
	case name == "hasOnly" && args == 1:
		return hasOnly
	case name == "lowerAscii" && args == 0:
		return func(a []any) any { return onText(a, strings.ToLower) }
	case name == "upperAscii" && args == 0:
		return func(a []any) any { return onText(a, strings.ToUpper) }
	case args != 1:
		return nil
	}
	if two := textual(name); two != nil {
		return func(a []any) any {
			s, ok := a[0].(string)
			t, okT := a[1].(string)
			if !ok || !okT {
				return failure{}
			}
			return two(s, t)
		}
	}
	return nil
}

func global(name string, args int) func([]any) any {
	if args != 1 {
		return nil
	}
	switch name {
	case "timestamp":
		return func(a []any) any {
			return parsed(a[0], func(s string) (any, error) { return time.Parse(time.RFC3339Nano, s) })
		}
	case "date":
		return func(a []any) any {
			return parsed(a[0], func(s string) (any, error) { return time.Parse(time.DateOnly, s) })
		}
	case "duration":
		return func(a []any) any { return parsed(a[0], func(s string) (any, error) { return time.ParseDuration(s) }) }
	case "size":
		return size
	}
	return nil
}

func parsed(v any, parse func(string) (any, error)) any {
	s, ok := v.(string)
	if !ok {
		return failure{}
	}
	out, err := parse(s)
	if err != nil {
		return failure{}
	}
	return out
}

func textual(name string) func(s, t string) any {
	switch name {
	case "startsWith":
		return func(s, t string) any { return strings.HasPrefix(s, t) }
	case "endsWith":
		return func(s, t string) any { return strings.HasSuffix(s, t) }
	case "contains":
		return func(s, t string) any { return strings.Contains(s, t) }
	case "matches":
		return matches
	case "extract":
		return func(s, t string) any { return extract(s, t) }
	}
	return nil
}

// matches looks for a regular expression of RE2 in s.
func matches(s, expression string) any {
	re, err := regexp.Compile(expression)
	if err != nil {
		return failure{}
	}
	return re.MatchString(s)
}

// extract returns what stands in s where the template has its {name}; "" if the
// template does not fit. See
// https://cloud.google.com/iam/docs/conditions-attribute-reference#extract.
func extract(s, template string) any {
	before, rest, ok := strings.Cut(template, "{")
	_, after, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return failure{}
	}
	i := strings.Index(s, before)
	if i < 0 {
		return ""
	}
	s = s[i+len(before):]
	if after == "" {
		return s
	}
	j := strings.Index(s, after)
	if j < 0 {
		return ""
	}
	return s[:j]
}

func size(a []any) any {
	switch v := a[0].(type) {
	case string:
		return int64(utf8.RuneCountInString(v))
	case []any:
		return int64(len(v))
	}
	return failure{}
}

func onText(a []any, f func(string) string) any {
	if s, ok := a[0].(string); ok {
		return f(s)
	}
	return failure{}
}

// hasOnly reports whether a list holds nothing but what another holds.
func hasOnly(a []any) any {
	list, ok := a[0].([]any)
	allowed, okAllowed := a[1].([]any)
	if !ok || !okAllowed {
		return failure{}
	}
	for _, v := range list {
		if within(v, allowed) != any(true) {
			return false
		}
	}
	return true
}
