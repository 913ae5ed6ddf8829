package reports_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/collected"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/usage"
)

const (
	first  = "111111111111"
	second = "222222222222"
	unread = "333333333333"
)

func at() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// fixture is an exporter that knows two systems, and a third that was not read
// yet; its tables "things" and "links" are made up.
type fixture struct {
	builder  *reports.Builder
	snapshot *collector.Snapshot
	rows     int // Of each system.
	before   func(ctx context.Context) error
}

func newFixture() *fixture {
	f := &fixture{rows: 2}
	assessors := clouds.NewSet(assess.DefaultSettings())
	assessor := assessors.Of(entitlement.AWS)
	result := func(id entitlement.SystemID, name string, age time.Duration) *collector.Result {
		system := entitlement.System{Cloud: entitlement.AWS, ID: id, Name: name, Folders: []string{"folder-" + name}}
		a := assessor.Assess(&entitlement.Inventory{System: system}, usage.New(catalog.AWS()), at().Add(-age), nil)
		return &collector.Result{System: system, Assessment: a, Attempted: a.At, Succeeded: a.At}
	}
	f.snapshot = &collector.Snapshot{Results: []*collector.Result{
		result(first, "one", 0), result(second, "beta2", time.Hour),
		{System: entitlement.System{Cloud: entitlement.AWS, ID: unread, Name: "three"}},
	}}
	f.builder = &reports.Builder{List: list(), Tables: &tables.Set{
		Definitions: []tables.Definition{collected.Systems(), f.things(), f.links()},
		Snapshot:    func() *collector.Snapshot { return f.snapshot },
		Assessors:   func() *assess.Set { return assessors },
		Now:         func() time.Time { return at().AddDate(1, 0, 0) },
	}}
	return f
}

func identityColumns(more ...tables.Column) []tables.Column {
	return slices.Concat(tables.OfSystem(), []tables.Column{tables.Text("identity", "Identity", ""), tables.Text("name", "Name", "")}, more)
}

func id(system, i any) string { return fmt.Sprintf("arn:aws:iam::%v:user/u%v", system, i) }

func (f *fixture) things() tables.Definition {
	return tables.Definition{
		Name: "things", Title: "Things", Help: "Made up.", Group: tables.Entitlements,
		Columns: identityColumns(tables.Text("kind", "Kind", ""), tables.Points("pci", "PCI", ""), tables.Days("age", "Age", "")),
		Filters: []api.TableFilter{tables.Enum("kind", "Kind", "", true, "odd", "even")},
		Rows: func(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
			if f.before != nil {
				if err := f.before(ctx); err != nil {
					return nil, err
				}
			}
			rows := &tables.Rows{Notices: []string{"Things are made up."}}
			for _, r := range q.Assessed() {
				for i := range f.rows {
					if kind := []string{"even", "odd"}[i%2]; q.Keeps("kind", kind) {
						rows.Add(append(tables.SystemCells(r), report.Text(id(r.System.ID, i)), report.Text(fmt.Sprintf("=u%d", i)), report.Text(kind),
							report.Decimal(float64(i)), report.Days(q.Now.Sub(r.Assessment.At)))...)
					}
				}
			}
			return rows, nil
		},
	}
}

// links has two rows for each thing, of one thing at a time or of all.
func (f *fixture) links() tables.Definition {
	return tables.Definition{
		Name: "links", Title: "Links", Help: "Made up.", Group: tables.Entitlements, Timed: true,
		Columns: identityColumns(tables.Text("policy", "Policy", ""), tables.Time("from", "From", "")),
		Filters: []api.TableFilter{{Name: "of", Title: "Of", Kind: api.FilterText}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			rows := &tables.Rows{Notices: []string{"Things are made up."}}
			for _, r := range q.Assessed() {
				for i := range 2 * f.rows {
					if q.Keeps("of", id(r.System.ID, i/2)) {
						rows.Add(append(tables.SystemCells(r), report.Text(id(r.System.ID, i/2)), report.Text(fmt.Sprintf("=u%d", i/2)),
							report.Text(fmt.Sprintf("policy-%d", i)), report.Time(q.From))...)
					}
				}
			}
			return rows, nil
		},
	}
}

func list() []reports.Definition {
	same := []reports.Pair{{Left: "system", Right: "system"}, {Left: "identity", Right: "identity"}}
	own := []string{"system", "system_name", "identity", "name"}
	return []reports.Definition{
		{Kind: report.PermissionsAnalytics, Title: "Analytics", Clouds: []entitlement.Cloud{entitlement.AWS}},
		{
			Kind: "made-up", Title: "Made up", Clouds: []entitlement.Cloud{entitlement.AWS}, BySystem: true,
			Filters: []reports.Source{{Tables: []string{"things"}}},
			Parts: []reports.Part{
				{Name: reports.Summary, Title: "Summary", Sheets: []reports.Sheet{{ID: "things", Title: "Things", Table: "things", Columns: append(own, "kind", "pci", "age")}}},
				{Name: reports.Detailed, Title: "Detailed", Sheets: []reports.Sheet{{
					ID: "links", Title: "Links", Table: "links", Columns: append(own, "policy"),
					Join: &reports.Join{Table: "things", On: same, Columns: []string{"kind", "pci"}},
				}}},
			},
		},
		{
			Kind: "each", Title: "For each", Clouds: []entitlement.Cloud{entitlement.AWS}, Months: 3,
			Filters: []reports.Source{{Tables: []string{"links"}}},
			Parts: []reports.Part{{Name: reports.Summary, Title: "Summary", Sheets: []reports.Sheet{
				{ID: "links", Title: "Links", Table: "links", Each: "of", With: "of", Columns: []string{"policy", "from"}},
				{ID: "things", Title: "Things", Table: "things", Without: "of", Columns: own},
			}}},
		},
	}
}

// build makes a report, of everything unless the caller is limited.
func (f *fixture) build(tb testing.TB, kind report.Kind, ask *api.ReportQuestion, caller *access.Caller) (*reports.Report, error) {
	tb.Helper()
	if caller == nil {
		caller = &access.Caller{}
	}
	return f.builder.Build(tb.Context(), &reports.Request{Kind: kind, Ask: ask, Caller: caller})
}

// serve starts the API. The token "first" sees the first system alone.
func (f *fixture) serve(tb testing.TB, gate *outgoing.Gate) *httptest.Server {
	tb.Helper()
	guard := access.New(access.Options{Tokens: []access.Token{
		{Secret: secret("all"), Grant: access.Grant{Name: "all", Role: access.Viewer}},
		{Secret: secret("first"), Grant: access.Grant{Name: "first", Role: access.Viewer, Systems: []entitlement.SystemID{first}}},
	}})
	if gate == nil {
		gate = outgoing.NewGate(2, time.Minute)
	}
	mux := http.NewServeMux()
	h := &reports.Handler{
		Builder: f.builder, Files: &outgoing.Files{Gate: gate, Dir: tb.TempDir()}, Guard: func() *access.Guard { return guard },
		Logger: slog.New(slog.DiscardHandler),
	}
	h.Register(mux)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	return server
}

func secret(who string) config.Secret { return config.Secret(strings.Repeat(who, 10)) }

func client(tb testing.TB, server *httptest.Server, who string) *api.Client {
	tb.Helper()
	c, err := api.NewClient(api.ClientOptions{URL: server.URL, Token: secret(who)})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// lines returns a table as people see it, without its first columns.
func lines(t *report.Table, skip int) []string {
	var out []string
	for _, row := range t.Rows {
		var cells []string
		for i, c := range row[skip:] {
			cells = append(cells, c.Human(t.Columns[skip+i].Digits))
		}
		out = append(out, strings.Join(cells, "|"))
	}
	return out
}
