package frames

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/auditlog/trace"
)

// Graph returns a path as nodes and edges, in the fields that Grafana's node
// graph reads, and as its steps in the order of time.
//
// https://grafana.com/docs/grafana/latest/panels-visualizations/visualizations/node-graph/#data-api
func (l Links) Graph(g *trace.Graph) data.Frames {
	return data.Frames{l.nodes(g), edges(g), steps(g)}
}

func (l Links) nodes(g *trace.Graph) *data.Frame {
	n := len(g.Nodes)
	id, title, subtitle, colour, icon, kind, reasons, members := make([]string, n), make([]string, n), make([]string, n),
		make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	events, first, last, subject := make([]float64, n), make([]*time.Time, n), make([]*time.Time, n), make([]string, n)
	for i := range g.Nodes {
		node := &g.Nodes[i]
		id[i], title[i], subtitle[i], kind[i] = node.ID, node.Title, node.Subtitle, kindName(node)
		colour[i], icon[i] = colourOf(node), iconOf(node.Kind)
		events[i], first[i], last[i] = float64(node.Events), instant(node.First), instant(node.Last)
		reasons[i], members[i] = strings.Join(node.Reasons, "; "), membersOf(node)
		if node.Kind == trace.Identity {
			subject[i] = strings.TrimPrefix(node.ID, string(trace.Identity)+":")
		}
	}
	f := data.NewFrame("nodes",
		named("id", "Node", id), named("title", "Name", title), named("subtitle", "About", subtitle),
		named("mainstat", "Events", events), named("secondarystat", "Kind", kind),
		named("color", "Colour", colour), named("icon", "Icon", icon),
		named("detail__reasons", "Suspicious", reasons), named("detail__members", "Stands for", members),
		named("detail__first", "First event", first), named("detail__last", "Last event", last),
		l.subject(subject))
	return graph(f)
}

// subject is the identity of a node, with the way to its dashboard.
func (l Links) subject(ids []string) *data.Field {
	field := named("detail__identity", "Identity", ids)
	field.Config.Links = l.of("identity")
	return field
}

func edges(g *trace.Graph) *data.Frame {
	n := len(g.Edges)
	id, source, target, what, kind, calls, dash := make([]string, n), make([]string, n), make([]string, n), make([]string, n),
		make([]string, n), make([]string, n), make([]string, n)
	count, failed, first, last, named1, colour := make([]float64, n), make([]float64, n), make([]time.Time, n), make([]time.Time, n),
		make([]string, n), make([]string, n)
	for i := range g.Edges {
		e := &g.Edges[i]
		id[i], source[i], target[i], what[i], kind[i] = e.ID, e.From, e.To, e.Sentence, strings.ReplaceAll(string(e.Kind), "_", " ")
		count[i], failed[i], first[i], last[i] = float64(e.Count), float64(e.Failed), e.First, e.Last
		calls[i], named1[i], colour[i] = callsOf(e), strings.Join(e.Named, ", "), edgeColour(e)
		if e.Context {
			dash[i] = "4 4"
		}
	}
	f := data.NewFrame("edges",
		named("id", "Edge", id), named("source", "From", source), named("target", "To", target),
		named("mainstat", "Events", count), named("secondarystat", "Kind", kind),
		named("color", "Colour", colour), named("strokeDasharray", "Dashes", dash),
		named("detail__sentence", "What", what), named("detail__failed", "Failed", failed), named("detail__calls", "Calls", calls),
		named("detail__named", "Names", named1), named("detail__first", "First event", first), named("detail__last", "Last event", last))
	return graph(f)
}

// steps are what happened, in the order of time.
func steps(g *trace.Graph) *data.Frame {
	line := g.Timeline()
	n := len(line)
	at, last, kind, what := make([]time.Time, n), make([]time.Time, n), make([]string, n), make([]string, n)
	count, failed, minor, edge := make([]float64, n), make([]float64, n), make([]bool, n), make([]string, n)
	for i := range line {
		s := &line[i]
		at[i], last[i], kind[i], what[i] = s.Time, s.Last, string(s.Kind), s.Sentence
		count[i], failed[i], minor[i], edge[i] = float64(s.Count), float64(s.Failed), s.Minor, s.Edge
	}
	return table(data.NewFrame("events",
		named("time", "Time", at), named("what", "What", what), named("kind", "Kind", kind), named("count", "Events", count),
		named("failed", "Failed", failed), named("last", "Until", last), named("minor", "Minor", minor), named("edge", "Edge", edge)))
}

// PathNumbers returns a path as alert rules take it: the events of each kind of
// step. Events that another step counts as well are left out.
func PathNumbers(g *trace.Graph) data.Frames {
	at, n := map[trace.Kind]int{}, Numbers{Name: "events", Labels: []Label{{Name: "kind"}}}
	for i := range g.Edges {
		e := &g.Edges[i]
		if e.Context {
			continue
		}
		if _, seen := at[e.Kind]; !seen {
			at[e.Kind] = len(n.Values)
			n.Labels[0].Values, n.Values = append(n.Labels[0].Values, string(e.Kind)), append(n.Values, 0)
		}
		n.Values[at[e.Kind]] += float64(e.Count)
	}
	return n.Frames()
}

// PathNotices says what a path leaves out.
func PathNotices(g *trace.Graph) []string {
	var out []string
	if g.Partial {
		out = append(out, "A part of the audit store could not be asked: the path may be longer.")
	}
	if t := g.Truncated; t != nil {
		if t.Events {
			out = append(out, "There are more events than are read at once; later ones are left out. Narrow the time range.")
		}
		if t.LeadsTotal > 0 {
			out = append(out, fmt.Sprintf("%d leads were not followed: raise the depth, or start from them. The first is %s.", t.LeadsTotal, first(append(t.Leads, "unknown")...)))
		}
		if t.Nodes > 0 {
			out = append(out, fmt.Sprintf("%d nodes are gathered in one: raise the number of nodes, or narrow the time range.", t.Nodes))
		}
	}
	return out
}

func graph(f *data.Frame) *data.Frame {
	f.SetMeta(&data.FrameMeta{PreferredVisualization: data.VisTypeNodeGraph})
	return f
}

// named makes a field that people know by another name. The node graph reads
// the display name alone, not what a data source proposes.
func named[T any](name, title string, values []T) *data.Field {
	field := data.NewField(name, nil, values)
	field.Config = &data.FieldConfig{DisplayName: title}
	return field
}
