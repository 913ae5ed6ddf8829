package tables_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	order := func(by string, descending bool) []api.TableOrder {
		return []api.TableOrder{{By: by, Descending: descending}}
	}
	name := []string{"name"}
	for about, tc := range map[string]struct {
		ask   api.TableQuestion
		want  string
		total int
	}{
		"its own order, without a value last": {api.TableQuestion{Columns: name}, "Apple pear plum fig", 4},
		"upwards, without a value last":       {api.TableQuestion{Columns: name, Sort: order("count", false)}, "pear plum Apple fig", 4},
		"by two columns": {
			api.TableQuestion{Columns: name, Sort: []api.TableOrder{{By: "count"}, {By: "share", Descending: true}}},
			"plum pear Apple fig", 4,
		},
		"by text":         {api.TableQuestion{Columns: name, Sort: order("name", false)}, "Apple fig pear plum", 4},
		"by time":         {api.TableQuestion{Columns: name, Sort: order("at", true)}, "plum pear Apple fig", 4},
		"limit":           {api.TableQuestion{Columns: name, Limit: 2}, "Apple pear", 4},
		"offset":          {api.TableQuestion{Columns: name, Offset: 3}, "fig", 4},
		"a page":          {api.TableQuestion{Columns: name, Offset: 1, Limit: 2}, "pear plum", 4},
		"beyond the end":  {api.TableQuestion{Columns: name, Offset: 9, Limit: 2}, "", 4},
		"search":          {api.TableQuestion{Columns: name, Search: "P"}, "Apple pear plum", 3},
		"search in vain":  {api.TableQuestion{Columns: name, Search: "kiwi"}, "", 0},
		"filter":          {api.TableQuestion{Columns: name, Filters: map[string][]string{"name": {"fig", "pear", "kiwi"}}}, "pear fig", 2},
		"columns, twice":  {api.TableQuestion{Columns: []string{"count", "name", "count"}, Limit: 1}, "3 Apple 3", 4},
		"blank filters":   {api.TableQuestion{Columns: name, Filters: map[string][]string{"name": {""}}}, "Apple pear plum fig", 4},
		"hidden searched": {api.TableQuestion{Columns: []string{"count"}, Search: "apple"}, "3", 1},
	} {
		for _, lazy := range []bool{true, false} {
			a := thingsAsker(true)
			a.Definitions = []tables.Definition{things(few(), lazy)}
			got := a.Must(t, "things", tc.ask)
			var rows []string
			for _, row := range tabletest.Rows(got) {
				rows = append(rows, strings.Join(row, " "))
			}
			if text := strings.Join(rows, " "); text != tc.want || got.Total != tc.total {
				t.Errorf("%s (lazy %v): %q of %d, want %q of %d", about, lazy, text, got.Total, tc.want, tc.total)
			}
		}
	}
}

func TestAnswerHasTypedColumns(t *testing.T) {
	t.Parallel()
	got := thingsAsker(true).Must(t, "things", api.TableQuestion{Sort: []api.TableOrder{{By: "name", Descending: true}}, Limit: 3})
	var kinds []string
	for _, c := range got.Columns {
		kinds = append(kinds, fmt.Sprint(c.Name, " ", c.Type, " ", c.Unit, " ", len(c.Strings), len(c.Numbers), len(c.Times)))
	}
	want := []string{"name string  3 0 0", "count number things 0 3 0", "share number ratio 0 3 0", "at time  0 0 3", "system string  3 0 0"}
	if diff := cmp.Diff(want, kinds); diff != "" || got.Rows != 3 {
		t.Errorf("%d rows (-want +got):\n%s", got.Rows, diff)
	}
	if *got.Columns[3].Times[0] != tabletest.Now().AddDate(0, 0, 1).UnixMilli() || got.Columns[3].Times[2] != nil || got.Columns[1].Numbers[2] != nil {
		t.Errorf("times %v, numbers %v", got.Columns[3].Times, got.Columns[1].Numbers)
	}
	if !got.AsOf.Equal(tabletest.Now()) || cmp.Diff([]string{"kind red"}, got.Notices) != "" || got.Title != "Things" {
		t.Errorf("as of %s, notices %q, title %q", got.AsOf, got.Notices, got.Title)
	}
}

func TestAnswerSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	got := thingsAsker(true, false, true).Must(t, "things", api.TableQuestion{})
	if got.Notices[0] != "Not read yet, and missing here: system 2." || !got.AsOf.Equal(tabletest.Now()) {
		t.Errorf("notices %q as of %s", got.Notices, got.AsOf)
	}
	_, err := thingsAsker(false, false).Answer(t, "things", api.TableQuestion{})
	if !errors.Is(err, tables.ErrNotReady) {
		t.Errorf("nothing was read: %v", err)
	}
	if got := thingsAsker().Must(t, "things", api.TableQuestion{}); got.Total != 0 {
		t.Errorf("of no systems there are %d things", got.Total)
	}
}

// Whatever is wrong with a question, the error says where.
func TestBadQuestions(t *testing.T) {
	t.Parallel()
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	filter := func(name string, values ...string) api.TableQuestion {
		return api.TableQuestion{Filters: map[string][]string{name: values}}
	}
	for want, ask := range map[string]api.TableQuestion{
		"filters.colour: table things has no such filter; there are name, kind, least":              filter("colour", "red"),
		`filters.kind: "blue" is none of red, green`:                                                filter("kind", "red", "blue"),
		"filters.least: give one value, not 2":                                                      filter("least", "1", "2"),
		`filters.least: "many" is not a number`:                                                     filter("least", "many"),
		`filters.least: "-Inf" is not a number`:                                                     filter("least", "-Inf"),
		"filters.name: give at most 1000 values":                                                    filter("name", many...),
		"filters.name: a value has 3000 bytes; at most 2048":                                        filter("name", strings.Repeat("x", 3000)),
		`columns[1]: table things has no column "colour"; there are name, count, share, at, system`: {Columns: []string{"name", "colour"}},
		`sort[0].by: table things has no column "colour"; there are name, count, share, at, system`: {Sort: []api.TableOrder{{By: "colour"}}},
		"limit: limit and offset are not below 0":                                                   {Limit: -1},
		`systems[0]: there is no system "9" that you may see`:                                       {Systems: []entitlement.SystemID{"9"}},
		`folders[0]: there is no folder "x" of systems that you may see`:                            {Folders: []string{"x"}},
	} {
		_, err := thingsAsker(true).Answer(t, "things", ask)
		bad := tables.AsBad(err)
		if bad == nil || err.Error() != want || !strings.HasPrefix(want, bad.Path) || bad.Path == "" {
			t.Errorf("error %v with path %v, want %q", err, bad, want)
		}
	}
	if _, err := thingsAsker(true).Answer(t, "stuff", api.TableQuestion{}); err == nil || err.Error() != `name: there is no table "stuff"; there are things` {
		t.Errorf("an unknown table: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for about, tc := range map[string]struct {
		ask  api.TableQuestion
		want int
	}{
		"all": {api.TableQuestion{}, 12}, "a system": {api.TableQuestion{Systems: []entitlement.SystemID{"000000000001"}}, 4},
		"a folder":             {api.TableQuestion{Folders: []string{"later"}}, 8},
		"a system or a folder": {api.TableQuestion{Systems: []entitlement.SystemID{"000000000001", "000000000002"}, Folders: []string{"later"}}, 12},
		"a cloud":              {api.TableQuestion{Clouds: []entitlement.Cloud{"aws"}}, 12},
		"another cloud":        {api.TableQuestion{Clouds: []entitlement.Cloud{"gcp"}}, 0},
		"a cloud and a folder": {api.TableQuestion{Clouds: []entitlement.Cloud{"gcp", "aws"}, Folders: []string{"later"}}, 8},
	} {
		if got := thingsAsker(true, true, true).Must(t, "things", tc.ask).Total; got != tc.want {
			t.Errorf("%s: %d things, want %d", about, got, tc.want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for want, ask := range map[string]api.TableQuestion{
		"2026-03-03T12:00:00Z 2026-06-01T12:00:00Z 0s":                      {},
		"2026-05-30T12:00:00Z 2026-06-01T12:00:00Z 24h0m0s":                 {From: tabletest.Now().Add(-48 * time.Hour), Step: "1d"},
		"2025-03-03T00:00:00Z 2025-06-01T00:00:00Z 0s":                      {To: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)},
		"from: 2026-06-02T12:00:00Z is not before to, 2026-06-01T12:00:00Z": {From: tabletest.Now().Add(24 * time.Hour)},
		`step: "often" is not a duration such as 24h or 1d`:                 {Step: "often"},
		`step: "0s" is not a duration such as 24h or 1d`:                    {Step: "0s"},
	} {
		if got := spanOf(t, ask); got != want {
			t.Errorf("%+v gives %q, want %q", ask, got, want)
		}
	}
}

// spanOf asks a timed table which time it is asked about.
func spanOf(t *testing.T, ask api.TableQuestion) string {
	t.Helper()
	d := tables.Definition{
		Name: "times", Title: "Times", Group: tables.Collection, Help: "What was asked.", Timed: true, Columns: []tables.Column{tables.Text("span", "Span", "")},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			rows := &tables.Rows{}
			rows.Add(report.Text(fmt.Sprint(q.From.Format(time.RFC3339), " ", q.To.Format(time.RFC3339), " ", q.Step)))
			return rows, nil
		},
	}
	a := &tabletest.Asker{Definitions: []tables.Definition{d}, Snapshot: pending(true)}
	got, err := a.Answer(t, "times", ask)
	if err != nil {
		return err.Error()
	}
	return *got.Columns[0].Strings[0]
}
