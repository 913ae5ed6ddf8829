package expose_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/leastward/leastward/exporter/internal/expose"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/state"
)

type auditStore struct {
	stats auditlog.Stats
	err   error
	calls int
}

func (s *auditStore) Stats(ctx context.Context) (auditlog.Stats, error) {
	s.calls++
	if _, bounded := ctx.Deadline(); !bounded {
		return s.stats, errors.New("it may take forever")
	}
	return s.stats, s.err
}

func auditOptions(store *auditStore) expose.AuditOptions {
	total := func(n int64, last time.Time) []trigger.Total {
		return []trigger.Total{
			{Total: state.Total{Cloud: "aws", System: "111111111111", Count: n, Before: n, Last: last}, Severity: "critical", Owner: "payments"},
			{Total: state.Total{Cloud: "aws", System: "222222222222"}, Severity: "critical"},
		}
	}
	return expose.AuditOptions{
		Store: store,
		Ingest: func() ingest.Stats {
			return ingest.Stats{In: 10, New: 6, Duplicate: 2, Expired: 1, Pending: 1, Retries: 3, StalledSince: at(3)}
		},
		Backfill: func() ingest.Progress { return ingest.Progress{Done: 1, Total: 4, Left: time.Minute} },
		Triggers: func() []trigger.Status {
			return []trigger.Status{
				{Definition: trigger.Definition{Name: "root", Enabled: true}, Evaluated: at(2), Totals: total(7, at(1))},
				{Definition: trigger.Definition{Name: "new", Enabled: true}},
				{Definition: trigger.Definition{Name: "broken", Enabled: true}, Error: "no", Errors: 4},
				{Definition: trigger.Definition{Name: "off"}},
			}
		},
		FirstTime: func() []anomaly.Status {
			return []anomaly.Status{
				{
					Rule: anomaly.Rule{Name: "resource", Enabled: true}, Evaluated: at(2), Totals: total(1, at(1)),
					Coverage: []anomaly.Coverage{{Cloud: "aws", System: "111111111111"}, {Cloud: "aws", System: "222222222222", WarmingUp: true}},
				},
				{Rule: anomaly.Rule{Name: "off"}},
			}
		},
		Now: func() time.Time { return at(4) },
	}
}

const auditWant = `
# HELP ciem_audit_backfill_progress_ratio Share of the source that the last backfill has read, from 0 to 1; absent where there was none.
# TYPE ciem_audit_backfill_progress_ratio gauge
ciem_audit_backfill_progress_ratio 0.25
# HELP ciem_audit_ingest_events_total Number of events by what the audit store did with them: stored as new, recognised as duplicate, or expired, which is older than the retention.
# TYPE ciem_audit_ingest_events_total counter
ciem_audit_ingest_events_total{result="duplicate"} 2
ciem_audit_ingest_events_total{result="expired"} 1
ciem_audit_ingest_events_total{result="new"} 6
# HELP ciem_audit_ingest_stalled Whether events wait for an audit store that takes none (1) or are taken (0).
# TYPE ciem_audit_ingest_stalled gauge
ciem_audit_ingest_stalled 1
# HELP ciem_audit_rule_errors_total Number of evaluations of the trigger or first-time rule that failed; each is tried again.
# TYPE ciem_audit_rule_errors_total counter
ciem_audit_rule_errors_total{kind="first_time",name="resource"} 0
ciem_audit_rule_errors_total{kind="trigger",name="broken"} 4
ciem_audit_rule_errors_total{kind="trigger",name="root"} 0
# HELP ciem_audit_rule_up Whether the last evaluation of the trigger or first-time rule (kind) succeeded (1) or failed (0); absent before the first.
# TYPE ciem_audit_rule_up gauge
ciem_audit_rule_up{kind="first_time",name="resource"} 1
ciem_audit_rule_up{kind="trigger",name="broken"} 0
ciem_audit_rule_up{kind="trigger",name="root"} 1
# HELP ciem_audit_store_damaged_parts Number of parts of the audit store that were set aside as damaged.
# TYPE ciem_audit_store_damaged_parts gauge
ciem_audit_store_damaged_parts 2
# HELP ciem_audit_store_events Number of events in the audit store.
# TYPE ciem_audit_store_events gauge
ciem_audit_store_events 8
# HELP ciem_audit_store_full Whether the audit store takes no events for want of room (1) or takes them (0).
# TYPE ciem_audit_store_full gauge
ciem_audit_store_full 1
# HELP ciem_audit_store_latest_timestamp_seconds Unix time of the latest event in the audit store.
# TYPE ciem_audit_store_latest_timestamp_seconds gauge
ciem_audit_store_latest_timestamp_seconds 1.7775936e+09
# HELP ciem_audit_store_up Whether the audit store answers (1) or can not be asked (0).
# TYPE ciem_audit_store_up gauge
ciem_audit_store_up 1
# HELP ciem_first_time_events_total Number of things that the first-time rule reported as done for the first time.
# TYPE ciem_first_time_events_total counter
ciem_first_time_events_total{cloud="aws",owner="",rule="resource",severity="critical",system="222222222222"} 0
ciem_first_time_events_total{cloud="aws",owner="payments",rule="resource",severity="critical",system="111111111111"} 1
# HELP ciem_first_time_warming_up Whether the audit store covers less than the rule's interval of the system, so that nothing is reported yet (1), or enough (0).
# TYPE ciem_first_time_warming_up gauge
ciem_first_time_warming_up{cloud="aws",rule="resource",system="111111111111"} 0
ciem_first_time_warming_up{cloud="aws",rule="resource",system="222222222222"} 1
# HELP ciem_trigger_matches_total Number of events that the activity trigger matched.
# TYPE ciem_trigger_matches_total counter
ciem_trigger_matches_total{cloud="aws",owner="",severity="critical",system="222222222222",trigger="root"} 0
ciem_trigger_matches_total{cloud="aws",owner="payments",severity="critical",system="111111111111",trigger="root"} 7
# HELP ciem_trigger_last_match_timestamp_seconds Unix time of the latest event that the activity trigger matched; absent before the first.
# TYPE ciem_trigger_last_match_timestamp_seconds gauge
ciem_trigger_last_match_timestamp_seconds{cloud="aws",system="111111111111",trigger="root"} 1.7775936e+09
`

func TestAudit(t *testing.T) {
	t.Parallel()
	store := &auditStore{stats: auditlog.Stats{Events: 8, Latest: at(1), Full: true, Damaged: 2}}
	c := expose.NewAudit(auditOptions(store))
	var names []string
	for line := range strings.Lines(auditWant) {
		if name, found := strings.CutPrefix(line, "# TYPE "); found {
			names = append(names, strings.Fields(name)[0])
		}
	}
	if err := testutil.CollectAndCompare(c, strings.NewReader(auditWant), names...); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry(c)); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
	if store.calls != 1 {
		t.Errorf("the store was asked %d times within half a minute", store.calls)
	}
}

// What can't be known has no series.
func TestAuditWithoutAnswer(t *testing.T) {
	t.Parallel()
	c := expose.NewAudit(expose.AuditOptions{Store: &auditStore{err: errors.New("away")}})
	if n := testutil.CollectAndCount(c); n != 1 || testutil.ToFloat64(c) != 0 {
		t.Errorf("got %d series", n)
	}
	if n := testutil.CollectAndCount(expose.NewAudit(expose.AuditOptions{})); n != 0 {
		t.Errorf("got %d series of nothing", n)
	}
}

// A counter of a system that nobody knew of begins at zero and stays there for a
// scrape; one that goes on after a restart doesn't fall.
func TestCountersBeginAtZero(t *testing.T) {
	t.Parallel()
	now, count := at(1), int64(4)
	c := expose.NewAudit(expose.AuditOptions{
		Now: func() time.Time { return now },
		Triggers: func() []trigger.Status {
			return []trigger.Status{{
				Definition: trigger.Definition{Name: "t", Enabled: true},
				Totals: []trigger.Total{
					{Total: state.Total{Cloud: "aws", System: "1", Count: count}},
					{Total: state.Total{Cloud: "aws", System: "2", Before: 9, Count: 5 + count}},
				},
			}}
		},
	})
	want := func(first, second int64) {
		t.Helper()
		text := fmt.Sprintf(`
# HELP ciem_trigger_matches_total Number of events that the activity trigger matched.
# TYPE ciem_trigger_matches_total counter
ciem_trigger_matches_total{cloud="aws",owner="",severity="",system="1",trigger="t"} %d
ciem_trigger_matches_total{cloud="aws",owner="",severity="",system="2",trigger="t"} %d
`, first, second)
		if err := testutil.CollectAndCompare(c, strings.NewReader(text), "ciem_trigger_matches_total"); err != nil {
			t.Error(err)
		}
	}
	want(0, 9)
	now, count = now.Add(time.Minute), 5
	want(0, 9)
	now = now.Add(2 * time.Minute)
	want(5, 10)
	now, count = now.Add(time.Minute), 6
	want(6, 11)
}

// Where triggers are evaluated and scraped more often the counters begin sooner.
func TestCountersBeginAtOnset(t *testing.T) {
	t.Parallel()
	now := at(1)
	c := expose.NewAudit(expose.AuditOptions{
		Now: func() time.Time { return now }, Onset: func() time.Duration { return 30 * time.Second },
		Triggers: func() []trigger.Status {
			return []trigger.Status{{
				Definition: trigger.Definition{Name: "t", Enabled: true},
				Totals:     []trigger.Total{{Total: state.Total{Cloud: "aws", System: "1", Count: 4}}},
			}}
		},
	})
	for after, want := range []int{0, 0, 4} {
		now = at(1).Add(time.Duration(after) * 15 * time.Second)
		text := fmt.Sprintf(`
# HELP ciem_trigger_matches_total Number of events that the activity trigger matched.
# TYPE ciem_trigger_matches_total counter
ciem_trigger_matches_total{cloud="aws",owner="",severity="",system="1",trigger="t"} %d
`, want)
		if err := testutil.CollectAndCompare(c, strings.NewReader(text), "ciem_trigger_matches_total"); err != nil {
			t.Error(err)
		}
	}
}
