package trace

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// graph puts together what was found.
func (w *walk) graph() *Graph {
	b := newBuilder(w)
	for _, s := range b.steps {
		b.link(s)
	}
	b.tie()
	b.markStart()
	b.group()
	b.limit()
	g := &Graph{Start: w.start, Edges: b.edges(), Events: len(b.steps), Partial: w.partial}
	if len(b.steps) > 0 {
		g.First, g.Last = b.steps[0].Time, b.steps[len(b.steps)-1].Time
	}
	b.count()
	b.markFollowed()
	b.reason(g.Edges)
	g.Nodes = slices.SortedFunc(maps.Values(b.used()), compareNodes)
	b.tell(g.Edges)
	if w.cut {
		g.Truncated = &w.truncated
	}
	return g
}

func compareNodes(a, b Node) int {
	return cmp.Or(cmp.Compare(zeroLast(a.First), zeroLast(b.First)), strings.Compare(a.ID, b.ID))
}

func zeroLast(t time.Time) int64 {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return t.UnixNano()
}

// markStart flags the nodes that the trace began with, and makes one where there
// was no event.
func (b *builder) markStart() {
	s, id := &b.w.start, ""
	switch {
	case s.AccessKey != "" && longLived(s.AccessKey):
		id = b.longKey(s.AccessKey, "")
	case s.AccessKey != "":
		id = b.temporaryKey(s.AccessKey)
	case s.Address != "":
		id = b.source(s.Address)
	case s.Identity != "":
		id = b.identity(string(s.Identity))
	default:
		b.markSessions()
		return
	}
	b.nodes[id].Start = true
}

// markSessions flags the sessions of the start's name and role.
func (b *builder) markSessions() {
	s, found := &b.w.start, false
	for _, step := range b.steps {
		if step.Session == s.Session && (s.Role == "" || nameOf(s.Role) == step.IdentityName || pathless(s.Role) == pathless(string(step.Identity))) {
			b.nodes[b.caller(step)].Start, found = true, true
		}
	}
	if !found {
		b.nodes[b.sessionNode(s.Role, s.Session)].Start = true
	}
}

// markFollowed flags the nodes whose own events were read.
func (b *builder) markFollowed() {
	for _, s := range b.steps {
		if s.forward {
			b.nodes[b.caller(s)].Followed = true
		}
	}
	for _, l := range b.w.leads {
		if n := b.nodes["access_key:"+l.value]; l.kind == byKey && !l.asked.IsZero() && n != nil {
			n.Followed = true
		}
	}
	for _, n := range b.nodes {
		n.Followed = n.Followed || n.Start
	}
}

// count sums up the events that touch each node.
func (b *builder) count() {
	last := map[string]*step{}
	for _, l := range b.links { // By event: see link and sortLinks.
		for _, id := range []string{l.from, l.to} {
			n := b.nodes[id]
			n.First, n.Last = span(n.First, n.Last, l.step.Time)
			if last[id] != l.step {
				n.Events, last[id] = n.Events+1, l.step
			}
		}
	}
}

func span(first, last, t time.Time) (time.Time, time.Time) {
	if first.IsZero() || t.Before(first) {
		first = t
	}
	if t.After(last) {
		last = t
	}
	return first, last
}

// used returns the nodes that an edge touches, and the start.
func (b *builder) used() map[string]Node {
	used := map[string]Node{}
	for id, n := range b.nodes {
		if n.Events > 0 || n.Start {
			used[id] = *n
		}
	}
	return used
}
