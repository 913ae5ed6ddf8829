package search_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func now() time.Time { return time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC) }

func start() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func everything() query.Range {
	return query.Range{From: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC), To: now()}
}

// events draws events with ids of their own. Many share their time.
func events(seed, n int) []auditlog.Event {
	generator := querytest.Events()
	out := make([]auditlog.Event, n)
	for i := range out {
		out[i] = generator.Example(seed*1_000_000 + i)
		day := out[i].Time.Sub(start()) / (12 * time.Hour)
		out[i].Time = start().Add(day*time.Hour + out[i].Time.Sub(start())%(12*time.Hour)) // A few days are enough.
		out[i].ID = fmt.Sprintf("%d-%05d", (i*7919)%n%13, i)
	}
	return out
}

func newStore(tb testing.TB, batches ...[]auditlog.Event) *embedded.Store {
	tb.Helper()
	s, err := embedded.Open(embedded.Options{
		Dir: tb.TempDir(), MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	for _, b := range batches {
		add(tb, s, b)
	}
	return s
}

func add(tb testing.TB, s auditlog.Store, events []auditlog.Event) {
	tb.Helper()
	added, err := s.Add(context.Background(), events)
	if err != nil || added.New != len(events) {
		tb.Fatalf("added %+v of %d events: %v", added, len(events), err)
	}
	if _, err := s.Sync(context.Background()); err != nil {
		tb.Fatal(err)
	}
}

func options(s auditlog.Store) search.Options {
	return search.Options{Store: s, Catalog: catalog.AWS(), Now: now, Folders: folders, Tagged: tagged, TailEvery: time.Millisecond}
}

func folders(name string) []entitlement.SystemID {
	return map[string][]entitlement.SystemID{"production": {"111122223333"}}[name]
}

func tagged(query.Field, string, string, query.Operator) ([]string, error) {
	return []string{"arn:aws:iam::111122223333:user/ana", "arn:aws:s3:::reports"}, nil
}

// ordered sorts events as the package says, in the plainest way.
func ordered(events []auditlog.Event, sort []query.Order) []auditlog.Event {
	out := slices.Clone(events)
	descending := true
	slices.SortStableFunc(out, func(a, b auditlog.Event) int { return strings.Compare(a.ID, b.ID) })
	times := func(down bool) {
		slices.SortStableFunc(out, func(a, b auditlog.Event) int {
			if down {
				a, b = b, a
			}
			return a.Time.Compare(b.Time)
		})
	}
	for _, o := range sort {
		if o.By == "time" {
			descending = o.Descending
		}
	}
	if descending {
		slices.Reverse(out)
	}
	times(descending)
	for _, o := range slices.Backward(sort) {
		if o.By == "time" {
			times(o.Descending)
			continue
		}
		slices.SortStableFunc(out, func(a, b auditlog.Event) int {
			if o.Descending {
				a, b = b, a
			}
			return strings.Compare(first(query.Field(o.By), &a), first(query.Field(o.By), &b))
		})
	}
	return out
}

// first is what an event is sorted by.
func first(f query.Field, ev *auditlog.Event) string {
	if v := values(f, ev); len(v) > 0 {
		return v[0]
	}
	return ""
}

// values are those of a few fields.
func values(f query.Field, ev *auditlog.Event) []string {
	var out []string
	switch f { //nolint:exhaustive // Those that the tests use.
	case query.Name:
		out = []string{ev.Name}
	case query.Outcome:
		out = []string{string(ev.Outcome)}
	case query.Username:
		out = []string{ev.IdentityName}
	case query.System:
		out = []string{string(ev.System)}
	case query.ReadOnly:
		out = []string{fmt.Sprint(ev.ReadOnly)}
	case query.Action:
		for _, a := range ev.Actions {
			out = append(out, string(a))
		}
	case query.Resource:
		for _, r := range ev.Resources {
			out = append(out, string(r.ID))
		}
	case query.ResourceType:
		for _, r := range ev.Resources {
			out = append(out, r.Type)
		}
	case query.Issued:
		for _, k := range ev.Issued {
			out = append(out, string(k))
		}
	default:
		panic("field " + f)
	}
	return out
}

func ids(events []auditlog.Event) []string {
	out := make([]string, len(events))
	for i := range events {
		out[i] = events[i].ID
	}
	return out
}

func matching(events []auditlog.Event, n *query.Node) []auditlog.Event {
	w := querytest.World{Catalog: catalog.AWS()}
	return slices.DeleteFunc(slices.Clone(events), func(ev auditlog.Event) bool { return !querytest.Match(n, &ev, w) })
}
