package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// traceFlags are the flags of `exporter trace`.
type traceFlags struct {
	queryFlags // Of them the time, the systems and the source.

	start         trace.Start
	identity, key string
}

// traceWay follows someone's way through the audit log.
func traceWay(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("trace", `Follow someone's way through the audit log: exporter trace --access-key AKIA... --since 7d. See docs/tracing.md.`)
	f := &traceFlags{}
	f.add(c)
	return c, func(ctx context.Context, e *env) error { return f.run(ctx, e) }
}

func (f *traceFlags) add(c *kingpin.CmdClause) {
	c.Flag("identity", "Begin at this identity: its ARN, its object id (Azure) or its address (Google Cloud).").PlaceHolder("ID").StringVar(&f.identity)
	c.Flag("session", "Begin at the role sessions of this name.").PlaceHolder("NAME").StringVar(&f.start.Session)
	c.Flag("role", "Name or ARN of the session's role.").StringVar(&f.start.Role)
	c.Flag("access-key", "Begin at this access key.").PlaceHolder("ID").StringVar(&f.key)
	c.Flag("address", "Begin at this source address.").PlaceHolder("IP").StringVar(&f.start.Address)
	c.Flag("since", "How far back to look, such as 24h or 90d. Defaults to 90d; of files, to all of them.").PlaceHolder("DURATION").StringVar(&f.since)
	c.Flag("from", "Begin of the time, such as 2026-01-31 or 2026-01-31T12:00:00Z. Days are of UTC.").PlaceHolder("TIME").StringVar(&f.from)
	c.Flag("to", "End of the time, exclusive. Defaults to now.").PlaceHolder("TIME").StringVar(&f.to)
	c.Flag("system", "Only events of this account, subscription or project. Repeatable.").StringsVar(&f.systems)
	c.Flag("depth", "How many leads may lie behind one another; --depth=-1 follows none. Defaults to 8.").IntVar(&f.start.Depth)
	c.Flag("back", "How many steps to go back, to who issued a key or created an identity; --back=-1 takes none. Defaults to 4.").IntVar(&f.start.Back)
	c.Flag("max-events", "How many events to take. Defaults to 50000.").IntVar(&f.start.MaxEvents)
	c.Flag("max-nodes", "How many nodes to show. Defaults to 200.").IntVar(&f.start.MaxNodes)
	c.Flag("events-per-edge", "How many events an edge names. Defaults to 20.").IntVar(&f.start.EventsPerEdge)
	c.Flag("format", "Form of the output: text, json, or dot for Graphviz.").Default("text").EnumVar(&f.format, "text", "json", "dot")
	f.addSource(c)
}

func (f *traceFlags) run(ctx context.Context, e *env) (err error) {
	f.start.Identity, f.start.AccessKey = entitlement.IdentityID(f.identity), entitlement.AccessKeyID(f.key)
	for _, s := range f.systems {
		f.start.Systems = append(f.start.Systems, entitlement.SystemID(s))
	}
	between, err := f.between()
	if err != nil {
		return err
	}
	if err := f.timed(between, time.Now()).Validate(time.Now()); err != nil {
		return err
	}
	// Records tell what the events' columns may lack.
	ask := &api.AuditQuestion{Query: &query.Query{Range: between}, Raw: true}
	source, err := f.source(ctx, e, ask)
	if err != nil {
		return err
	}
	defer source.close(&err)
	graph, err := f.graph(ctx, source, ask.Query.Range)
	if err != nil {
		return err
	}
	return writeGraph(e.stdout, graph, f.format)
}

// timed is the start with the time that was asked for, or its default.
func (f *traceFlags) timed(r query.Range, now time.Time) trace.Start {
	s := f.start
	s.From, s.To = r.From, r.To
	if r.Last > 0 {
		s.From, s.To = now.Add(-time.Duration(r.Last)), now
	}
	return s
}

// graph asks the store that is open here, or the exporter.
func (f *traceFlags) graph(ctx context.Context, source *openSource, between query.Range) (*trace.Graph, error) {
	if remote, ok := source.auditSource.(*remoteAudit); ok {
		graph := &trace.Graph{}
		return graph, remote.remedy(remote.client.Trace(ctx, f.timed(between, time.Now()), graph))
	}
	local := source.local
	tracer, err := trace.New(trace.Options{Source: trace.Searched(local.searcher, search.Caller{}), Now: local.now})
	if err != nil {
		return nil, err
	}
	return tracer.Trace(ctx, f.timed(between, local.now()))
}

func writeGraph(w io.Writer, g *trace.Graph, format string) error {
	switch format {
	case "dot":
		return trace.DOT(w, g)
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(g); err != nil {
			return fmt.Errorf("write the trace: %w", err)
		}
		return nil
	}
	return trace.Text(w, g)
}
