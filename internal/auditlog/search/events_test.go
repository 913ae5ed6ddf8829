package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

func sorts() map[string][]query.Order {
	return map[string][]query.Order{
		"latest":            nil,
		"oldest":            {{By: "time"}},
		"latest, then name": {{By: "time", Descending: true}, {By: "name"}},
		"name":              {{By: "name"}},
		"action, down":      {{By: "action", Descending: true}, {By: "outcome"}},
		"outcome, time":     {{By: "outcome"}, {By: "time"}, {By: "name"}},
	}
}

// pages reads all pages of a query.
func pages(t *testing.T, s *search.Searcher, q query.Query, c search.Caller, between func(int)) []auditlog.Event {
	t.Helper()
	var all []auditlog.Event
	for n := 0; ; n++ {
		page, err := s.Events(context.Background(), q, c)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Events...)
		if page.Cursor == "" {
			return all
		}
		if len(page.Events) != q.Limit {
			t.Fatalf("page %d has %d events and a cursor, want %d", n, len(page.Events), q.Limit)
		}
		q.Cursor = page.Cursor
		between(n)
	}
}

func TestPagesHaveEveryEventOnceInOrder(t *testing.T) {
	t.Parallel()
	all := events(1, 700)
	s := search.New(options(newStore(t, all[:300], all[300:])))
	for name, sort := range sorts() {
		for _, limit := range []int{1, 7, 100, 699, 700, 5000} {
			if limit == 1 && name != "latest" {
				continue
			}
			q := query.Query{Range: everything(), Sort: sort, Limit: limit}
			got := pages(t, s, q, search.Caller{}, func(int) {})
			if diff := cmp.Diff(ordered(all, sort), got, cmp.Comparer(sameTime)); diff != "" {
				t.Fatalf("%s by %d: (-want +got):\n%s", name, limit, diff)
			}
		}
	}
}

func sameTime(a, b time.Time) bool { return a.Equal(b) }

func TestPagesOfConditions(t *testing.T) {
	t.Parallel()
	all := events(2, 500)
	s := search.New(options(newStore(t, all)))
	r := rand.New(rand.NewPCG(3, 3))
	where := []*query.Node{
		{Field: query.Outcome, Operator: query.Is, Values: []string{"error"}},
		{Field: query.Action, Operator: query.Matches, Values: []string{"IAM:*"}},
		{Any: []query.Node{{Field: query.Text, Operator: query.Contains, Values: []string{"ANA"}}, {Field: query.Address, Operator: query.InCIDR, Values: []string{"10.0.0.0/8"}}}},
		{Field: query.ID, Operator: query.Is, Values: []string{all[17].ID}},
		{Field: query.Name, Operator: query.Is, Values: []string{"nothing"}},
	}
	for i, n := range where {
		want := ids(ordered(matching(all, n), nil))
		got := ids(pages(t, s, query.Query{Range: everything(), Where: n, Limit: 1 + r.IntN(60)}, search.Caller{}, func(int) {}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("condition %d (-want +got):\n%s", i, diff)
		}
	}
}

// Events that are stored between two pages move nothing: those before the page's
// end are not shown, those behind it are, and none comes twice.
func TestPagesWhileEventsArrive(t *testing.T) {
	t.Parallel()
	all := events(4, 600)
	for name, sort := range sorts() {
		store := newStore(t, all[:200])
		s := search.New(options(store))
		next := 200
		got := pages(t, s, query.Query{Range: everything(), Sort: sort, Limit: 20}, search.Caller{}, func(int) {
			if next < 600 {
				add(t, store, all[next:next+50])
				next += 50
			}
		})
		seen := map[string]bool{}
		for _, id := range ids(got) {
			if seen[id] {
				t.Fatalf("%s: event %s came twice", name, id)
			}
			seen[id] = true
		}
		for _, ev := range all[:200] {
			if !seen[ev.ID] {
				t.Fatalf("%s: event %s was skipped", name, ev.ID)
			}
		}
		if diff := cmp.Diff(ids(ordered(got, sort)), ids(got)); diff != "" {
			t.Fatalf("%s: not in order (-want +got):\n%s", name, diff)
		}
	}
}

// A range that is counted from now stays the first page's on all pages.
func TestCursorKeepsTheRange(t *testing.T) {
	t.Parallel()
	all := events(5, 100)
	o := options(newStore(t, all))
	clock := now()
	o.Now = func() time.Time { return clock }
	s := search.New(o)
	q := query.Query{Limit: 10}
	if err := q.Range.Last.UnmarshalText([]byte("40d")); err != nil {
		t.Fatal(err)
	}
	got := pages(t, s, q, search.Caller{}, func(int) { clock = clock.Add(48 * time.Hour) })
	if diff := cmp.Diff(ids(ordered(all, nil)), ids(got)); diff != "" {
		t.Error(diff)
	}
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	s := search.New(options(newStore(t, events(6, 50))))
	q := query.Query{Range: everything(), Limit: 5}
	page, err := s.Events(context.Background(), q, search.Caller{})
	if err != nil || page.Cursor == "" {
		t.Fatalf("no cursor: %v", err)
	}
	other := q
	other.Where = &query.Node{Field: query.Name, Operator: query.Exists}
	sorted := q
	sorted.Sort = []query.Order{{By: "name"}}
	changed := []byte(page.Cursor)
	changed[len(changed)-3] ^= 1
	for name, c := range map[string]struct {
		q      query.Query
		cursor string
		want   string
	}{
		"another query": {other, page.Cursor, "belongs to another query"},
		"another order": {sorted, page.Cursor, "belongs to another query"},
		"changed":       {q, string(changed), "belongs to another query, or was changed"},
		"no base64":     {q, "!!!", "is not one that was given out"},
		"too short":     {q, "AAAA", "is not one that was given out"},
	} {
		c.q.Cursor = c.cursor
		_, err := s.Events(context.Background(), c.q, search.Caller{})
		var bad *query.Error
		if !errors.As(err, &bad) || bad.Path != "cursor" || !strings.Contains(bad.Message, c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestEach(t *testing.T) {
	t.Parallel()
	all := events(7, 400)
	s := search.New(options(newStore(t, all)))
	collect := func(q query.Query) (out []auditlog.Event) {
		if _, err := s.Each(context.Background(), q, search.Caller{}, func(ev *auditlog.Event) error {
			out = append(out, *ev)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := collect(query.Query{Range: everything()})
	if diff := cmp.Diff(ids(ordered(all, nil)), ids(ordered(got, nil))); diff != "" {
		t.Errorf("unordered:\n%s", diff)
	}
	for _, sort := range [][]query.Order{{{By: "time"}}, {{By: "time", Descending: true}}} {
		if diff := cmp.Diff(ids(ordered(all, sort)), ids(collect(query.Query{Range: everything(), Sort: sort}))); diff != "" {
			t.Errorf("%v:\n%s", sort, diff)
		}
		want := ids(ordered(all, sort))[:33]
		if diff := cmp.Diff(want, ids(collect(query.Query{Range: everything(), Sort: sort, Limit: 33}))); diff != "" {
			t.Errorf("%v, limited:\n%s", sort, diff)
		}
	}
	if got := collect(query.Query{Range: everything(), Limit: 12}); len(got) != 12 {
		t.Errorf("%d events, want 12", len(got))
	}
}

func TestEachEndsWithTheErrorOfWhoeverListens(t *testing.T) {
	t.Parallel()
	s := search.New(options(newStore(t, events(8, 50))))
	gone := errors.New("the client is gone")
	for _, sort := range [][]query.Order{nil, {{By: "time"}}} {
		_, err := s.Each(context.Background(), query.Query{Range: everything(), Sort: sort}, search.Caller{}, func(*auditlog.Event) error { return gone })
		if !errors.Is(err, gone) {
			t.Errorf("%v: %v", sort, err)
		}
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	all := events(9, 30)
	for i := range all {
		if i%3 > 0 {
			all[i].Raw = []byte("{\"record\": " + all[i].ID + "}\n")
		}
	}
	s := search.New(options(newStore(t, all)))
	page, err := s.Events(context.Background(), query.Query{Range: everything()}, search.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Raw(context.Background(), page.Events); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ordered(all, nil), page.Events, cmp.Comparer(sameTime)); diff != "" {
		t.Error(diff)
	}
}
