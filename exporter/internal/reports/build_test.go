package reports_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

type filters = map[string][]string

// tablesOf returns the tables of a report, by id.
func tablesOf(r *reports.Report) map[string]*report.Table {
	out := map[string]*report.Table{}
	for _, t := range r.Tables() {
		out[t.ID] = t
	}
	return out
}

func must(tb testing.TB, r *reports.Report, err error) *reports.Report {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestCollatedReport(t *testing.T) {
	t.Parallel()
	r, err := newFixture().build(t, "made-up", &api.ReportQuestion{}, nil)
	must(t, r, err)
	want := []string{
		first + "|one|" + id(first, 0) + "|=u0|even|0.0|0", first + "|one|" + id(first, 1) + "|=u1|odd|1.0|0",
		second + "|beta2|" + id(second, 0) + "|=u0|even|0.0|0", second + "|beta2|" + id(second, 1) + "|=u1|odd|1.0|0",
	}
	if diff := cmp.Diff(want, lines(&r.Sections[0].Tables[0], 0)); diff != "" || len(r.Sections) != 1 {
		t.Errorf("%d sections (-want +got):\n%s", len(r.Sections), diff)
	}
	if !r.AsOf.Equal(at().Add(-time.Hour)) {
		t.Errorf("as of %s, not of the oldest data", r.AsOf)
	}
	warned := strings.Join(r.Warnings, "\n")
	if !strings.Contains(warned, "missing here: three") || strings.Count(warned, "Things are made up.") != 1 || !strings.Contains(warned, "one ("+first+"): there are no event logs") {
		t.Errorf("warnings: %q", r.Warnings)
	}
	if c := r.Sections[0].Tables[0].Columns[2]; c.Below != "name" {
		t.Errorf("the identity stands not below its name: %+v", c)
	}
}

// A section for each system has the same rows, and its key figures.
func TestReportBySystem(t *testing.T) {
	t.Parallel()
	r, err := newFixture().build(t, "made-up", &api.ReportQuestion{Filters: filters{"layout": {"by_system"}, "part": {"summary", "detailed"}}}, nil)
	must(t, r, err)
	if len(r.Sections) != 2 || r.Sections[1].ID != second || len(r.Sections[1].Figures) == 0 {
		t.Fatalf("sections: %+v", r.Sections)
	}
	all := tablesOf(r)
	if got := lines(all["things-"+second], 2); !slices.Equal(got, []string{id(second, 0) + "|=u0|even|0.0|0", id(second, 1) + "|=u1|odd|1.0|0"}) {
		t.Errorf("things of the second: %q", got)
	}
	if len(all) != 4 || len(all["links-"+first].Rows) != 4 {
		t.Errorf("tables: %v", all)
	}
}

// One system has a summary; its table is no detail.
func TestSummaryOfOneSystem(t *testing.T) {
	t.Parallel()
	r, err := newFixture().build(t, "made-up", &api.ReportQuestion{Folders: []string{"folder-beta2"}}, nil)
	must(t, r, err)
	summary := r.Sections[0]
	if summary.ID != "system" || summary.Tables[0].Detail || len(summary.Figures) != 5 || summary.Tables[0].Rows[0][1].Name() != second {
		t.Errorf("summary: %+v", summary)
	}
	if diff := cmp.Diff([]string{"folder-beta2"}, r.Scope.Folders); diff != "" || len(r.Scope.Systems) != 1 {
		t.Error(diff, r.Scope)
	}
}

// Rows without a partner go: the filters of one table narrow another.
func TestJoin(t *testing.T) {
	t.Parallel()
	r, err := newFixture().build(t, "made-up", &api.ReportQuestion{
		Systems: []entitlement.SystemID{first}, Filters: filters{"part": {"detailed"}, "kind": {"odd"}},
	}, nil)
	must(t, r, err)
	want := []string{id(first, 1) + "|=u1|policy-2|odd|1.0", id(first, 1) + "|=u1|policy-3|odd|1.0"}
	if diff := cmp.Diff(want, lines(tablesOf(r)["links"], 2)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	said := map[string]string{}
	for _, f := range r.Facts {
		said[f.Name] = f.Value.Human(0)
	}
	if said["Kind"] != "odd" || said["Parts"] != "detailed" {
		t.Errorf("the cover does not say by what it is narrowed: %v", said)
	}
}

// A table that takes one value is asked for each of several, as of the time of
// the data.
func TestEach(t *testing.T) {
	t.Parallel()
	f := newFixture()
	r, err := f.build(t, "each", &api.ReportQuestion{Filters: filters{"of": {id(second, 0), id(first, 1)}}}, nil)
	must(t, r, err)
	from := at().Add(time.Second).AddDate(0, -3, 0).Format("2006-01-02 15:04")
	want := []string{
		id(second, 0) + "|policy-0|" + from, id(second, 0) + "|policy-1|" + from,
		id(first, 1) + "|policy-2|" + from, id(first, 1) + "|policy-3|" + from,
	}
	if diff := cmp.Diff(want, lines(tablesOf(r)["links"], 0)); diff != "" || len(r.Sections) != 1 {
		t.Errorf("%d sections (-want +got):\n%s", len(r.Sections), diff)
	}
	r, err = f.build(t, "each", &api.ReportQuestion{}, nil)
	must(t, r, err)
	if all := tablesOf(r); len(all) != 1 || len(all["things"].Rows) != 4 {
		t.Errorf("without a value: %v", all)
	}
}

// A report is of one snapshot, though another takes its place meanwhile.
func TestOneSnapshot(t *testing.T) {
	t.Parallel()
	f := newFixture()
	other := newFixture().snapshot
	other.Results = other.Results[:1]
	f.before = func(context.Context) error { f.snapshot = other; return nil }
	r, err := f.build(t, "made-up", &api.ReportQuestion{Filters: filters{"part": {"summary", "detailed"}}}, nil)
	must(t, r, err)
	if n := len(tablesOf(r)["links"].Rows); n != 8 {
		t.Errorf("%d links, not those of both systems", n)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	limited := &access.Caller{Grant: access.Grant{Name: "a", Systems: []entitlement.SystemID{first}}}
	for name, tc := range map[string]struct {
		kind   report.Kind
		ask    api.ReportQuestion
		caller *access.Caller
		path   string
		says   string
	}{
		"kind":            {kind: "nonsense", path: "kind", says: "there are permissions-analytics, made-up, each"},
		"filter":          {kind: "made-up", ask: api.ReportQuestion{Filters: filters{"colour": {"red"}}}, path: "filters.colour", says: "there are part, layout, kind"},
		"value":           {kind: "made-up", ask: api.ReportQuestion{Filters: filters{"kind": {"round"}}}, path: "filters.kind", says: "is none of odd, even"},
		"part":            {kind: "made-up", ask: api.ReportQuestion{Filters: filters{"part": {"rest"}}}, path: "filters.part", says: "is none of summary, detailed"},
		"layout":          {kind: "made-up", ask: api.ReportQuestion{Filters: filters{"layout": {"collated", "by_system"}}}, path: "filters.layout", says: "one value"},
		"system":          {kind: "made-up", ask: api.ReportQuestion{Systems: []entitlement.SystemID{"9"}}, path: "systems[0]", says: `no system "9"`},
		"another's":       {kind: "made-up", ask: api.ReportQuestion{Systems: []entitlement.SystemID{second}}, caller: limited, path: "systems[0]", says: "that you may see"},
		"another's, par":  {kind: report.PermissionsAnalytics, ask: api.ReportQuestion{Systems: []entitlement.SystemID{second}}, caller: limited, path: "systems[0]", says: "that you may see"},
		"folder":          {kind: "made-up", ask: api.ReportQuestion{Folders: []string{"folder-beta2"}}, caller: limited, path: "folders[0]", says: "that you may see"},
		"cloud":           {kind: "made-up", ask: api.ReportQuestion{Clouds: []entitlement.Cloud{entitlement.GCP}}, path: "clouds", says: "is about aws alone"},
		"nothing to see":  {kind: "made-up", caller: &access.Caller{Grant: access.Grant{Name: "b", Systems: []entitlement.SystemID{"9"}}}, path: "systems", says: "that you may see"},
		"backwards":       {kind: "each", ask: api.ReportQuestion{From: at(), To: at().Add(-1), Filters: filters{"of": {"x"}}}, path: "from", says: "not before"},
		"filters of part": {kind: report.PermissionsAnalytics, ask: api.ReportQuestion{Filters: filters{"kind": {"odd"}}}, path: "filters.kind", says: "there are none"},
		"limit":           {kind: "made-up", ask: api.ReportQuestion{Limit: -1}, path: "limit", says: "not below 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newFixture().build(t, tc.kind, &tc.ask, tc.caller)
			bad := tables.AsBad(err)
			if bad == nil || bad.Path != tc.path || !strings.Contains(bad.Message, tc.says) {
				t.Errorf("error %v, want one at %s that says %q", err, tc.path, tc.says)
			}
		})
	}
}

func TestNotReady(t *testing.T) {
	t.Parallel()
	f := newFixture()
	ask := api.ReportQuestion{Systems: []entitlement.SystemID{first, unread}}
	for _, kind := range []report.Kind{"made-up", report.PermissionsAnalytics} {
		_, err := f.builder.Build(t.Context(), &reports.Request{Kind: kind, Ask: &ask, Caller: &access.Caller{}, Whole: true})
		if !errors.Is(err, reports.ErrNotReady) || !strings.Contains(err.Error(), unread) {
			t.Errorf("%s, whole: %v", kind, err)
		}
		r, err := f.build(t, kind, &ask, nil)
		if err != nil || !strings.Contains(strings.Join(r.Warnings, "\n"), "Not read yet, and missing here: three") {
			t.Errorf("%s, in part: %v", kind, err)
		}
		if _, err := f.build(t, kind, &api.ReportQuestion{Systems: []entitlement.SystemID{unread}}, nil); !errors.Is(err, reports.ErrNotReady) {
			t.Errorf("%s, nothing read: %v", kind, err)
		}
	}
}

// What would take too much memory is refused, and says what to do.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.builder.MaxCells = 100
	f.rows = 100
	for _, part := range []string{"summary", "detailed"} {
		_, err := f.build(t, "made-up", &api.ReportQuestion{Filters: filters{"part": {part}}}, nil)
		if bad := tables.AsBad(err); bad == nil || !strings.Contains(bad.Message, "too large") || !strings.Contains(bad.Message, "part, layout, kind") {
			t.Errorf("%s: %v", part, err)
		}
	}
}
