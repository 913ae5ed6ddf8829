package expose

import (
	"strings"
	"time"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/internal/state"
)

func (s sender) ingest(stats ingest.Stats) {
	s.send(metric.AuditIngestRead(), float64(stats.In))
	s.send(metric.AuditIngestEvents(), float64(stats.New), "new")
	s.send(metric.AuditIngestEvents(), float64(stats.Duplicate), "duplicate")
	s.send(metric.AuditIngestEvents(), float64(stats.Expired), "expired")
	s.send(metric.AuditIngestPending(), float64(stats.Pending))
	s.send(metric.AuditIngestRetries(), float64(stats.Retries))
	s.send(metric.AuditIngestStalled(), truth(!stats.StalledSince.IsZero()))
}

func (s sender) backfill(p ingest.Progress) {
	if p.Total <= 0 {
		return
	}
	s.send(metric.AuditBackfillProgress(), float64(p.Done)/float64(p.Total))
	s.send(metric.AuditBackfillLeft(), p.Left.Seconds())
}

// onsets remembers since when series are shown.
type onsets struct {
	since map[string]time.Time
	last  func() time.Duration // Of each.
}

// count returns what a counter shows of a total. In a system that is not
// collected, and so had no zero, it begins at zero all the same; after a restart
// it begins at what it was, however long nobody could see it.
func (o onsets) count(f *metric.Family, name string, t *state.Total, now time.Time) float64 {
	key := strings.Join([]string{f.Name, name, string(t.Cloud), string(t.System)}, "\x1f")
	shown, known := o.since[key]
	if !known {
		o.since[key], shown = now, now
	}
	if now.Sub(shown) < o.last() {
		return float64(t.Before)
	}
	return float64(t.Count)
}

func (s sender) triggers(list []trigger.Status, o onsets, now time.Time) {
	for i := range list {
		t := &list[i]
		if !t.Definition.Enabled {
			continue
		}
		name := t.Definition.Name
		s.rule("trigger", name, t.Evaluated, t.Error, t.Errors)
		for _, total := range t.Totals {
			s.send(metric.TriggerMatches(), o.count(metric.TriggerMatches(), name, &total.Total, now), name, string(total.Cloud), string(total.System), string(total.Severity), total.Owner)
			s.time(metric.TriggerLastMatch(), total.Last, name, string(total.Cloud), string(total.System))
		}
	}
}

func (s sender) firstTime(list []anomaly.Status, o onsets, now time.Time) {
	for i := range list {
		r := &list[i]
		if !r.Rule.Enabled {
			continue
		}
		name := r.Rule.Name
		s.rule("first_time", name, r.Evaluated, r.Error, r.Errors)
		for _, total := range r.Totals {
			s.send(metric.FirstTimeEvents(), o.count(metric.FirstTimeEvents(), name, &total.Total, now), name, string(total.Cloud), string(total.System), string(total.Severity), total.Owner)
			s.time(metric.FirstTimeLast(), total.Last, name, string(total.Cloud), string(total.System))
		}
		for _, c := range r.Coverage {
			s.send(metric.FirstTimeWarmingUp(), truth(c.WarmingUp), name, string(c.Cloud), string(c.System))
		}
	}
}

// rule sends how the evaluations of a trigger or rule go; nothing before the
// first.
func (s sender) rule(kind, name string, evaluated time.Time, problem string, errors int64) {
	if evaluated.IsZero() && problem == "" {
		return
	}
	s.send(metric.AuditRuleUp(), truth(problem == ""), kind, name)
	s.send(metric.AuditRuleErrors(), float64(errors), kind, name)
	s.time(metric.AuditRuleEvaluated(), evaluated, kind, name)
}
