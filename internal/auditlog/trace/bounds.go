package trace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// groupOver is how many resources of a type someone may read or change in one
// way before they are shown as one node.
const groupOver = 8

type groupKey struct {
	from, typ string
	kind      Kind
}

// group gathers the many resources that somebody did the same to.
func (b *builder) group() {
	alone := map[string]bool{} // What runs is shown on its own.
	for _, l := range b.links {
		if l.kind == RunsAs {
			alone[l.from] = true
		}
	}
	targets := map[groupKey]map[string]bool{}
	for _, l := range b.links {
		if key, ok := b.groupKey(&l); ok && !alone[l.to] {
			if targets[key] == nil {
				targets[key] = map[string]bool{}
			}
			targets[key][l.to] = true
		}
	}
	for i := range b.links {
		l := &b.links[i]
		if key, ok := b.groupKey(l); ok && len(targets[key]) > groupOver && targets[key][l.to] {
			l.to = b.gather(key, l.to, len(targets[key]))
		}
	}
}

func (b *builder) groupKey(l *link) (groupKey, bool) {
	n := b.nodes[l.to]
	return groupKey{l.from, n.Type, l.kind}, !l.context && n.Kind == Resource
}

func (b *builder) gather(key groupKey, member string, n int) string {
	typ := cmp.Or(key.typ, "resource")
	id := b.node(Resource, string(key.kind)+"/"+typ+"/"+key.from, plural(n, typ), "", typ)
	b.member(id, b.nodes[member].Subtitle)
	return id
}

func plural(n int, typ string) string {
	if n == 1 {
		return "1 " + typ
	}
	if stem, ok := strings.CutSuffix(typ, "y"); ok && !strings.HasSuffix(stem, "e") {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, typ)
}

// limit gathers the nodes beyond the bound in one, those that matter least, so
// that every event stays counted.
func (b *builder) limit() {
	ranked := b.ranked()
	over := len(ranked) - b.w.start.MaxNodes
	if over <= 0 {
		return
	}
	over++ // The node that gathers them takes a place.
	more := b.node(More, "", fmt.Sprintf("%d more", over), "beyond the bound of nodes", "")
	gone := map[string]bool{}
	for _, id := range ranked[len(ranked)-over:] {
		gone[id] = true
		b.member(more, id)
		b.nodes[more].Start = b.nodes[more].Start || b.nodes[id].Start
		b.nodes[id].Start = false
	}
	for i := range b.links {
		l := &b.links[i]
		if gone[l.from] {
			l.from = more
		}
		if gone[l.to] {
			l.to = more
		}
	}
	b.w.cut, b.w.truncated.Nodes = true, over
}

// ranked returns the nodes that links touch and the start, what matters most
// first: callers, then what they made or took, then the rest; each by time.
func (b *builder) ranked() []string {
	rank, first := map[string]int{}, map[string]time.Time{}
	note := func(id string, r int, t time.Time) {
		if old, ok := rank[id]; !ok {
			rank[id], first[id] = r, t
		} else {
			rank[id] = min(old, r)
		}
		if t.Before(first[id]) {
			first[id] = t
		}
	}
	for _, l := range b.links {
		note(l.from, 1, l.step.Time)
		note(l.to, linkRank(l.kind), l.step.Time)
	}
	for id, n := range b.nodes {
		if n.Start {
			note(id, 0, time.Time{})
		}
	}
	ids := make([]string, 0, len(rank))
	for id := range rank {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int {
		return cmp.Or(cmp.Compare(rank[x], rank[y]), first[x].Compare(first[y]), strings.Compare(x, y))
	})
	return ids
}

func linkRank(k Kind) int {
	switch k {
	case ActedFrom, UsedKey, SessionOf, RunsAs, SignedIn, AssumedRole:
		return 1
	case CreatedCredential, CreatedIdentity, PassedRole, RanCode, WeakenedDefences:
		return 2
	case ChangedPolicy, SharedResource, SensitiveRead, Removed:
		return 3
	case Deleted, Refused, Discovery, Other:
	}
	return 4
}
