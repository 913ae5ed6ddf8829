package querytest_test

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func now() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }

func world() querytest.World {
	return querytest.World{Catalog: catalog.AWS(), Folders: map[string][]string{"production": {"111122223333", "production"}}}
}

// What the store answers is what the language says, for conditions of every
// kind on events of every kind, and after the way through text and JSON.
func TestStoreAgrees(t *testing.T) {
	t.Parallel()
	count := 400
	if testing.Short() {
		count = 60
	}
	events := drawn(count)
	searcher := stored(t, events)
	fields := slices.DeleteFunc(query.Fields(), func(f query.Info) bool {
		return f.Name == query.Ingested || f.Kind == query.KindTag // When, and whose tags, the store alone knows.
	})
	var names []query.Field
	for _, f := range fields {
		names = append(names, f.Name)
	}
	nodes := querytest.Nodes(querytest.Options{Fields: names})
	rapid.Check(t, func(t *rapid.T) {
		n := nodes.Draw(t, "node")
		want := []string{}
		for i := range events {
			if querytest.Match(n, &events[i], world()) {
				want = append(want, events[i].ID)
			}
		}
		q, err := query.Parse(n.String())
		if err != nil {
			t.Fatal(err)
		}
		q.Range = query.Range{From: now().AddDate(-1, 0, 0), To: now()}
		got := []string{}
		_, err = searcher.Each(t.Context(), q, search.Caller{}, func(ev *auditlog.Event) error {
			got = append(got, ev.ID)
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %d events, want %d; first that differs: %s", n, len(got), len(want), differing(events, got, want))
		}
	})
}

// drawn returns events that are the same in each run.
func drawn(count int) []auditlog.Event {
	events := make([]auditlog.Event, count)
	for i := range events {
		events[i] = querytest.Events().Example(i)
		events[i].ID = fmt.Sprintf("%s-%d", events[i].ID, i)
	}
	return events
}

func stored(t *testing.T, events []auditlog.Event) *search.Searcher {
	t.Helper()
	store, err := embedded.Open(embedded.Options{Dir: t.TempDir(), MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for batch := range slices.Chunk(events, 50) {
		if _, err := store.Add(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	folders := func(name string) (list []entitlement.SystemID) {
		for _, s := range world().Folders[name] {
			list = append(list, entitlement.SystemID(s))
		}
		return list
	}
	return search.New(search.Options{Store: store, Catalog: catalog.AWS(), Folders: folders, Now: now})
}

func differing(events []auditlog.Event, got, want []string) string {
	for i := range events {
		if id := events[i].ID; slices.Contains(got, id) != slices.Contains(want, id) {
			return fmt.Sprintf("%+v", events[i])
		}
	}
	return ""
}

// Few of the conditions take all events or none: what is drawn tells them apart.
func TestNodesTellEventsApart(t *testing.T) {
	t.Parallel()
	events := drawn(100)
	some := 0
	nodes := querytest.Nodes(querytest.Options{})
	for i := range 200 {
		n, count := nodes.Example(i), 0
		for j := range events {
			if querytest.Match(n, &events[j], world()) {
				count++
			}
		}
		if count > 0 && count < len(events) {
			some++
		}
	}
	if some < 80 {
		t.Errorf("%d of 200 conditions take some of the events", some)
	}
}
