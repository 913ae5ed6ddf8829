// Package querytest holds compilers of audit queries to what the language says:
// random conditions and events, and the plainest way to tell whether the one
// takes the other.
package querytest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Options say what to draw.
type Options struct {
	// Fields are drawn from; nil is all of them.
	Fields []query.Field
	// Depth bounds the groups within groups. Zero is 3.
	Depth int
	// Broken lets disabled conditions have values that they must not have.
	Broken bool
}

// Nodes draws valid conditions. Their values are those of [Events] more often
// than not.
func Nodes(o Options) *rapid.Generator[*query.Node] {
	if o.Depth == 0 {
		o.Depth = 3
	}
	return rapid.Custom(func(t *rapid.T) *query.Node {
		n := o.node(t, o.Depth, false)
		return &n
	})
}

func (o Options) node(t *rapid.T, depth int, disabled bool) query.Node {
	n := query.Node{Disabled: rapid.IntRange(0, 9).Draw(t, "disabled") == 9}
	disabled = disabled || n.Disabled
	kind := "condition"
	if depth > 0 {
		kind = rapid.SampledFrom([]string{"condition", "all", "any", "not"}).Draw(t, "kind")
	}
	switch kind {
	case "all":
		n.All = o.nodes(t, depth, disabled)
	case "any":
		n.Any = o.nodes(t, depth, disabled)
	case "not":
		inner := o.node(t, depth-1, disabled)
		n.Not = &inner
	default:
		o.condition(t, &n, disabled)
	}
	return n
}

func (o Options) nodes(t *rapid.T, depth int, disabled bool) []query.Node {
	list := []query.Node{}
	for range rapid.IntRange(0, 3).Draw(t, "children") {
		list = append(list, o.node(t, depth-1, disabled))
	}
	return list
}

func (o Options) condition(t *rapid.T, n *query.Node, disabled bool) {
	info := rapid.SampledFrom(o.fields()).Draw(t, "field")
	n.Field, n.Operator = info.Name, rapid.SampledFrom(info.Operators).Draw(t, "operator")
	plain, _ := n.Operator.Plain()
	count := rapid.IntRange(1, 3).Draw(t, "values")
	switch {
	case o.Broken && disabled && rapid.Bool().Draw(t, "broken"):
		n.Values = rapid.SliceOfN(rapid.SampledFrom(append(oddTexts(), "", "2026-01-02", "10.0.0.0/8", "denied")), 0, 3).Draw(t, "broken values")
		return
	case plain == query.Exists:
		return
	case plain == query.Greater || plain == query.Less:
		count = 1
	}
	for range count {
		n.Values = append(n.Values, value(t, &info, plain))
	}
}

func (o Options) fields() []query.Info {
	return slices.DeleteFunc(query.Fields(), func(i query.Info) bool { return o.Fields != nil && !slices.Contains(o.Fields, i.Name) })
}

// value draws one that the operator takes.
func value(t *rapid.T, info *query.Info, plain query.Operator) string {
	switch {
	case plain == query.InCIDR:
		return rapid.SampledFrom([]string{"10.0.0.0/8", "10.1.2.3/32", "192.0.2.7/24", "0.0.0.0/0", "2001:db8::/32", "::/0", "2001:db8::1/128"}).Draw(t, "network")
	case len(info.Values) > 0:
		return rapid.SampledFrom(info.Values).Draw(t, "enum")
	case info.Kind == query.KindTime:
		return rapid.SampledFrom([]string{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000001Z", "2026-01-15T12:00:00+02:00", "2026-02-01T00:00:00Z"}).Draw(t, "time")
	case info.Kind == query.KindTag:
		return rapid.SampledFrom([]string{"team", "team=payments", "owner=", `odd "key"=a=b`}).Draw(t, "tag")
	}
	text := rapid.SampledFrom(texts(info.Name)).Draw(t, "text")
	switch plain { //nolint:exhaustive // the others are alike
	case query.Contains:
		return part(t, recased(t, text))
	case query.Matches:
		return pattern(t, recased(t, text))
	default:
		return text
	}
}

// part cuts a piece out of a text.
func part(t *rapid.T, text string) string {
	runes := []rune(text)
	from := rapid.IntRange(0, len(runes)-1).Draw(t, "from")
	to := rapid.IntRange(from+1, len(runes)).Draw(t, "to")
	return string(runes[from:to])
}

func recased(t *rapid.T, text string) string {
	switch rapid.IntRange(0, 2).Draw(t, "case") {
	case 0:
		return strings.ToUpper(text)
	case 1:
		return strings.ToLower(text)
	}
	return text
}

// pattern puts wildcards in the place of some characters.
func pattern(t *rapid.T, text string) string {
	var b strings.Builder
	for _, r := range text {
		switch rapid.IntRange(0, 7).Draw(t, "wildcard") {
		case 0:
			b.WriteByte('*')
		case 1:
			b.WriteByte('?')
		default:
			b.WriteString(query.EscapePattern(string(r)))
		}
	}
	return b.String() + rapid.SampledFrom([]string{"", "*", `**`, `\`}).Draw(t, "end")
}
