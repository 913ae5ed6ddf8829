package creeping_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// ago returns a time before now.
func ago(d time.Duration) time.Time { return tabletest.Now().Add(-d) }

const (
	hour = time.Hour
	day  = 24 * hour
)

// record records a point: excess and used in weights of the catalogue.
func (b *bundle) record(id entitlement.SystemID, at time.Time, excess, used float64, identities int, catalog string) {
	total := tabletest.Assessor().Model().Total()
	b.history.Record(history.Point{
		System: id, At: at, Sum: creep.Sum{Excess: excess / total, Used: used / total, Identities: identities},
		Counts:  history.Counts{Human: history.Bands{Low: identities}},
		Catalog: catalog, Settings: "s1",
	})
}

// Both systems were read three days ago, the first one again two days ago. It
// counts with its last figures until then, the second one for 48 hours.
func TestHistory(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.record(first, ago(72*hour), 50, 0, 1, "v1")
	b.record(second, ago(72*hour), 10, 10, 2, "v1")
	b.record(first, ago(48*hour), 100, 0, 1, "v1")
	ask := func(by string, columns ...string) [][]string {
		q := api.TableQuestion{From: ago(4 * day), Step: "12h", Filters: map[string][]string{"by": {by}}, Columns: columns}
		return tabletest.Rows(b.Must(t, "pci_history", q))
	}
	both := func(excess, used float64, n int) string { return points(index(excess, used, n)) }
	want := [][]string{
		{"2026-05-29T12:00:00Z", both(60, 10, 3), "3", "2"},
		{"2026-05-30T00:00:00Z", both(60, 10, 3), "3", "2"},
		{"2026-05-30T12:00:00Z", both(110, 10, 3), "3", "2"},
		{"2026-05-31T00:00:00Z", both(110, 10, 3), "3", "2"},
		{"2026-05-31T12:00:00Z", both(110, 10, 3), "3", "2"}, // The second one is 48 hours old: it counts for the last time.
		{"2026-06-01T00:00:00Z", both(100, 0, 1), "1", "1"},
	} // To, which is now, is not before itself.
	if diff := cmp.Diff(want, ask("all", "time", "pci", "identities", "systems")); diff != "" {
		t.Errorf("all systems (-want +got):\n%s", diff)
	}
	var systems []string
	for _, row := range ask("system", "key", "time") {
		systems = append(systems, row[0])
	}
	if got := strings.Count(strings.Join(systems, " "), string(first)); got != 6 {
		t.Errorf("the first system has %d points, want 6", got)
	}
	if got := strings.Count(strings.Join(systems, " "), string(second)); got != 5 {
		t.Errorf("the second system has %d points, want 5", got)
	}
	b.Caller = seeing(second)
	if diff := cmp.Diff([]string{"2026-05-29T12:00:00Z", points(index(10, 10, 2)), "2"}, ask("all", "time", "pci", "identities")[0]); diff != "" {
		t.Errorf("all that a caller sees (-want +got):\n%s", diff)
	}
	for _, by := range []string{"system", "folder", "cloud", "all"} {
		for _, row := range ask(by, "identities", "systems") {
			if row[0] != "2" || row[1] != "1" {
				t.Errorf("by %s a caller who sees one system is shown %v", by, row)
			}
		}
	}
}

// The last collection has a row of its own where it lies between two steps.
func TestLastCollectionIsShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.record(first, ago(30*hour), 50, 0, 1, "v1")
	b.record(first, ago(hour), 100, 0, 1, "v1")
	got := tabletest.Rows(b.Must(t, "pci_history", api.TableQuestion{Step: "1d", Columns: []string{"time", "pci"}, Filters: map[string][]string{"by": {"all"}}}))
	want := [][]string{
		{"2026-06-01T00:00:00Z", points(index(50, 0, 1))},
		{"2026-06-01T11:00:00Z", points(index(100, 0, 1))},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// A change of the catalogue, or of the settings, is said once for all systems.
func TestChangesAreSaid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []entitlement.SystemID{first, second} {
		b.record(id, ago(72*hour), 50, 0, 1, "v1")
		b.record(id, ago(48*hour), 50, 0, 1, "v2")
		b.record(id, ago(hour), 50, 0, 1, "v2")
	}
	got := b.Must(t, "pci_history", api.TableQuestion{From: ago(4 * day)})
	said := strings.Join(got.Notices, "\n")
	if strings.Count(said, "catalogue of actions changed from v1 to v2") != 1 || !strings.Contains(said, "On 2026-05-30") {
		t.Errorf("notices: %q", got.Notices)
	}
	if got := b.Must(t, "pci_history", api.TableQuestion{From: ago(2*day - hour)}); strings.Contains(strings.Join(got.Notices, "\n"), "changed") {
		t.Errorf("a change from before is said: %q", got.Notices)
	}
}

// Ten years at one minute is not asked of anybody: the step is longer, and that
// is said. Time without data costs nothing.
func TestLongHistory(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 400 {
		b.record(first, ago(time.Duration(i)*day+hour), 50, 0, 1, "v1")
	}
	got := b.Must(t, "pci_history", api.TableQuestion{From: ago(3650 * day), Step: "1m", Systems: []entitlement.SystemID{first}})
	if got.Rows > 11_000 || got.Rows < 300 || !strings.Contains(strings.Join(got.Notices, " "), "too many points") {
		t.Errorf("%d rows, notices %q", got.Rows, got.Notices)
	}
	whole := b.Must(t, "pci_history", api.TableQuestion{From: ago(3650 * day), Systems: []entitlement.SystemID{first}})
	if whole.Rows < 300 || whole.Rows > 500 || len(whole.Notices) != 0 {
		t.Errorf("%d rows without a step, notices %q; want one a day", whole.Rows, whole.Notices)
	}
}

func TestNoHistory(t *testing.T) {
	t.Parallel()
	if got := setup(t).Must(t, "pci_history", api.TableQuestion{}); got.Rows != 0 {
		t.Errorf("%d rows of no history", got.Rows)
	}
}

// The first system's index was 50 of weight a week ago, and is 50.1 beside 1 of
// use now; of the second one nothing was known.
func TestChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.record(first, ago(7*day+hour), 200, 0, 3, "v1")
	columns := []string{"key", "pci", "before", "change", "band", "band_before", "identities", "identities_before", "systems", "systems_before"}
	got := b.Must(t, "pci_change", api.TableQuestion{Columns: columns})
	now, before := index(50.1, 1, 3), index(200, 0, 3)
	bandOf := func(pci float64) string { return string(tabletest.Assessor().Band(pci)) }
	want := [][]string{
		{string(first), points(now), points(before), points(now - before), bandOf(now), bandOf(before), "3", "3", "1", "1"},
		{string(second), points(index(50, 0, 1)), "", "", "medium", "", "1", "0", "1", "0"},
	}
	if diff := cmp.Diff(want, tabletest.Rows(got)); diff != "" {
		t.Errorf("change (-want +got):\n%s", diff)
	}
	if !strings.Contains(strings.Join(got.Notices, " "), "Nothing is known of 2026-05-25 12:00 UTC for 1 of 2 rows") {
		t.Errorf("notices: %q", got.Notices)
	}
	pci := tabletest.Rows(b.Must(t, "pci", api.TableQuestion{Columns: []string{"key", "change_7d"}, Sort: []api.TableOrder{{By: "key"}}}))
	if diff := cmp.Diff([][]string{{string(first), points(now - before)}, {string(second), ""}}, pci); diff != "" {
		t.Errorf("change in the table of the index (-want +got):\n%s", diff)
	}
	for _, days := range []string{"0", "-1", "NaN", "Inf", "1e9"} {
		_, err := b.Answer(t, "pci_change", api.TableQuestion{Filters: map[string][]string{"days": {days}}})
		if bad, ok := errors.AsType[*tables.BadError](err); !ok || bad.Path != "filters.days" {
			t.Errorf("days %s: %v", days, err)
		}
	}
}

// The index is in its band since the first of the points that are in it without
// a break.
func TestSince(t *testing.T) {
	t.Parallel()
	b := setup(t)
	high := 5_000.0 // Of weight, so that the band is another one.
	if math.Floor(index(high, 0, 3)+0.5) < 68 {
		t.Fatal("the other band is not high")
	}
	now := string(tabletest.Assessor().Band(index(50.1, 1, 3)))
	if now == "high" {
		t.Fatal("the present band is high")
	}
	b.record(first, ago(9*day), 50.1, 1, 3, "v1") // In the band, but not since then.
	b.record(first, ago(8*day), high, 0, 3, "v1")
	b.record(first, ago(7*day), 50.1, 1, 3, "v1")
	b.record(first, ago(6*day), 51, 1, 3, "v1")
	rows := tabletest.Rows(b.Must(t, "pci", api.TableQuestion{Systems: []entitlement.SystemID{first}, Columns: []string{"band", "since"}}))
	if diff := cmp.Diff([][]string{{now, "2026-05-25T12:00:00Z"}}, rows); diff != "" {
		t.Errorf("since (-want +got):\n%s", diff)
	}
}
