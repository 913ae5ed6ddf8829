package onboard

import (
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/entitlement"
)

// Status is the state of one system.
type Status struct {
	System    entitlement.System
	Ancestors []entitlement.Scope // The nearest first.
	State     State
	// Reason tells what Pending, Discovering and Offline are due to.
	Reason string
}

// Progress is how the collection of a system goes.
type Progress struct {
	Attempted, Succeeded time.Time // Zero until then.
	Err                  error     // Of the latest attempt.
}

// ProgressOf returns how the collection of a system goes; nil is none.
func ProgressOf(r *collector.Result) Progress {
	if r == nil {
		return Progress{}
	}
	return Progress{Attempted: r.Attempted, Succeeded: r.Succeeded, Err: r.Err}
}

// Statuses returns the state of each system of a section, by id. Progress tells
// of one that is collected.
func (r *Roster) Statuses(s *Section, progress func(entitlement.SystemID) Progress) []Status {
	r.mu.Lock()
	m := r.of(s.Name)
	at, failure := m.At, m.err
	r.mu.Unlock()
	var list []Status
	for _, one := range r.members(s) {
		status := Status{System: one.system, Ancestors: one.ancestors}
		p := progress(one.system.ID)
		status.State, status.Reason = stateOf(&one, &p, s.Discoverer != nil && at.IsZero(), failure)
		list = append(list, status)
	}
	return list
}

// StatusOf returns the state of a system that is of no section.
func StatusOf(system entitlement.System, p Progress) Status {
	status := Status{System: system}
	status.State, status.Reason = stateOf(&member{chosen: true}, &p, false, nil)
	return status
}

// stateOf tells the state of a system; waiting, that no discovery has ended.
func stateOf(m *member, p *Progress, waiting bool, failure error) (State, string) {
	switch {
	case !m.chosen:
		return Pending, "it was discovered and not picked: add its id to selected, or onboard automatically"
	case p.Err != nil && !p.Succeeded.IsZero():
		return Offline, p.Err.Error()
	case !p.Succeeded.IsZero() && m.known && !m.found:
		return Offline, "it is not discovered any longer: it was deleted or disabled, or may not be seen"
	case !p.Succeeded.IsZero():
		return Onboarded, ""
	case p.Err != nil:
		return Offline, p.Err.Error()
	case waiting && failure != nil:
		return Discovering, failure.Error()
	case waiting:
		return Discovering, "the discovery has not ended yet"
	}
	return InProgress, ""
}

// Failure returns why the latest discovery of a section failed, nil if it did
// not.
func (r *Roster) Failure(section string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(section).err
}

// Same reports whether two lists of systems are of the same systems with the
// same names, owners and folders.
func Same(a, b []entitlement.System) bool {
	return slices.EqualFunc(a, b, func(x, y entitlement.System) bool {
		return x.Cloud == y.Cloud && x.ID == y.ID && x.Name == y.Name && x.Owner == y.Owner && slices.Equal(x.Folders, y.Folders)
	})
}
