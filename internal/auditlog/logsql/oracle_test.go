package logsql_test

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// holds says what a condition means, straight from the words of package query.
func holds(n *query.Node, ev *stored) bool {
	switch {
	case n == nil || n.Disabled:
		return true
	case n.All != nil:
		return !slices.ContainsFunc(n.All, func(c query.Node) bool { return !holds(&c, ev) })
	case n.Any != nil:
		active := slices.DeleteFunc(slices.Clone(n.Any), func(c query.Node) bool { return c.Active() == nil })
		return len(active) == 0 || slices.ContainsFunc(active, func(c query.Node) bool { return holds(&c, ev) })
	case n.Not != nil:
		return n.Not.Active() == nil || !holds(n.Not, ev)
	}
	plain, negated := n.Operator.Plain()
	return leafHolds(n.Field, plain, n.Values, ev) != negated
}

func leafHolds(f query.Field, op query.Operator, want []string, ev *stored) bool {
	have := valuesOf(f, ev)
	if op == query.Exists {
		return len(have) > 0
	}
	return slices.ContainsFunc(want, func(w string) bool {
		return slices.ContainsFunc(have, func(h string) bool { return compare(f, op, w, h) })
	})
}

func compare(f query.Field, op query.Operator, want, have string) bool {
	if op == query.Is || op == query.In {
		return want == have || f == query.Action && strings.EqualFold(want, have)
	}
	if op == query.Contains {
		return regexp.MustCompile("(?i)" + regexp.QuoteMeta(want)).MatchString(have)
	}
	if op == query.Matches {
		return patternOf(want).MatchString(have)
	}
	if op == query.InCIDR {
		a, err := netip.ParseAddr(have)
		return err == nil && netip.MustParsePrefix(want).Contains(a)
	}
	w, _ := time.Parse(time.RFC3339, want)
	h, _ := time.Parse(time.RFC3339, have)
	if op == query.Greater {
		return h.After(w)
	}
	return h.Before(w)
}

func patternOf(pattern string) *regexp.Regexp {
	expr := "(?is)^"
	for _, p := range query.SplitPattern(pattern) {
		switch p.Wildcard {
		case '*':
			expr += ".*"
		case '?':
			expr += "."
		default:
			expr += regexp.QuoteMeta(p.Text)
		}
	}
	return regexp.MustCompile(expr + "$")
}

// valuesOf returns what an event has in a field. Columns that only the encoder
// knows are taken from it.
func valuesOf(f query.Field, ev *stored) []string {
	out, ok := special(f, ev)
	if !ok {
		columns := auditlog.Row(row.NewEncoder(catalog.AWS()).Append(nil, &ev.Event))
		out = []string{columns.Get(string(f))}
		if info, _ := query.Lookup(string(f)); info.Kind == query.KindBool && out[0] == "" {
			out[0] = "false"
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func special(f query.Field, ev *stored) (out []string, ok bool) {
	switch f { //nolint:exhaustive // The others are columns.
	case query.Time:
		out = []string{ev.Time.Format(time.RFC3339Nano)}
	case query.Ingested:
		out = []string{ev.Ingested.Format(time.RFC3339Nano)}
	case query.Action:
		out = texts(ev.Actions)
	case query.Issued:
		out = texts(ev.Issued)
	case query.Resource:
		for _, r := range ev.Resources {
			out = append(out, string(r.ID))
		}
	case query.ResourceType:
		for _, r := range ev.Resources {
			out = append(out, r.Type)
		}
	case query.Text:
		out = []string{ev.Detail}
		for _, t := range query.TextFields() {
			out = append(out, valuesOf(t, ev)...)
		}
	default:
		return nil, false
	}
	return out, true
}

func texts[T entitlement.Action | entitlement.AccessKeyID](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}
