package search_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// Whoever takes events may ask the store meanwhile, and may be as slow as a
// client that does not read: neither he nor anybody else waits for a statement
// that waits for him. The engine searches no more days at once than there are
// processors, so that 60 of them would hold it up.
func TestEachLetsOthersAsk(t *testing.T) {
	t.Parallel()
	all := events(43, 60)
	for i := range all {
		all[i].Time = start().AddDate(0, 0, -i/2).Add(time.Duration(i) * time.Second)
		all[i].Raw = []byte(fmt.Sprintf(`{"record":%d}`, i))
	}
	s := search.New(options(newStore(t, all)))
	for _, sort := range [][]query.Order{nil, {{By: "time"}}} {
		n := 0
		_, err := s.Each(t.Context(), query.Query{Range: everything(), Sort: sort}, search.Caller{}, func(ev *auditlog.Event) error {
			n++
			page, err := s.Events(t.Context(), query.Query{Range: everything()}, search.Caller{})
			if err != nil || len(page.Events) != len(all) {
				t.Errorf("%d events meanwhile: %v", len(page.Events), err)
			}
			one := []auditlog.Event{*ev}
			if err := s.Raw(t.Context(), one); err != nil || len(one[0].Raw) == 0 {
				t.Errorf("record of %s: %q, %v", ev.ID, one[0].Raw, err)
			}
			return err
		})
		if err != nil || n != len(all) {
			t.Errorf("sorted by %v: %d events: %v", sort, n, err)
		}
	}
}

// An id that was used again on another day is another event.
func TestAnIDOfTwoDays(t *testing.T) {
	t.Parallel()
	all := events(44, 2)
	for i := range all {
		all[i].ID, all[i].Time = "platform/again", start().AddDate(0, 0, i)
		all[i].IdentityName = fmt.Sprint("user-", i)
		all[i].Raw = []byte(fmt.Sprintf(`{"day":%d}`, i))
	}
	s := search.New(options(newStore(t, all)))
	for _, sort := range [][]query.Order{nil, {{By: "username"}}, {{By: "username", Descending: true}}} {
		page, err := s.Events(context.Background(), query.Query{Range: everything(), Sort: sort}, search.Caller{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Raw(context.Background(), page.Events); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ordered(all, sort), page.Events, cmp.Comparer(sameTime)); diff != "" {
			t.Errorf("sorted by %v (-want +got):\n%s", sort, diff)
		}
	}
}
