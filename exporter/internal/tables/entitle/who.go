package entitle

import (
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// who is an identity of a system, as rows have it.
type who struct {
	*assess.Identity
	sys *system
	at  int // Among the assessment's identities.
	fig figures
}

// figures are the numbers of actions of an identity, by severity.
type figures struct{ granted, high, used, usedHigh, unused, unusedHigh int }

// everybody returns the identities of a question that a function keeps, with
// the figures of the severity that is asked for. Those that hold no action of it
// are left out.
func everybody(q *tables.Question, keep func(*who) bool) []who {
	return everyone(q, q.Value("severity"), keep)
}

func everyone(q *tables.Question, severity string, keep func(*who) bool) []who {
	var list []who
	for _, s := range systems(q) {
		only := s.sets.of(severity)
		for i := range s.Assessment.Identities {
			list = append(list, who{Identity: &s.Assessment.Identities[i], sys: s, at: i})
			w := &list[len(list)-1] // Where it is, not to be copied 100,000 times.
			if w.count(only); only != nil && w.fig.granted == 0 || !keep(w) {
				list = list[:len(list)-1]
			}
		}
	}
	return list
}

// count fills in the figures, of some actions only unless these are nil.
func (w *who) count(only entitlement.ActionSet) {
	if only == nil && w.Whole == nil {
		w.fig = figures{w.Granted, w.GrantedHigh, w.Used, w.UsedHigh, w.Unused, w.UnusedHigh}
		return
	}
	granted := w.Holds().Granted()
	if only != nil {
		granted = granted.Intersect(only)
	}
	used := granted.Intersect(w.Usage.Used)
	unused := granted.Minus(used).Intersect(w.sys.Assessment.Observable)
	high := w.sys.sets.high
	w.fig = figures{
		granted.Len(), granted.Intersect(high).Len(), used.Len(), used.Intersect(high).Len(), unused.Len(), unused.Intersect(high).Len(),
	}
}

// state tells whether it acted within the window: active, inactive, or never
// as far as is known.
func (w *who) state() string {
	a := w.sys.Assessment
	switch {
	case w.LastActive.IsZero():
		return "never"
	case w.LastActive.Before(a.At.Add(-a.Window)):
		return "inactive"
	}
	return "active"
}

// risky reports whether somebody should look at it first.
func (w *who) risky() bool {
	return w.Root || w.Band == creep.High || w.Holds().Super || w.escalations() > 0
}

// band is that of its index; a root user has none, for nobody granted it what it
// may do, and nobody can take it back.
func (w *who) band() string {
	if w.Root {
		return ""
	}
	return string(w.Band)
}

func (w *who) escalations() int { return w.sys.Assessment.WaysFound(w.ID) }

func levelOf(b creep.Band) report.Level {
	switch b {
	case creep.High:
		return report.High
	case creep.Medium:
		return report.Medium
	case creep.Low:
	}
	return report.Low
}

func tristate(t entitlement.Tristate) report.Cell {
	switch t {
	case entitlement.Yes:
		return report.Text("yes")
	case entitlement.No:
		return report.Text("no")
	case entitlement.Unknown:
	}
	return report.Cell{}
}
