package search_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// answers are everything that a searcher says about a condition.
type answers struct {
	Pages   [][]auditlog.Event
	Each    []string
	Groups  search.Table
	Series  search.Series
	Values  []search.Value
	Problem string
}

func ask(s *search.Searcher, c search.Caller, q query.Query, f query.Field, text string) (a answers) {
	ctx := context.Background()
	fail := func(err error) bool {
		if err != nil {
			a.Problem = err.Error()
		}
		return err != nil
	}
	for page := q; ; {
		p, err := s.Events(ctx, page, c)
		if fail(err) {
			return a
		}
		a.Pages = append(a.Pages, p.Events)
		if page.Cursor = p.Cursor; p.Cursor == "" {
			break
		}
	}
	all := q
	all.Sort, all.Limit = []query.Order{{By: "time"}}, 0
	if _, err := s.Each(ctx, all, c, func(ev *auditlog.Event) error { a.Each = append(a.Each, ev.ID); return nil }); fail(err) {
		return a
	}
	grouped, lines := all, all
	grouped.Sort, lines.Sort = nil, nil
	grouped.Group = &query.Group{By: []query.Field{f}, Aggregates: []query.Aggregate{{Function: query.Count}, {Function: query.Unique, Field: query.System}, {Function: query.Last}}}
	lines.Series = &query.Series{By: []query.Field{f}, Step: config.Duration(6 * 3600e9)}
	var err error
	if a.Groups, err = s.Groups(ctx, grouped, c); fail(err) {
		return a
	}
	if a.Series, err = s.Series(ctx, lines, c); fail(err) {
		return a
	}
	a.Values, err = s.Values(ctx, f, text, all, c, 50)
	fail(err)
	return a
}

// A caller that may see some systems gets, whatever it asks, what it would get
// from a store that holds nothing else.
func TestScope(t *testing.T) {
	t.Parallel()
	all := events(21, 300)
	mine := []entitlement.SystemID{"111122223333"}
	own := slices.DeleteFunc(slices.Clone(all), func(ev auditlog.Event) bool { return !slices.Contains(mine, ev.System) })
	if len(own) == 0 || len(own) == len(all) {
		t.Fatal("the events are all of one system")
	}
	whole, part := search.New(options(newStore(t, all))), search.New(options(newStore(t, own)))
	groupable := slices.DeleteFunc(query.Fields(), func(i query.Info) bool { return !i.Group })
	rapid.Check(t, func(t *rapid.T) {
		q := query.Query{Range: everything(), Where: querytest.Nodes(querytest.Options{Depth: 2}).Draw(t, "where"), Limit: rapid.IntRange(30, 300).Draw(t, "limit")}
		q.Sort = rapid.SampledFrom([][]query.Order{nil, {{By: "time"}}, {{By: "name"}}}).Draw(t, "sort")
		q.Systems = rapid.SampledFrom([][]entitlement.SystemID{nil, {"000011112222"}, {"000011112222", "111122223333"}}).Draw(t, "systems")
		f := rapid.SampledFrom(groupable).Draw(t, "field").Name
		text := rapid.SampledFrom([]string{"", "1", "a", "0000"}).Draw(t, "text")
		got := ask(whole, search.Caller{Systems: &mine}, q, f, text)
		want := ask(part, search.Caller{}, q, f, text)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the caller sees more, or less, than its own (-want +got):\n%s", diff)
		}
	})
}

func TestNoSystemsSeeNothing(t *testing.T) {
	t.Parallel()
	s := search.New(options(newStore(t, events(22, 50))))
	a := ask(s, search.Caller{Systems: &[]entitlement.SystemID{}}, query.Query{Range: everything()}, query.System, "")
	if len(a.Pages) != 1 || len(a.Pages[0]) > 0 || len(a.Each) > 0 || len(a.Groups.Rows) > 0 || len(a.Series.Lines) > 0 || len(a.Values) > 0 || a.Problem != "" {
		t.Errorf("answers %+v", a)
	}
}
