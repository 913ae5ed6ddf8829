package anomaly

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

// Status is how a rule stands.
type Status struct {
	Rule      Rule            `json:"rule"`
	Since     time.Time       `json:"since,omitzero"`     // When it was first evaluated.
	Changed   time.Time       `json:"changed,omitzero"`   // When it was last changed; the totals count from before.
	Evaluated time.Time       `json:"evaluated,omitzero"` // Up to when everything that was stored is evaluated.
	Succeeded time.Time       `json:"succeeded,omitzero"` // When the last evaluation that succeeded ended.
	Error     string          `json:"error,omitempty"`    // Of the last evaluation; "" if it succeeded.
	Errors    int64           `json:"errors"`             // Evaluations that failed since the program began.
	Totals    []trigger.Total `json:"totals"`             // One for each system in scope.
	Coverage  []Coverage      `json:"coverage"`           // Of the systems in scope; none before the first new event.
}

// Coverage tells how much of a system the store knows.
type Coverage struct {
	Cloud  entitlement.Cloud    `json:"cloud"`
	System entitlement.SystemID `json:"system"`
	Since  time.Time            `json:"since,omitzero"` // Earliest event; zero where there is none.
	// Ready is when a whole interval is covered. Until then nothing is reported.
	Ready     time.Time `json:"ready,omitzero"`
	WarmingUp bool      `json:"warming_up"`
}

// Status returns how the rules stand, those that are switched on first.
func (e *Engine) Status() []Status {
	systems := e.o.Systems()
	now := e.o.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Status, 0, len(e.rules)+len(e.disabled))
	for _, a := range e.rules {
		list = append(list, e.status(a, systems, now))
	}
	for _, r := range e.disabled {
		list = append(list, Status{Rule: r})
	}
	return list
}

func (e *Engine) status(a *active, systems []trigger.System, now time.Time) Status {
	p, health, known := a.task.Progress()
	s := Status{
		Rule: a.Rule, Since: p.Since, Changed: p.Changed, Evaluated: health.Evaluated, Succeeded: health.Succeeded, Errors: health.Errors,
	}
	if health.Err != nil {
		s.Error = health.Err.Error()
	}
	inScope := func(s trigger.System) bool { return a.inScope(s, e.o.LogsQL.Folders) }
	if known { // Absent is not zero.
		s.Totals = trigger.Totals(p.Totals, a.Severity, a.Owner, systems, inScope)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Coverage = a.coverage(systems, inScope, now)
	return s
}

// coverage returns that of the systems in scope; none before the store was
// asked.
func (a *active) coverage(systems []trigger.System, inScope func(trigger.System) bool, now time.Time) []Coverage {
	if a.covered == nil {
		return nil
	}
	places := map[place]bool{}
	for _, s := range systems {
		places[place{s.Cloud, s.ID}] = true
	}
	for p := range a.covered {
		places[p] = true
	}
	var list []Coverage
	for p := range places {
		if !inScope(trigger.System{Cloud: p.cloud, ID: p.system}) {
			continue
		}
		c := Coverage{Cloud: p.cloud, System: p.system, Since: a.covered[p], WarmingUp: !a.covered.covers(p, now, a.Interval.Std())}
		if !c.Since.IsZero() {
			c.Ready = c.Since.Add(a.Interval.Std())
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y Coverage) int { return cmp.Or(cmp.Compare(x.Cloud, y.Cloud), cmp.Compare(x.System, y.System)) })
	return list
}

// inScope reports whether the rule looks at the system.
func (r *Rule) inScope(s trigger.System, folders func(string) []entitlement.SystemID) bool {
	if len(r.Clouds) > 0 && !slices.Contains(r.Clouds, s.Cloud) {
		return false
	}
	if len(r.Systems)+len(r.Folders) == 0 || slices.Contains(r.Systems, s.ID) {
		return true
	}
	return folders != nil && slices.ContainsFunc(r.Folders, func(f string) bool { return slices.Contains(folders(f), s.ID) })
}
