package search_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// rowsOnly hides that a store hands on columns.
type rowsOnly struct{ auditlog.Store }

// shuffled turns the rows of every block of a store around.
type shuffled struct{ auditlog.Store }

func (s shuffled) SelectColumns(
	ctx context.Context, st auditlog.Statement, names []string, block func(worker uint, columns [][]string, rows int) error,
) (auditlog.Outcomes, error) {
	return s.Store.(auditlog.ColumnReader).SelectColumns(ctx, st, names, func(worker uint, columns [][]string, rows int) error { //nolint:forcetypeassert // The test gives one.
		turned := make([][]string, len(columns))
		for i, c := range columns {
			if c == nil {
				continue
			}
			for j := range c {
				turned[i] = append(turned[i], c[(j*7+3)%len(c)])
			}
		}
		if rows%7 == 0 {
			turned = columns // Seven steps would not reach every row.
		}
		return block(worker, turned, rows)
	})
}

// Groups are the same whether they are made by the store or of its columns, in
// whatever order rows come.
func TestGroupsOfColumns(t *testing.T) {
	t.Parallel()
	all := events(17, 700)
	for i := range all {
		all[i].Time = all[i].Time.Truncate(1 << (i % 31)) // Written with more digits and less.
	}
	store := newStore(t, all[:300], all[300:])
	times := []query.Aggregate{{Function: query.Count}, {Function: query.First}, {Function: query.Last}, {Function: query.Unique, Field: query.Action}}
	for _, by := range [][]query.Field{
		{},
		{query.Username},
		{query.Action},
		{query.Issued, query.Outcome},
		{query.ReadOnly, query.Resource},
		{query.ResourceType},
		{query.ResourceType, query.Action, query.Resource},
		{query.Resource, query.Issued, query.Action, query.ResourceType},
	} {
		for _, aggregates := range [][]query.Aggregate{times, nil} {
			q := query.Query{
				Range: everything(), Group: &query.Group{By: by, Aggregates: aggregates}, Limit: query.MaxLimit,
				Where: &query.Node{Field: query.Outcome, Operator: query.IsNot, Values: []string{"error"}},
			}
			want, err := search.New(options(rowsOnly{store})).Groups(t.Context(), q, search.Caller{})
			if err != nil {
				t.Fatalf("%v: %v", by, err)
			}
			for _, s := range []auditlog.Store{store, shuffled{store}} {
				got, err := search.New(options(s)).Groups(t.Context(), q, search.Caller{})
				if err != nil {
					t.Fatalf("%v: %v", by, err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%v of %T (-want +got):\n%s", by, s, diff)
				}
			}
		}
	}
}

// odd has one block of columns, as no store should have them.
type odd struct {
	auditlog.Store
	columns map[string][]string
}

func (o odd) SelectColumns(
	_ context.Context, _ auditlog.Statement, names []string, block func(worker uint, columns [][]string, rows int) error,
) (auditlog.Outcomes, error) {
	columns := make([][]string, len(names))
	for i, name := range names {
		columns[i] = o.columns[name]
	}
	return auditlog.Outcomes{Partial: true}, block(0, columns, 2)
}

func TestGroupsOfOddColumns(t *testing.T) {
	t.Parallel()
	ask := func(columns map[string][]string, most int) (search.Table, error) {
		o := options(odd{columns: columns})
		o.Limits.Groups = most
		return search.New(o).Groups(t.Context(), query.Query{
			Range: everything(), Group: &query.Group{By: []query.Field{query.Action}, Aggregates: []query.Aggregate{{Function: query.Count}, {Function: query.Last}}},
		}, search.Caller{})
	}
	times := []string{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z"}
	got, err := ask(map[string][]string{"_time": times, "action": {"a", "b"}, "actions": {"", `["b","c","b"]`}}, 3)
	want := search.Table{
		Columns: []string{"action", "count", "last"}, Total: 3, Partial: true,
		Rows: [][]string{{"a", "1", times[0]}, {"b", "1", times[1]}, {"c", "1", times[1]}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	var tooMuch *query.Error
	if _, err := ask(map[string][]string{"_time": times, "action": {"a", "b"}}, 1); !errors.As(err, &tooMuch) || tooMuch.Path != "group.by" {
		t.Errorf("two groups where one may be: %v", err)
	}
	for name, columns := range map[string]map[string][]string{
		"time":  {"_time": {"now", "then"}, "action": {"a", "b"}},
		"array": {"_time": times, "action": {"a", "b"}, "actions": {"", `["b"`}},
	} {
		if _, err := ask(columns, 3); err == nil {
			t.Errorf("%s that is none is taken", name)
		}
	}
}
