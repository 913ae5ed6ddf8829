package search_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/config"
)

// tuples are the groups that an event belongs to: every combination of its
// values, a resource with its own type.
func tuples(by []query.Field, ev *auditlog.Event) [][]string {
	out := [][]string{make([]string, len(by))}
	resource, kind := slices.Index(by, query.Resource), slices.Index(by, query.ResourceType)
	for i, f := range by {
		list := values(f, ev)
		if len(list) == 0 {
			list = []string{""}
		}
		var next [][]string
		for _, t := range out {
			for j, v := range list {
				t = slices.Clone(t)
				t[i] = v
				if f == query.Resource && kind >= 0 && len(ev.Resources) > 0 {
					t[kind] = ev.Resources[j].Type
				}
				next = append(next, t)
			}
		}
		if f != query.ResourceType || resource < 0 {
			out = next
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(t []string) bool {
		key := strings.Join(t, "\xff")
		again := seen[key]
		seen[key] = true
		return again
	})
}

type counted struct {
	values      []string
	count       int64
	first, last time.Time
	unique      map[string]bool
}

// grouped groups events in the plainest way.
func grouped(events []auditlog.Event, by []query.Field, unique query.Field) map[string]*counted {
	out := map[string]*counted{}
	for i := range events {
		ev := &events[i]
		for _, t := range tuples(by, ev) {
			key := strings.Join(t, "\xff")
			g := out[key]
			if g == nil {
				g = &counted{values: t, first: ev.Time, last: ev.Time, unique: map[string]bool{}}
				out[key] = g
			}
			g.count++
			if ev.Time.Before(g.first) {
				g.first = ev.Time
			}
			if ev.Time.After(g.last) {
				g.last = ev.Time
			}
			for _, v := range values(unique, ev) {
				if v != "" && !slices.Contains(by, unique) {
					g.unique[v] = true
				}
			}
		}
	}
	return out
}

func TestGroups(t *testing.T) {
	t.Parallel()
	all := events(11, 500)
	s := search.New(options(newStore(t, all[:200], all[200:])))
	aggregates := []query.Aggregate{{Function: query.Count}, {Function: query.First}, {Function: query.Unique, Field: query.Issued}, {Function: query.Last}}
	for _, by := range [][]query.Field{
		{query.Username},
		{query.Outcome, query.ReadOnly},
		{query.Action},
		{query.Username, query.Action},
		{query.Resource},
		{query.ResourceType},
		{query.Resource, query.ResourceType},
		{query.Action, query.Outcome, query.ResourceType},
		{query.Resource, query.Action},
	} {
		q := query.Query{Range: everything(), Group: &query.Group{By: by, Aggregates: aggregates}, Limit: query.MaxLimit}
		got, err := s.Groups(context.Background(), q, search.Caller{})
		if err != nil {
			t.Fatalf("%v: %v", by, err)
		}
		var want [][]string
		for _, g := range grouped(all, by, query.Issued) {
			want = append(want, append(slices.Clone(g.values), strconv.FormatInt(g.count, 10), g.first.Format(time.RFC3339Nano),
				strconv.Itoa(len(g.unique)), g.last.Format(time.RFC3339Nano)))
		}
		slices.SortFunc(want, func(a, b []string) int {
			x, _ := strconv.Atoi(a[len(by)])
			y, _ := strconv.Atoi(b[len(by)])
			if x != y {
				return y - x
			}
			return slices.Compare(a[:len(by)], b[:len(by)])
		})
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Fatalf("%v (-want +got):\n%s", by, diff)
		}
		if got.Total != len(want) || got.Truncated {
			t.Errorf("%v: total %d, truncated %v; want %d groups", by, got.Total, got.Truncated, len(want))
		}
	}
}

func TestGroupsInOrder(t *testing.T) {
	t.Parallel()
	all := events(12, 300)
	s := search.New(options(newStore(t, all)))
	q := query.Query{
		Range: everything(), Limit: 4, Sort: []query.Order{{By: "unique(action)", Descending: true}, {By: "username"}},
		Group: &query.Group{By: []query.Field{query.Username}, Aggregates: []query.Aggregate{{Function: query.Unique, Field: query.Action}}},
	}
	got, err := s.Groups(context.Background(), q, search.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	groups := grouped(all, []query.Field{query.Username}, query.Action)
	var want [][]string
	for _, g := range groups {
		want = append(want, []string{g.values[0], strconv.Itoa(len(g.unique))})
	}
	slices.SortFunc(want, func(a, b []string) int {
		if a[1] != b[1] {
			return strings.Compare(b[1], a[1])
		}
		return strings.Compare(a[0], b[0])
	})
	if diff := cmp.Diff(want[:4], got.Rows); diff != "" {
		t.Error(diff)
	}
	if !got.Truncated || got.Total != len(groups) {
		t.Errorf("truncated %v of %d; want %d groups", got.Truncated, got.Total, len(groups))
	}
	if diff := cmp.Diff([]string{"username", "unique(action)"}, got.Columns); diff != "" {
		t.Error(diff)
	}
}

func TestSeries(t *testing.T) {
	t.Parallel()
	all := events(13, 500)
	store := newStore(t, all)
	r := query.Range{From: start().Add(5*time.Hour + 1), To: start().Add(41*time.Hour + 2)}
	for _, by := range [][]query.Field{nil, {query.Outcome}, {query.Action}, {query.Username, query.ReadOnly}} {
		for _, cells := range []int{0, 120} { // In one go, and the greatest lines only.
			o := options(store)
			o.Limits.Groups = cells
			q := query.Query{Range: r, Series: &query.Series{Step: config.Duration(2 * time.Hour), By: by, Top: 3}}
			got, err := search.New(o).Series(context.Background(), q, search.Caller{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(series(all, r, 2*time.Hour, by, 3), got); diff != "" {
				t.Errorf("by %v, %d cells (-want +got):\n%s", by, cells, diff)
			}
		}
	}
}

// series counts in the plainest way.
func series(events []auditlog.Event, r query.Range, step time.Duration, by []query.Field, top int) search.Series {
	start := r.From.Truncate(step)
	steps := int((r.To.Sub(start) + step - 1) / step)
	out := search.Series{Start: start, Step: step}
	inside := slices.DeleteFunc(slices.Clone(events), func(ev auditlog.Event) bool { return ev.Time.Before(r.From) || !ev.Time.Before(r.To) })
	groups := grouped(inside, by, query.Name)
	keys := make([]string, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if groups[a].count != groups[b].count {
			return int(groups[b].count - groups[a].count)
		}
		return slices.Compare(groups[a].values, groups[b].values)
	})
	rest := search.Line{Labels: map[string]string{}, Rest: true, Counts: make([]int64, steps)}
	for i, k := range keys {
		line := search.Line{Labels: map[string]string{}, Counts: make([]int64, steps)}
		for j, f := range by {
			line.Labels[string(f)] = groups[k].values[j]
		}
		if i >= top {
			line = rest
		}
		for e := range inside {
			for _, t := range tuples(by, &inside[e]) {
				if strings.Join(t, "\xff") == k {
					line.Counts[int(inside[e].Time.Sub(start)/step)]++
				}
			}
		}
		if i < top {
			out.Lines = append(out.Lines, line)
		}
	}
	if len(keys) > top {
		out.Lines = append(out.Lines, rest)
	}
	return out
}

func TestEmptySeriesHasZeros(t *testing.T) {
	t.Parallel()
	s := search.New(options(newStore(t)))
	q := query.Query{Range: query.Range{Last: config.Duration(4 * time.Hour)}, Series: &query.Series{}}
	got, err := s.Series(context.Background(), q, search.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	want := search.Series{Start: now().Add(-4 * time.Hour), Step: time.Minute, Lines: []search.Line{{Labels: map[string]string{}, Counts: make([]int64, 240)}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	o := options(newStore(t, events(14, 200)))
	o.Limits.Groups = 50
	s := search.New(o)
	_, err := s.Groups(context.Background(), query.Query{Range: everything(), Group: &query.Group{By: []query.Field{query.ID}}}, search.Caller{})
	var bad *query.Error
	if !errors.Is(err, search.ErrTooMuch) || !errors.As(err, &bad) || bad.Path != "group.by" {
		t.Errorf("groups: %v", err)
	}
	_, err = s.Series(context.Background(), query.Query{Range: everything(), Series: &query.Series{By: []query.Field{query.ID}, Top: 2, Step: config.Duration(30 * 24 * time.Hour)}}, search.Caller{})
	if !errors.Is(err, search.ErrTooMuch) || !errors.As(err, &bad) || bad.Path != "series.by" {
		t.Errorf("series: %v", err)
	}
	_, err = s.Series(context.Background(), query.Query{Range: everything(), Series: &query.Series{Step: config.Duration(time.Hour)}}, search.Caller{})
	if !errors.Is(err, search.ErrTooMuch) || !errors.As(err, &bad) || bad.Path != "series.step" {
		t.Errorf("steps: %v", err)
	}
}
