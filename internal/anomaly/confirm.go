package anomaly

import (
	"context"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/entitlement"
)

// chunkSize is how many identities one statement asks about.
const chunkSize = 200

// identities returns those of the candidates, sorted.
func identities(candidates map[key]time.Time) []entitlement.IdentityID {
	set := map[entitlement.IdentityID]bool{}
	var list []entitlement.IdentityID
	for k := range candidates {
		if !set[k.identity] {
			set[k.identity] = true
			list = append(list, k.identity)
		}
	}
	slices.Sort(list)
	return list
}

// confirm looks in the whole store for what the candidates of some identities
// did before, and keeps those who did it for the first time.
func (w *search) confirm(ctx context.Context, d time.Time, who []entitlement.IdentityID, candidates map[key]time.Time) error {
	interval := w.rule.Interval.Std()
	before, err := w.history(ctx, who, d.Add(-interval), d, "max(_time)", candidates)
	if err != nil {
		return err
	}
	today, err := w.history(ctx, who, d, d.Add(day), "min(_time)", candidates)
	if err != nil {
		return err
	}
	var found []first
	for k, t := range candidates {
		if _, asked := slices.BinarySearch(who, k.identity); !asked {
			continue
		}
		w.rule.seen.add(k, t)
		at, known := today[k]
		if known && at.Before(t) || !before[k].Before(t.Add(-interval)) { // Zero is before all times.
			continue
		}
		found = append(found, first{key: k, at: t, last: before[k]})
	}
	return w.inactivity(ctx, d.Add(-interval), who, found)
}

// inactivity finds out when it was done before the interval, in all that is
// stored, and keeps the findings.
func (w *search) inactivity(ctx context.Context, to time.Time, who []entitlement.IdentityID, found []first) error {
	if len(found) == 0 {
		return nil
	}
	keys := map[key]time.Time{}
	for i := range found {
		keys[found[i].key] = found[i].at
	}
	ever, err := w.history(ctx, who, time.Time{}, to, "max(_time)", keys)
	if err != nil {
		return err
	}
	for i := range found {
		found[i].last = later(found[i].last, ever[found[i].key])
	}
	for _, f := range found {
		w.latest[f.key] = f.at
	}
	w.found = append(w.found, found...)
	return nil
}

// history returns, for those of the keys that have any event from one time to
// another, the earliest or the latest of them.
func (w *search) history(ctx context.Context, who []entitlement.IdentityID, from, to time.Time, function string, keys map[key]time.Time) (map[key]time.Time, error) {
	names := make([]string, len(who))
	for i, id := range who {
		names[i] = string(id)
	}
	filter, err := w.engine.filter(&query.Node{Field: query.Identity, Operator: query.In, Values: names})
	if err != nil {
		return nil, err
	}
	kind := w.rule.Kind
	times := map[key]time.Time{}
	statement := auditlog.Statement{
		LogsQL: w.filter + " " + filter + " | " + kind.pipes() + "stats by (" + kind.by() + ") " + function + " instant",
		From:   from, To: to,
	}
	pick := later
	if function == "min(_time)" {
		pick = earlier
	}
	return times, w.ask(ctx, statement, func(r auditlog.Row) error {
		t, err := follow.Instant(r, "instant")
		if err != nil {
			return err
		}
		return kind.keys(r, func(k key) {
			if _, wanted := keys[k]; !wanted {
				return
			}
			if known, ok := times[k]; ok {
				times[k] = pick(known, t)
			} else {
				times[k] = t
			}
		})
	})
}
