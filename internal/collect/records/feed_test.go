package records_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
)

// TestFeed has messages one after the other: each is whole when Parse returns,
// what came before comes once, and what a sink did not take comes again.
func TestFeed(t *testing.T) {
	t.Parallel()
	var ids []string
	full := errors.New("full")
	refuse := ""
	feed := records.NewFeed(records.Options{Now: day, Seen: nil}, rich{}, func(ev *auditlog.Event) error {
		if ev.ID == refuse {
			return full
		}
		ids = append(ids, ev.ID)
		return nil
	})
	parse := func(doc string) error { return feed.Parse(t.Context(), strings.NewReader(doc), "m") }
	if err := errors.Join(parse(rec("a")), parse(`{"value":[`+rec("b")+`]`), parse(zipped(rec("a")+rec("c")))); err != nil {
		t.Fatal(err)
	}
	stats, problems := feed.Take()
	if want := []string{"a", "b", "c"}; !slices.Equal(ids, want) || stats.Parsed != 3 || stats.Rejected[records.Duplicate] != 1 || stats.Rejected[records.Truncated] != 1 || stats.In != 5 || len(problems) != 1 {
		t.Errorf("%q, %+v, %v", ids, stats, problems)
	}
	refuse = "e"
	if err := parse(rec("d") + rec("e") + rec("f")); !errors.Is(err, full) {
		t.Errorf("the sink refused, and Parse says %v", err)
	}
	refuse = ""
	if err := parse(rec("d") + rec("e") + rec("f")); err != nil {
		t.Error(err)
	}
	stats, _ = feed.Take()
	if want := []string{"a", "b", "c", "d", "e", "f"}; !slices.Equal(ids, want) || stats.Parsed != 3 || stats.Rejected[records.Duplicate] != 1 {
		t.Errorf("%q, %+v", ids, stats)
	}
}

func TestDayInPath(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for path, known := range map[string]bool{
		"insights-activity-logs/resourceId=/SUBSCRIPTIONS/X/y=2026/m=01/d=02/h=03/m=00/PT1H.json": true,
		`logs\cloudaudit.googleapis.com\activity\2026\01\02\03:00:00_03:59:59_S0.json`:            true,
		"bucket/cloudaudit.googleapis.com/data_access/2026/01/02/03:00:00_03:59:59_S0.json":       true,
		"logs/2026/13/02/x.json": false, "logs/2026/1/2/x.json": false, "a.json": false, "": false, "2026/01": false,
	} {
		if got, ok := records.DayInPath(path); ok != known || known && !got.Equal(want) {
			t.Errorf("%s: %v, %v", path, got, ok)
		}
	}
}
