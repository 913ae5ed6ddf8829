package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/schedule"
)

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

func TestNext(t *testing.T) {
	t.Parallel()
	berlin, newYork := zone(t, "Europe/Berlin"), zone(t, "America/New_York")
	howe, apia := zone(t, "Australia/Lord_Howe"), zone(t, "Pacific/Apia")
	friday := []time.Weekday{time.Friday}
	tests := map[string]struct {
		when schedule.When
		from string
		want []string
	}{
		"hourly": {
			schedule.When{Cadence: schedule.Hourly, Minute: 15},
			"2025-01-01T10:15:00Z",
			[]string{"2025-01-01T11:15:00Z", "2025-01-01T12:15:00Z"},
		},
		"hourly goes on in the repeated hour": {
			schedule.When{Cadence: schedule.Hourly, Zone: berlin},
			"2025-10-25T23:30:00Z",
			[]string{"2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"},
		},
		"hourly where the clock shifts by half an hour": {
			schedule.When{Cadence: schedule.Hourly, Minute: 10, Zone: howe},
			"2025-10-04T14:40:00Z",
			[]string{"2025-10-04T16:10:00Z", "2025-10-04T17:10:00Z"},
		},
		"daily keeps the wall clock when summer begins": {
			schedule.When{Cadence: schedule.Daily, Hour: 7, Zone: berlin},
			"2025-03-28T12:00:00Z",
			[]string{"2025-03-29T06:00:00Z", "2025-03-30T05:00:00Z", "2025-03-31T05:00:00Z"},
		},
		"daily at a time that doesn't exist": {
			schedule.When{Cadence: schedule.Daily, Hour: 2, Minute: 30, Zone: berlin},
			"2025-03-29T00:00:00Z",
			[]string{"2025-03-29T01:30:00Z", "2025-03-30T01:30:00Z", "2025-03-31T00:30:00Z"},
		},
		"daily at a time that comes twice": {
			schedule.When{Cadence: schedule.Daily, Hour: 1, Minute: 30, Zone: newYork},
			"2025-11-01T12:00:00Z",
			[]string{"2025-11-02T05:30:00Z", "2025-11-03T06:30:00Z"},
		},
		"daily in a zone that skipped a day": {
			schedule.When{Cadence: schedule.Daily, Hour: 7, Zone: apia},
			"2011-12-29T00:00:00Z",
			[]string{"2011-12-29T17:00:00Z", "2011-12-30T17:00:00Z", "2011-12-31T17:00:00Z"},
		},
		"weekly on two days": {
			schedule.When{Cadence: schedule.Weekly, Hour: 8, Weekdays: []time.Weekday{time.Tuesday, time.Friday}},
			"2025-10-28T08:00:00Z",
			[]string{"2025-10-31T08:00:00Z", "2025-11-04T08:00:00Z"},
		},
		"weekly on Monday by default": {
			schedule.When{Cadence: schedule.Weekly}, "2025-10-28T08:00:00Z", []string{"2025-11-03T00:00:00Z"},
		},
		"biweekly counts from its start": {
			schedule.When{Cadence: schedule.Biweekly, Hour: 8, Weekdays: friday, Start: time.Date(2025, 10, 22, 0, 0, 0, 0, time.UTC)},
			"2025-01-01T00:00:00Z",
			[]string{"2025-10-24T08:00:00Z", "2025-11-07T08:00:00Z", "2025-11-21T08:00:00Z"},
		},
		"monthly on the last day": {
			schedule.When{Cadence: schedule.Monthly, Day: 31, Hour: 23, Minute: 59},
			"2024-01-15T00:00:00Z",
			[]string{"2024-01-31T23:59:00Z", "2024-02-29T23:59:00Z", "2024-03-31T23:59:00Z", "2024-04-30T23:59:00Z"},
		},
		"monthly on the first by default": {
			schedule.When{Cadence: schedule.Monthly, Hour: 6, Zone: berlin}, "2025-12-01T05:00:00Z", []string{"2026-01-01T05:00:00Z"},
		},
		"none": {schedule.When{Cadence: schedule.None}, "2025-01-01T00:00:00Z", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, test.from)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for range test.want {
				next, ok := test.when.Next(at)
				if !ok {
					break
				}
				got = append(got, next.UTC().Format(time.RFC3339))
				at = next
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTimesAreInOrder: whatever the zone, due times advance, none lies further
// ahead than a period allows, and Latest agrees with Next.
func TestTimesAreInOrder(t *testing.T) {
	t.Parallel()
	names := []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo"}
	longest := map[schedule.Cadence]time.Duration{
		schedule.Hourly: 2 * time.Hour, schedule.Daily: 49 * time.Hour, schedule.Weekly: 8 * 24 * time.Hour,
		schedule.Biweekly: 15 * 24 * time.Hour, schedule.Monthly: 32 * 24 * time.Hour,
	}
	cadences := []schedule.Cadence{schedule.Hourly, schedule.Daily, schedule.Weekly, schedule.Biweekly, schedule.Monthly}
	rapid.Check(t, func(r *rapid.T) {
		w := schedule.When{
			Cadence: rapid.SampledFrom(cadences).Draw(r, "cadence"),
			Hour:    rapid.IntRange(0, 23).Draw(r, "hour"), Minute: rapid.IntRange(0, 59).Draw(r, "minute"),
			Day: rapid.IntRange(0, 31).Draw(r, "day"), Zone: zone(t, rapid.SampledFrom(names).Draw(r, "zone")),
		}
		if rapid.Bool().Draw(r, "weekday") {
			w.Weekdays = []time.Weekday{time.Weekday(rapid.IntRange(0, 6).Draw(r, "day of the week"))}
		}
		from := time.Unix(rapid.Int64Range(1_200_000_000, 1_900_000_000).Draw(r, "from"), 0)
		next, ok := w.Next(from)
		if !ok || !next.After(from) || next.Sub(from) > longest[w.Cadence] {
			r.Fatalf("next after %s is %s", from.UTC(), next)
		}
		for _, now := range []time.Time{next, next.Add(time.Second)} {
			if latest, ok := w.Latest(now); !ok || !latest.Equal(next) {
				r.Fatalf("latest at %s is %s, want %s", now, latest, next)
			}
		}
		if latest, ok := w.Latest(next.Add(-time.Second)); !ok || !latest.Before(next) {
			r.Fatalf("latest before %s is %s", next, latest)
		}
	})
}

func TestWhenCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]schedule.When{
		`cadence: "dayly" is not one of none, hourly, daily, weekly, biweekly, monthly`: {Cadence: "dayly"},
		`hour: 24 is not between 0 and 23`:                                              {Cadence: schedule.Daily, Hour: 24},
		`minute: -1 is not between 0 and 59`:                                            {Cadence: schedule.Daily, Minute: -1},
		`day: 32 is not between 1 and 31`:                                               {Cadence: schedule.Monthly, Day: 32},
		`weekdays: not a day of the week`:                                               {Cadence: schedule.Weekly, Weekdays: []time.Weekday{7}},
	}
	for want, when := range tests {
		if err := when.Check(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
