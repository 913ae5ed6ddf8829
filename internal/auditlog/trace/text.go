package trace

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// printer writes to memory; Flush tells of errors.
type printer struct{ *bufio.Writer }

func (p printer) put(format string, args ...any) { _, _ = fmt.Fprintf(p.Writer, format, args...) }

// Text writes a graph for a terminal: what was found, what is suspicious, and
// the timeline.
func Text(w io.Writer, g *Graph) error {
	b := printer{bufio.NewWriter(w)}
	b.put("%s, %s, %s", plural(g.Events, "event"), plural(len(g.Nodes), "node"), plural(len(g.Edges), "edge"))
	if g.Events > 0 {
		b.put(", %s to %s", stamp(g.First), stamp(g.Last))
	}
	b.put("\n")
	g.writeLimits(b)
	g.writeNothing(b)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		if !n.Start && !n.Suspicious() {
			continue
		}
		b.put("\n%s (%s)\n", plain(n.spoken()), plural(n.Events, "event"))
		for _, r := range n.Reasons {
			b.put("  %s\n", plain(r))
		}
	}
	b.put("\n")
	minor := 0
	for _, e := range g.Timeline() {
		if e.Minor {
			minor++
			continue
		}
		b.put("%s  %s\n", stamp(e.Time), plain(e.Sentence))
	}
	if minor > 0 {
		b.put("\nNot shown: %s about other activity, and whose the keys and sessions are.\n", plural(minor, "edge"))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the trace: %w", err)
	}
	return nil
}

// writeNothing helps where nothing was found.
func (g *Graph) writeNothing(w printer) {
	if g.Events > 0 {
		return
	}
	w.put("No event of %s to %s is of it.\n", stamp(g.Start.From), stamp(g.Start.To))
	if id := string(g.Start.Identity); id != "" && !strings.HasPrefix(id, "arn:") && !isPrincipal(id) {
		w.put("Identities of AWS are given by their ARN, such as arn:aws:iam::111122223333:user/%s; a query by username shows it.\n", plain(id))
	}
}

func (g *Graph) writeLimits(w printer) {
	if g.Partial {
		w.put("A part of the store could not be asked: there may be more.\n")
	}
	t := g.Truncated
	if t == nil {
		return
	}
	if t.Events {
		w.put("There are more than %d events; read until %s. Narrow the time, or raise the bound.\n", g.Start.MaxEvents, stamp(t.Until))
	}
	if t.LeadsTotal > 0 {
		w.put("Not followed: %s, %s\n", plural(t.LeadsTotal, "lead"), plain(short(t.Leads)))
	}
	if t.Nodes > 0 {
		w.put("Shown as one: %s of little weight.\n", plural(t.Nodes, "node"))
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// plain keeps what others wrote into a log from steering the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}

// DOT writes a graph for Graphviz.
func DOT(w io.Writer, g *Graph) error {
	b := printer{bufio.NewWriter(w)}
	b.put("digraph trace {\n  rankdir=LR;\n  node [shape=box];\n")
	for i := range g.Nodes {
		n := &g.Nodes[i]
		style := ""
		if n.Suspicious() {
			style = ", color=red"
		}
		if n.Start {
			style += ", penwidth=3"
		}
		b.put("  %s [label=%s%s];\n", quote(n.ID), quote(n.spoken()), style)
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		style := ""
		if e.Context {
			style = ", style=dashed"
		}
		b.put("  %s -> %s [label=%s%s];\n", quote(e.From), quote(e.To), quote(fmt.Sprintf("%s %d", e.Kind, e.Count)), style)
	}
	b.put("}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the trace: %w", err)
	}
	return nil
}

// quote writes a string of the DOT language.
// https://graphviz.org/doc/info/lang.html
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plain(s)) + `"`
}
