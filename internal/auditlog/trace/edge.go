package trace

import (
	"cmp"
	"slices"
	"strings"
)

type edgeKey struct {
	from, to string
	kind     Kind
}

// sum is an edge under construction.
type sum struct {
	Edge
	calls map[string]*Call
	last  *step
}

// edges sums the links up.
func (b *builder) edges() []Edge {
	slices.SortStableFunc(b.links, func(x, y link) int { return compareSteps(x.step, y.step) })
	sums := map[edgeKey]*sum{}
	for _, l := range b.links {
		key := edgeKey{l.from, l.to, l.kind}
		s := sums[key]
		if s == nil {
			s = &sum{calls: map[string]*Call{}, Edge: Edge{
				ID: string(l.kind) + " " + l.from + " > " + l.to, From: l.from, To: l.to, Kind: l.kind,
				Context: l.context, First: l.step.Time,
			}}
			sums[key] = s
		}
		s.add(l.step, b.w.start.EventsPerEdge)
	}
	edges := make([]Edge, 0, len(sums))
	for _, s := range sums {
		s.list()
		edges = append(edges, s.Edge)
	}
	slices.SortFunc(edges, compareEdges)
	return edges
}

func compareEdges(a, b Edge) int {
	return cmp.Or(a.First.Compare(b.First), cmp.Compare(order(a.Kind), order(b.Kind)), a.Last.Compare(b.Last), strings.Compare(a.ID, b.ID))
}

// order puts edges of one second into the order in which they are read.
func order(k Kind) int {
	return slices.Index([]Kind{
		CreatedIdentity, ChangedPolicy, AssumedRole, CreatedCredential, PassedRole, RunsAs, SignedIn, ActedFrom, UsedKey,
		SessionOf, Discovery, Refused, SensitiveRead, RanCode, SharedResource, WeakenedDefences, Removed, Deleted, Other,
	}, k)
}

// add counts an event; events come in the order of time. One that is on the edge
// already, as two nodes were gathered, counts once as context.
func (e *sum) add(s *step, most int) {
	if e.Context && e.last == s {
		return
	}
	e.Last, e.last = s.Time, s
	e.Count++
	if len(e.Events) < most {
		e.Events = append(e.Events, s.ID)
	}
	for _, n := range s.facts.named {
		if !e.Context && len(e.Named) < maxNamed && !slices.Contains(e.Named, n) {
			e.Named = append(e.Named, n)
		}
	}
	name := spokenCall(&s.Event)
	c := e.calls[name]
	if c == nil {
		c = &Call{Name: name}
		e.calls[name] = c
	}
	c.Count++
	if s.failed() {
		e.Failed++
		c.Failed++
	}
	if s.denied() {
		e.Denied++
	}
}

// list puts the calls in order. Context has none: they stand on the other edges.
func (e *sum) list() {
	if e.Context {
		return
	}
	all := make([]Call, 0, len(e.calls))
	for _, c := range e.calls {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Call) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	e.CallsTotal = len(all)
	e.Calls = slices.Clip(all[:min(len(all), maxCalls)])
}
