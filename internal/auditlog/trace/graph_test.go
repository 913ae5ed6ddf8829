package trace_test

import (
	"github.com/leastward/leastward/internal/auditlog/trace"
)

// errorer is a test, or a property's.
type errorer interface {
	Helper()
	Errorf(format string, args ...any)
}

// checkWhole holds a graph against what every graph keeps.
func checkWhole(tb errorer, g *trace.Graph) {
	tb.Helper()
	nodes, ids, sum := map[string]bool{}, map[string]bool{}, 0
	for i, n := range g.Nodes {
		if nodes[n.ID] {
			tb.Errorf("node %s is there twice", n.ID)
		}
		nodes[n.ID] = true
		if n.Title == "" && n.Kind != trace.Session || len(n.Members) > 50 {
			tb.Errorf("node %+v", n)
		}
		if i > 0 && !n.First.IsZero() && n.First.Before(g.Nodes[i-1].First) {
			tb.Errorf("node %s is out of order", n.ID)
		}
	}
	for i, e := range g.Edges {
		if ids[e.ID] || !nodes[e.From] || !nodes[e.To] || e.Sentence == "" {
			tb.Errorf("edge %+v: known id, unknown node or no sentence", e)
		}
		ids[e.ID] = true
		if e.Count < 1 || e.Failed > e.Count || e.Denied > e.Failed || e.Last.Before(e.First) || len(e.Events) == 0 || len(e.Events) > min(e.Count, g.Start.EventsPerEdge) {
			tb.Errorf("edge %+v: figures", e)
		}
		if i > 0 && e.First.Before(g.Edges[i-1].First) {
			tb.Errorf("edge %s is out of order", e.ID)
		}
		if !e.Context {
			sum += e.Count
			checkCalls(tb, &e)
		}
	}
	if sum != g.Events {
		tb.Errorf("the edges count %d events, the graph has %d", sum, g.Events)
	}
	if len(g.Nodes) > g.Start.MaxNodes || g.Events > g.Start.MaxEvents {
		tb.Errorf("%d nodes and %d events are beyond %d and %d", len(g.Nodes), g.Events, g.Start.MaxNodes, g.Start.MaxEvents)
	}
}

func checkCalls(tb errorer, e *trace.Edge) {
	tb.Helper()
	count, failed := 0, 0
	for _, c := range e.Calls {
		count, failed = count+c.Count, failed+c.Failed
	}
	if len(e.Calls) == e.CallsTotal && (count != e.Count || failed != e.Failed) {
		tb.Errorf("edge %s counts %d events of which %d failed, its calls %d and %d", e.ID, e.Count, e.Failed, count, failed)
	}
}

// checkOnce holds that the edges that are no context share no event.
func checkOnce(tb errorer, g *trace.Graph) {
	tb.Helper()
	seen := map[string]string{}
	for _, e := range g.Edges {
		if e.Context {
			continue
		}
		for _, id := range e.Events {
			if other, ok := seen[id]; ok {
				tb.Errorf("event %s is on %s and on %s", id, e.ID, other)
			}
			seen[id] = e.ID
		}
	}
}
