package creeping_test

import (
	"log/slog"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// bundle is a question with the history behind it.
type bundle struct {
	tabletest.Asker
	history *history.Store
}

func setup(tb testing.TB) *bundle {
	tb.Helper()
	store, err := history.Open(tb.Context(), history.Options{
		Path: filepath.Join(tb.TempDir(), "history.db"), Retention: func() time.Duration { return 730 * 24 * time.Hour },
		Now: tabletest.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	b := &bundle{history: store}
	b.Snapshot = snapshot(tabletest.Now())
	b.Definitions = creeping.Definitions(creeping.Options{History: store, Older: func() time.Duration { return 48 * time.Hour }})
	return b
}

// index is the index by the formula of docs/decisions, with each action's
// weight and factor written down: the total of the default catalogue is asked of
// the model, everything else is counted by hand.
func index(excess, used float64, identities int) float64 {
	total := tabletest.Assessor().Model().Total()
	if excess == 0 {
		return 0
	}
	e := min(excess/total/float64(identities), 1)
	return 100 * excess / (excess + used) * math.Log1p(10_000*e) / math.Log1p(10_000)
}

func points(f float64) string { return strconv.FormatFloat(math.Round(f*1e4)/1e4, 'f', -1, 64) }

// The first system: ana holds 1 + 1 (one used, one unobservable), bob 5 × 10,
// cip 0.1; the second one: dov 5 × 10.
func TestPCI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	columns := []string{
		"key", "name", "system", "owner", "pci", "pci_lower", "pci_upper", "identities", "low", "medium", "high", "human", "workload", "systems", "change_7d", "since",
	}
	ask := func(by string) [][]string {
		got := b.Must(t, "pci", api.TableQuestion{Filters: map[string][]string{"by": {by}}, Columns: columns, Sort: []api.TableOrder{{By: "key"}}})
		if len(got.Notices) != 1 || !strings.Contains(got.Notices[0], "three") {
			t.Errorf("notices: %v, want one about the system that was not read", got.Notices)
		}
		return tabletest.Rows(got)
	}
	const at = "2026-06-01T12:00:00Z"
	one := []string{points(index(50.1, 1, 3)), points(index(50.1, 2, 3)), points(index(51.1, 1, 3)), "3", "2", "1", "0", "2", "1", "1", "", at}
	two := []string{points(index(50, 0, 1)), points(index(50, 0, 1)), points(index(50, 0, 1)), "1", "0", "1", "0", "1", "0", "1", "", at}
	both := []string{points(index(100.1, 1, 4)), points(index(100.1, 2, 4)), points(index(101.1, 1, 4)), "4", "2", "2", "0", "3", "1", "2", "", at}
	bands(t, 0.1, 50)
	for by, want := range map[string][][]string{
		"system": {append([]string{string(first), "one", string(first), "ops"}, one...), append([]string{string(second), string(second), string(second), ""}, two...)},
		"folder": {append([]string{"all", "all", "", ""}, one...), append([]string{"prod", "prod", "", ""}, both...)},
		"cloud":  {append([]string{"aws", "aws", "", ""}, both...)},
		"all":    {append([]string{"all", "All systems", "", ""}, both...)},
	} {
		if diff := cmp.Diff(want, ask(by)); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
}

// bands checks by hand what the test above takes for granted: an identity with
// only a tenth of a delete is low, one that may give permissions medium.
func bands(t *testing.T, low, medium float64) {
	t.Helper()
	if l, m := index(low, 0, 1), index(medium, 0, 1); l >= 33.5 || m < 33.5 || m >= 67.5 {
		t.Fatalf("the indexes %v and %v are not low and medium", l, m)
	}
}

// Whoever sees one system learns nothing of the others: not in sums, not in
// folders.
func TestPCIOfWhatTheCallerSees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Caller = seeing(second)
	for _, by := range []string{"system", "folder", "cloud", "all"} {
		got := tabletest.Rows(b.Must(t, "pci", api.TableQuestion{Filters: map[string][]string{"by": {by}}, Columns: []string{"pci", "identities", "systems"}}))
		if diff := cmp.Diff([][]string{{points(index(50, 0, 1)), "1", "1"}}, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
	_, err := b.Answer(t, "pci_contributions", api.TableQuestion{Filters: map[string][]string{"identity": {"arn:aws:iam::111111111111:user/bob"}}})
	if err == nil || !strings.Contains(err.Error(), "has the identity") {
		t.Errorf("contributions of another system's identity: %v", err)
	}
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	b := setup(t)
	got := tabletest.Rows(b.Must(t, "pci_distribution", api.TableQuestion{Columns: []string{"bucket", "lower", "human", "workload", "identities", "key"}}))
	want := [][]string{}
	names := []string{"0–9", "10–19", "20–29", "30–39", "40–49", "50–59", "60–69", "70–79", "80–89", "90–100"}
	human, workload := make([]int, 10), make([]int, 10)
	human[0]++                                           // ana: all that the logs can show she uses.
	human[int(math.Floor(index(50, 0, 1)+0.5))/10] += 2  // bob and dov.
	workload[int(math.Floor(index(0.1, 0, 1)+0.5))/10]++ // cip.
	for i, name := range names {
		want = append(want, []string{name, strconv.Itoa(10 * i), strconv.Itoa(human[i]), strconv.Itoa(workload[i]), strconv.Itoa(human[i] + workload[i]), "all"})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("distribution (-want +got):\n%s", diff)
	}
}

// Contributions say where the points come from, and their points add up to the
// index.
func TestContributions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ask := func(id string, filters ...string) [][]string {
		q := api.TableQuestion{Filters: map[string][]string{"identity": {id}, "state": filters}}
		q.Columns = []string{"action", "weight", "reach", "factor", "state", "points", "share", "saves"}
		return tabletest.Rows(b.Must(t, "pci_contributions", q))
	}
	fifth, saves := points(index(50, 0, 1)/5), points(index(50, 0, 1)-index(40, 0, 1))
	for _, tc := range []struct {
		id      string
		filters []string
		want    [][]string
	}{
		{"arn:aws:iam::111111111111:user/bob", nil, [][]string{
			{"iam:AttachGroupPolicy", "10", "all", "1", "unused", fifth, "0.2", saves},
			{"iam:AttachRolePolicy", "10", "all", "1", "unused", fifth, "0.2", saves},
			{"iam:AttachUserPolicy", "10", "all", "1", "unused", fifth, "0.2", saves},
			{"iam:PutRolePolicy", "10", "all", "1", "unused", fifth, "0.2", saves},
			{"iam:PutUserPolicy", "10", "all", "1", "unused", fifth, "0.2", saves},
		}},
		{"arn:aws:iam::111111111111:user/ana", nil, [][]string{
			{"s3:DeleteBucket", "1", "all", "1", "used", "0", "0", "0"}, {"s3:DeleteObject", "1", "all", "1", "unobservable", "0", "0", "0"},
		}},
		{"arn:aws:iam::111111111111:user/ana", []string{"used"}, [][]string{{"s3:DeleteBucket", "1", "all", "1", "used", "0", "0", "0"}}},
		{"arn:aws:iam::111111111111:role/cip", nil, [][]string{
			{"s3:DeleteBucket", "1", "named", "0.1", "unused", points(index(0.1, 0, 1)), "1", points(index(0.1, 0, 1))},
		}},
	} {
		if diff := cmp.Diff(tc.want, ask(tc.id, tc.filters...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.id, diff)
		}
	}
	exempt := b.Must(t, "pci_contributions", api.TableQuestion{Filters: map[string][]string{"identity": {"arn:aws:iam::111111111111:user/exe"}}})
	if exempt.Rows != 5 || len(exempt.Notices) != 2 || !strings.Contains(exempt.Notices[1], "does not count") {
		t.Errorf("an exempt identity: %d rows, %q", exempt.Rows, exempt.Notices)
	}
}

// The six summaries of the first system by hand: of users ana may delete (both
// actions are of type delete, and of high severity), and did; bob and exe may
// give permissions, five actions of high severity. The function fun acts as cip.
func TestSummaries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	columns := []string{"summary", "total", "inactive", "active", "unobservable"}
	got := b.Must(t, "summaries", api.TableQuestion{Systems: []entitlement.SystemID{first}, Columns: columns})
	want := [][]string{
		{"users_high", "3", "2", "1", "0"},
		{"users_delete", "1", "0", "1", "0"},
		{"actions_high", "7", "6", "1", "1"},
		{"actions_delete", "2", "1", "1", "1"},
		{"resources_high", "1", "1", "0", "0"},
		{"resources_delete", "1", "1", "0", "0"},
	}
	if diff := cmp.Diff(want, tabletest.Rows(got)); diff != "" {
		t.Errorf("summaries (-want +got):\n%s", diff)
	}
	all := tabletest.Rows(b.Must(t, "summaries", api.TableQuestion{Columns: columns, Filters: map[string][]string{"summary": {"users_high", "actions_high"}}}))
	if diff := cmp.Diff([][]string{{"users_high", "4", "3", "1", "0"}, {"actions_high", "12", "11", "1", "1"}}, all); diff != "" {
		t.Errorf("summaries of all systems (-want +got):\n%s", diff)
	}
}
