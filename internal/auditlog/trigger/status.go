package trigger

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// Status is how a trigger stands.
type Status struct {
	Definition Definition `json:"definition"`
	// Position: what was stored before it is evaluated. Zero before the first
	// evaluation, and while everything that is stored is to be looked at.
	Position time.Time `json:"position,omitzero"`
	Since    time.Time `json:"since,omitzero"`   // When it was first evaluated.
	Changed  time.Time `json:"changed,omitzero"` // When its condition was last changed; the totals count from before.
	// Evaluated is up to when everything that was stored is evaluated.
	Evaluated time.Time `json:"evaluated,omitzero"`
	Succeeded time.Time `json:"succeeded,omitzero"` // When the last evaluation that succeeded ended.
	Error     string    `json:"error,omitempty"`    // Of the last evaluation; "" if it succeeded.
	Errors    int64     `json:"errors"`             // Evaluations that failed since the program began.
	Totals    []Total   `json:"totals"`             // One for each system.
}

// Total is what a trigger counted in one system, for good: it never falls.
type Total struct {
	state.Total
	Severity alert.Severity `json:"severity"`
	Owner    string         `json:"owner,omitempty"` // The trigger's, else the system's.
}

// Status returns how the triggers stand, those that are switched on first. A
// trigger has a total of every system in its scope, also where it is zero.
func (e *Engine) Status() []Status {
	systems := e.o.Systems()
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Status, 0, len(e.triggers)+len(e.disabled))
	for _, a := range e.triggers {
		list = append(list, e.status(a, systems))
	}
	for _, d := range e.disabled {
		list = append(list, Status{Definition: d})
	}
	return list
}

func (e *Engine) status(a *active, systems []System) Status {
	p, health, known := a.task.Progress()
	s := Status{
		Definition: a.Definition, Position: p.Position, Since: p.Since, Changed: p.Changed,
		Evaluated: health.Evaluated, Succeeded: health.Succeeded, Errors: health.Errors,
	}
	if health.Err != nil {
		s.Error = health.Err.Error()
	}
	if known { // Absent is not zero.
		s.Totals = a.totals(p.Totals, systems, e.o.LogsQL.Folders)
	}
	return s
}

// totals returns a total of every system in scope and of every one that was
// counted.
func (a *active) totals(counted []state.Total, systems []System, folders func(string) []entitlement.SystemID) []Total {
	return Totals(counted, a.Severity, a.Owner, systems, func(s System) bool { return a.inScope(s, folders) })
}

// Totals returns what was counted, and zero for every other system in scope, by
// cloud and system.
func Totals(counted []state.Total, severity alert.Severity, owner string, systems []System, inScope func(System) bool) []Total {
	var list []Total
	owners := map[entitlement.SystemID]string{}
	for _, s := range systems {
		owners[s.ID] = s.Owner
		if inScope(s) && !slices.ContainsFunc(counted, func(t state.Total) bool { return t.Cloud == s.Cloud && t.System == s.ID }) {
			list = append(list, Total{Total: state.Total{Cloud: s.Cloud, System: s.ID}})
		}
	}
	for _, t := range counted {
		list = append(list, Total{Total: t})
	}
	for i := range list {
		list[i].Severity, list[i].Owner = severity, cmp.Or(owner, owners[list[i].System])
	}
	slices.SortFunc(list, func(x, y Total) int { return cmp.Or(cmp.Compare(x.Cloud, y.Cloud), cmp.Compare(x.System, y.System)) })
	return list
}

// inScope reports whether the trigger looks at the system.
func (a *active) inScope(s System, folders func(string) []entitlement.SystemID) bool {
	if len(a.Clouds) > 0 && !slices.Contains(a.Clouds, s.Cloud) {
		return false
	}
	if len(a.Systems)+len(a.Folders) == 0 || slices.Contains(a.Systems, s.ID) {
		return true
	}
	return folders != nil && slices.ContainsFunc(a.Folders, func(f string) bool { return slices.Contains(folders(f), s.ID) })
}
