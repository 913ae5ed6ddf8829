package querytest

import (
	"net/netip"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
)

// World is what a condition's meaning depends on beside the event.
type World struct {
	Catalog  *catalog.Catalog // Nil: severity and type of actions are not known.
	Ingested time.Time
	// Folders has the systems of each folder.
	Folders map[string][]string
	// Tags has the tags of identities and resources by their ids, each a key and
	// a value.
	Tags map[string]map[string]string
}

// Match tells whether a condition takes an event, by the words of package
// query and nothing else: one rule after the other, each in the plainest way.
func Match(n *query.Node, ev *auditlog.Event, w World) bool {
	holds, says := w.match(n, ev)
	return holds || !says
}

// match also tells whether the condition says anything: what is disabled or has
// nothing in it does not.
func (w World) match(n *query.Node, ev *auditlog.Event) (holds, says bool) {
	switch {
	case n == nil || n.Disabled:
		return false, false
	case n.Not != nil:
		inner, says := w.match(n.Not, ev)
		return !inner, says
	case n.All != nil || n.Any != nil:
		return w.group(n, ev)
	}
	op, negated := n.Operator, false
	for _, no := range []string{"is_not", "not_"} {
		if rest, found := strings.CutPrefix(string(op), no); found {
			negated = true
			op = query.Operator(rest)
			if no == "is_not" {
				op = query.Is
			}
			break
		}
	}
	return w.condition(n.Field, op, n.Values, ev) != negated, true
}

func (w World) group(n *query.Node, ev *auditlog.Event) (holds, says bool) {
	yes, no := 0, 0
	for _, list := range [][]query.Node{n.All, n.Any} {
		for i := range list {
			switch holds, says := w.match(&list[i], ev); {
			case says && holds:
				yes++
			case says:
				no++
			}
		}
	}
	if n.All != nil {
		return no == 0, yes+no > 0
	}
	return yes > 0, yes+no > 0
}

func (w World) condition(f query.Field, op query.Operator, wanted []string, ev *auditlog.Event) bool {
	if f == query.IdentityTag || f == query.ResourceTag {
		return w.tagged(f, op, wanted, ev)
	}
	have := w.values(f, ev)
	if op == query.Exists {
		return len(have) > 0
	}
	for _, h := range have {
		for _, want := range wanted {
			if w.compare(f, op, h, want) {
				return true
			}
		}
	}
	return false
}

// tagged tells whether a tag has the key that is wanted and, where one is
// wanted, the value.
func (w World) tagged(f query.Field, op query.Operator, wanted []string, ev *auditlog.Event) bool {
	ids := []string{string(ev.Identity)}
	if f == query.ResourceTag {
		ids = w.values(query.Resource, ev)
	}
	for _, id := range ids {
		for key, value := range w.Tags[id] {
			if op == query.Exists {
				return true
			}
			for _, want := range wanted {
				wantKey, wantValue, _ := strings.Cut(want, "=")
				if w.compare(f, op, key, wantKey) && (wantValue == "" || w.compare(f, op, value, wantValue)) {
					return true
				}
			}
		}
	}
	return false
}

func (w World) compare(f query.Field, op query.Operator, have, want string) bool {
	switch op { //nolint:exhaustive // none of the others is a plain one
	case query.Is, query.In:
		return have == want || f == query.Action && strings.EqualFold(have, want)
	case query.Contains:
		return within([]rune(have), []rune(want))
	case query.Matches:
		return matches([]rune(have), []rune(want))
	case query.InCIDR:
		network, err := netip.ParsePrefix(want)
		address, err2 := netip.ParseAddr(have)
		return err == nil && err2 == nil && network.Contains(address)
	case query.Greater, query.Less:
		a, err := time.Parse(time.RFC3339, have)
		b, err2 := time.Parse(time.RFC3339, want)
		return err == nil && err2 == nil && (op == query.Greater && a.After(b) || op == query.Less && a.Before(b))
	default:
		return false
	}
}

// within tells whether a text has another in it, whatever the case.
func within(have, want []rune) bool {
	for i := 0; i+len(want) <= len(have); i++ {
		if strings.EqualFold(string(have[i:i+len(want)]), string(want)) {
			return true
		}
	}
	return false
}

// matches tells whether a text is of a pattern, whatever the case: character by
// character, and for a * by trying every end.
func matches(have, pattern []rune) bool {
	if len(pattern) == 0 {
		return len(have) == 0
	}
	escape := pattern[0] == '\\' && len(pattern) > 1 && strings.ContainsRune(`*?\`, pattern[1])
	switch {
	case escape:
		pattern = pattern[1:]
	case pattern[0] == '*':
		for i := range len(have) + 1 {
			if matches(have[i:], pattern[1:]) {
				return true
			}
		}
		return false
	case pattern[0] == '?':
		return len(have) > 0 && matches(have[1:], pattern[1:])
	}
	return len(have) > 0 && strings.EqualFold(string(have[0]), string(pattern[0])) && matches(have[1:], pattern[1:])
}
