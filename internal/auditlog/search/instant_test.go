package search_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// atOnce are events of one instant, between some of others.
func atOnce(n int) []auditlog.Event {
	some := events(41, 100)
	out := make([]auditlog.Event, n)
	for i := range out {
		out[i] = some[i%100]
		out[i].ID, out[i].Detail = fmt.Sprintf("%06d", (i*7919)%n), ""
		if i%50 > 0 {
			out[i].Time = start()
		}
	}
	return out
}

func TestPagesOfOneInstant(t *testing.T) {
	t.Parallel()
	all := atOnce(5000)
	s := search.New(options(newStore(t, all)))
	for _, sort := range [][]query.Order{nil, {{By: "time"}}} {
		got := ids(pages(t, s, query.Query{Range: everything(), Sort: sort, Limit: 700}, search.Caller{}, func(int) {}))
		if diff := cmp.Diff(ids(ordered(all, sort)), got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", sort, diff)
		}
	}
}

// More events of one instant than a slice may have come each once and between
// the others.
func TestEachOfOneInstant(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("stores 20,500 events")
	}
	all := atOnce(20_500)
	s := search.New(options(newStore(t, all)))
	var got []auditlog.Event
	q := query.Query{Range: everything(), Sort: []query.Order{{By: "time", Descending: true}}}
	if _, err := s.Each(context.Background(), q, search.Caller{}, func(ev *auditlog.Event) error {
		got = append(got, auditlog.Event{ID: ev.ID, Time: ev.Time})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Time.After(got[i-1].Time) {
			t.Fatalf("event %d is later than the one before", i)
		}
	}
	if diff := cmp.Diff(ids(ordered(all, nil)), ids(ordered(got, nil))); diff != "" {
		t.Errorf("events are lost or come twice:\n%.2000s", diff)
	}
}
