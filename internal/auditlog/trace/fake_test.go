package trace_test

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// memory is a Source over events in memory, of the systems that its caller may
// see.
type memory struct {
	events []auditlog.Event // By time.
	sees   []entitlement.SystemID
	asked  int
	raws   int
}

func newMemory(events []auditlog.Event) *memory {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b auditlog.Event) int { return a.Time.Compare(b.Time) })
	return &memory{events: events}
}

func (m *memory) Each(_ context.Context, q query.Query, f func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	m.asked++
	if len(q.Sort) != 1 || q.Sort[0] != (query.Order{By: "time"}) || q.Range.From.IsZero() || q.Range.To.IsZero() {
		return auditlog.Outcomes{}, fmt.Errorf("a trace asks in the order of time and of a range: %+v", q)
	}
	if err := q.Validate(); err != nil {
		return auditlog.Outcomes{}, err
	}
	for i := range m.events {
		ev := m.events[i]
		switch {
		case ev.Time.Before(q.Range.From) || !ev.Time.Before(q.Range.To):
		case m.sees != nil && !slices.Contains(m.sees, ev.System):
		case len(q.Systems) > 0 && !slices.Contains(q.Systems, ev.System):
		case holds(q.Where, &ev):
			ev.Raw, ev.Resources, ev.Issued = nil, slices.Clone(ev.Resources), slices.Clone(ev.Issued)
			if err := f(&ev); err != nil {
				return auditlog.Outcomes{}, fmt.Errorf("stopped: %w", err)
			}
		}
	}
	return auditlog.Outcomes{}, nil
}

func (m *memory) Raw(_ context.Context, events []auditlog.Event) error {
	m.raws += len(events)
	for i := range events {
		for j := range m.events {
			if m.events[j].ID == events[i].ID {
				events[i].Raw = m.events[j].Raw
			}
		}
	}
	return nil
}

func holds(n *query.Node, ev *auditlog.Event) bool {
	one := func(n query.Node) bool { return holds(&n, ev) }
	switch {
	case n.All != nil:
		return !slices.ContainsFunc(n.All, func(n query.Node) bool { return !one(n) })
	case n.Any != nil:
		return slices.ContainsFunc(n.Any, one)
	case n.Not != nil:
		return !one(*n.Not)
	}
	return slices.ContainsFunc(values(n.Field, ev), func(v string) bool { return compare(n, v) }) != (n.Operator == query.NotMatches)
}

func compare(n *query.Node, v string) bool {
	switch n.Operator { //nolint:exhaustive // Others panic.
	case query.Exists:
		return v != ""
	case query.Is, query.In:
		return slices.Contains(n.Values, v)
	case query.Contains:
		return slices.ContainsFunc(n.Values, func(part string) bool { return strings.Contains(v, part) })
	case query.Matches, query.NotMatches:
		return slices.ContainsFunc(n.Values, func(p string) bool {
			// Slashes are characters like others in a query's pattern.
			ok, err := path.Match(strings.ReplaceAll(p, "/", "|"), strings.ReplaceAll(v, "/", "|"))
			return ok && err == nil
		})
	default:
		panic("no such operator in this test: " + n.Operator)
	}
}

func values(f query.Field, ev *auditlog.Event) []string {
	var list []string
	switch f { //nolint:exhaustive // Others panic.
	case query.AccessKey:
		return []string{string(ev.AccessKey)}
	case query.Identity:
		return []string{string(ev.Identity)}
	case query.Username:
		return []string{ev.IdentityName}
	case query.Address:
		return []string{ev.Address}
	case query.Session:
		return []string{ev.Session}
	case query.ActionType:
		for _, a := range ev.Actions {
			if i, ok := catalog.AWS().Index(a); ok && catalog.AWS().Info(i).Type == catalog.Permissions {
				list = append(list, "permissions")
			}
		}
	case query.Action:
		for _, a := range ev.Actions {
			list = append(list, string(a))
		}
	case query.Text:
		return []string{ev.Detail}
	case query.System:
		return []string{string(ev.System)}
	case query.Name:
		return []string{ev.Name}
	case query.Role:
		if strings.Contains(string(ev.Identity), ":role/") {
			return []string{string(ev.Identity[strings.LastIndexByte(string(ev.Identity), '/')+1:])}
		}
		return nil
	case query.Issued:
		for _, k := range ev.Issued {
			list = append(list, string(k))
		}
	case query.Resource:
		for _, r := range ev.Resources {
			list = append(list, string(r.ID))
		}
	default:
		panic("no such field in this test: " + f)
	}
	return list
}

// read reads CloudTrail files.
func read(tb testing.TB, dir string) []auditlog.Event {
	tb.Helper()
	var events []auditlog.Event
	_, _, err := aws.ReadEvents(tb.Context(), dir, aws.EventOptions{KeepRaw: true, Now: time.Now}, func(ev *auditlog.Event) error {
		e := *ev
		e.Raw, e.Resources, e.Issued, e.Actions = slices.Clone(ev.Raw), slices.Clone(ev.Resources), slices.Clone(ev.Issued), slices.Clone(ev.Actions)
		events = append(events, e)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return events
}

func invictus(tb testing.TB) []auditlog.Event {
	tb.Helper()
	return read(tb, testkit.SharedData(tb, "cloudtrail/invictus"))
}

func tracer(tb testing.TB, s trace.Source) *trace.Tracer {
	tb.Helper()
	t, err := trace.New(trace.Options{Source: s, Now: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func follow(tb testing.TB, events []auditlog.Event, s trace.Start) *trace.Graph {
	tb.Helper()
	g, err := tracer(tb, newMemory(events)).Trace(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

// edge returns the edge of a kind to a node whose type and title hold a text.
func edge(g *trace.Graph, kind trace.Kind, to string) *trace.Edge {
	titles := map[string]string{}
	for _, n := range g.Nodes {
		titles[n.ID] = n.Type + " " + n.Title
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; e.Kind == kind && strings.Contains(titles[e.To], to) {
			return e
		}
	}
	return nil
}
