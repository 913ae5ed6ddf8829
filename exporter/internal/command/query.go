package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/term"

	"github.com/leastward/leastward/exporter/internal/show"
	"github.com/leastward/leastward/internal/api"
)

// queryFlags are the flags of `exporter query`.
type queryFlags struct {
	text, json, saved string

	since, from, to          string
	clouds, systems, folders []string

	limit        int
	cursor       string
	all, partial bool

	format           string
	columns          string
	raw, explain     bool
	url, username    string
	passwordFile     string
	tokenFile, store string
	logs             logFiles
	urlGiven         bool
}

// auditSource answers questions, as [api.Client] does.
type auditSource interface {
	Query(ctx context.Context, ask *api.AuditQuestion) (*api.AuditAnswer, error)
	Stream(ctx context.Context, ask *api.AuditQuestion, event func(*api.AuditEvent) error) (*api.StreamEnd, error)
}

// queryEvents asks the audit store.
func queryEvents(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("query", `Ask for audit events: exporter query 'outcome:denied and action:iam:*' --since 7d. See docs/audit-queries.md.`)
	f := &queryFlags{}
	f.add(c)
	return c, func(ctx context.Context, e *env) error { return f.run(ctx, e) }
}

func (f *queryFlags) add(c *kingpin.CmdClause) {
	c.Arg("query", "What to ask, in the text form. Without it, the latest events.").StringVar(&f.text)
	c.Flag("json", "File with the query as JSON instead; - for standard input.").PlaceHolder("FILE").StringVar(&f.json)
	c.Flag("saved", "Id of a saved query instead. q1 to q6 ship, and are known without an exporter, too.").PlaceHolder("ID").StringVar(&f.saved)
	c.Flag("since", "How far back to look, such as 24h or 90d. Defaults to 1d; of files, to all of them.").PlaceHolder("DURATION").StringVar(&f.since)
	c.Flag("from", "Begin of the time, such as 2026-01-31 or 2026-01-31T12:00:00Z. Days are of UTC.").PlaceHolder("TIME").StringVar(&f.from)
	c.Flag("to", "End of the time, exclusive. Defaults to now.").PlaceHolder("TIME").StringVar(&f.to)
	c.Flag("cloud", "Only events of this cloud: aws, azure, gcp or platform. Repeatable.").StringsVar(&f.clouds)
	c.Flag("system", "Only events of this account, subscription or project. Repeatable.").StringsVar(&f.systems)
	c.Flag("folder", "Only events of the systems in this folder. Repeatable.").StringsVar(&f.folders)
	c.Flag("limit", "How many events or groups. Defaults to the query's own, or 100; 10000 is the most.").IntVar(&f.limit)
	c.Flag("cursor", "Continue where an answer ended: its cursor, from --format json.").StringVar(&f.cursor)
	c.Flag("all", "Every event, with --format ndjson or csv.").BoolVar(&f.all)
	c.Flag("allow-partial", "Take an answer from a part of a cluster, and say so.").BoolVar(&f.partial)
	c.Flag("format", "Form of the output.").Default("table").EnumVar(&f.format, show.Formats()...)
	c.Flag("columns", "Columns of events, with commas between them, in a table or CSV.").PlaceHolder("NAMES").StringVar(&f.columns)
	c.Flag("raw", "Add the records as the cloud wrote them.").BoolVar(&f.raw)
	c.Flag("explain", "Show the query's tree and what the store is asked, and ask nothing.").BoolVar(&f.explain)
	f.addSource(c)
}

// addSource adds the flags that say where the events are.
func (f *queryFlags) addSource(c *kingpin.CmdClause) {
	c.Flag("url", "Address of a running exporter.").Default("http://127.0.0.1:9186").IsSetByUser(&f.urlGiven).StringVar(&f.url)
	c.Flag("username", "User name, where the exporter's web configuration asks for one.").StringVar(&f.username)
	c.Flag("password-file", "File with the password.").PlaceHolder("FILE").StringVar(&f.passwordFile)
	c.Flag("token-file", "File with a token of the exporter's API. Without it, the environment variable LEASTWARD_TOKEN is taken.").
		PlaceHolder("FILE").StringVar(&f.tokenFile)
	c.Flag("store", "Directory of the audit store of an exporter that does not run, instead of --url.").PlaceHolder("DIR").StringVar(&f.store)
	f.logs.add(c, ", instead of --url")
}

func (f *queryFlags) run(ctx context.Context, e *env) (err error) {
	o, err := f.output(e.stdout)
	if err != nil {
		return err
	}
	ask, err := f.question(e.stdin)
	if err != nil {
		return err
	}
	if err := f.fits(ask); err != nil {
		return err
	}
	source, err := f.source(ctx, e, ask)
	if err != nil {
		return err
	}
	defer source.close(&err)
	switch {
	case f.explain:
		err = f.explained(ctx, e, source, ask)
	case f.all:
		err = f.everything(ctx, e, source, ask, o)
	default:
		err = f.answer(ctx, e, source, ask, o)
	}
	return err
}

// output checks what the flags say of the answer's form.
func (f *queryFlags) output(stdout io.Writer) (show.Options, error) {
	o := show.Options{Format: show.Format(f.format), Columns: commas(f.columns), Raw: f.raw}
	if file, ok := stdout.(*os.File); ok {
		o.Width, _, _ = term.GetSize(int(file.Fd())) // 0 where it is no terminal.
	}
	switch {
	case f.all && (o.Format == show.Table || o.Format == show.JSON):
		return o, fmt.Errorf("--all: %s holds everything at once; give --format ndjson or csv as well", o.Format)
	case f.all && (f.limit != 0 || f.cursor != ""):
		return o, errors.New("--all: bounds nothing, so --limit and --cursor cannot stand beside it")
	}
	return o, o.Check()
}

// fits tells which flags are of events where the query asks for something else.
func (f *queryFlags) fits(ask *api.AuditQuestion) error {
	if ask.Query == nil || ask.Query.Group == nil && ask.Query.Series == nil {
		return nil
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"all", f.all}, {"columns", f.columns != ""}, {"raw", f.raw}} {
		if flag.set {
			return fmt.Errorf("--%s: is of events; the query asks for groups or a series", flag.name)
		}
	}
	return nil
}

func (f *queryFlags) answer(ctx context.Context, e *env, source *openSource, ask *api.AuditQuestion, o show.Options) error {
	a, err := source.Query(ctx, ask)
	if err != nil {
		return err
	}
	if a.Partial {
		_, _ = fmt.Fprintln(e.stderr, "exporter: a part of the store could not be asked; events may be missing")
	}
	return show.Answer(e.stdout, a, o)
}

func (f *queryFlags) everything(ctx context.Context, e *env, source *openSource, ask *api.AuditQuestion, o show.Options) error {
	out, err := show.NewEvents(e.stdout, o)
	if err != nil {
		return err
	}
	end, err := source.Stream(ctx, ask, out.Event)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if end.Partial {
		_, _ = fmt.Fprintln(e.stderr, "exporter: a part of the store could not be asked; events may be missing")
	}
	return nil
}

// requestTimeout bounds one answer of the exporter, which bounds its own work
// by less.
const requestTimeout = 5 * time.Minute
