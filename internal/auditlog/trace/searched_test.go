package trace_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// stored returns a searcher of a store that holds the events.
func stored(tb testing.TB, events []auditlog.Event, now time.Time) *search.Searcher {
	tb.Helper()
	clock := func() time.Time { return now }
	store, err := embedded.Open(embedded.Options{
		Dir: tb.TempDir(), MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: clock,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	if _, err := store.Add(tb.Context(), events); err != nil {
		tb.Fatal(err)
	}
	if _, err := store.Sync(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return search.New(search.Options{Store: store, Catalog: catalog.AWS(), Now: clock})
}

// TestTheStoreGivesTheSameGraph holds what the engine answers against the plain
// evaluation of the same queries.
func TestTheStoreGivesTheSameGraph(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	events := invictus(t)
	s := stored(t, events, clock(23, 0))
	for name, start := range map[string]trace.Start{
		"address":  {Address: attacker},
		"key":      {AccessKey: attackerKey},
		"identity": {Identity: victim},
		"session":  {Session: "i-0dbc91f429e48eeed"},
		"role":     {Identity: "arn:aws:iam::123837392027:role/stratus-red-team-get-usr-data-role"},
		"bounded":  {Identity: victim, MaxEvents: 500, MaxNodes: 30, Depth: 1},
		"service":  {Address: "AWS Internal"},
		"other":    {Address: attacker, Systems: []entitlement.SystemID{"999999999999"}},
	} {
		t.Run(name, func(t *testing.T) {
			start.From, start.To = clock(0, 0), clock(23, 0)
			got, err := tracer(t, trace.Searched(s, search.Caller{})).Trace(t.Context(), start)
			if err != nil {
				t.Fatal(err)
			}
			checkWhole(t, got)
			if diff := cmp.Diff(follow(t, events, start), got); diff != "" {
				t.Errorf("graphs (-in memory +from the store):\n%.4000s", diff)
			}
			if name != "other" && got.Events == 0 || name == "other" && got.Events > 0 {
				t.Errorf("%d events", got.Events)
			}
		})
	}
}

func TestACallerSeesNoOtherSystems(t *testing.T) {
	t.Parallel()
	story := told(t, `
		01 mallory/AKIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA2
		02 r1/s1/ASIA2 sqs:SendMessage in=444455556666
		03 r1/s1/ASIA2 sts:AssumeRole on=iam:role/r2 issues=ASIA3 in=444455556666
		04 r2/s2/ASIA3 sqs:SendMessage
		05 r1/s1/ASIA2 sns:Publish`)
	s := stored(t, story, at(59))
	for _, c := range []struct {
		sees *[]entitlement.SystemID
		want string
	}{
		{nil, "01 mallory assumed_role s1 1\n02 s1 other sqs 1\n03 s1 assumed_role s2 1\n04 s2 other sqs 1\n05 s1 other sns 1\n"},
		{&[]entitlement.SystemID{account}, "01 mallory assumed_role s1 1\n05 s1 other sns 1\n"},
		{&[]entitlement.SystemID{"444455556666"}, ""},
		{&[]entitlement.SystemID{}, ""},
	} {
		g, err := tracer(t, trace.Searched(s, search.Caller{Systems: c.sees})).Trace(t.Context(), trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, ways(g, false)); diff != "" {
			t.Errorf("seeing %v (-want +got):\n%s", c.sees, diff)
		}
	}
}
