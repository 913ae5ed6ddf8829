package gcp

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// places returns the projects that a resource may lie in: one, unless its name
// does not tell.
func (e *Estate) places(id entitlement.ResourceID) []int {
	var surely, may []int
	for i, p := range e.projects {
		level, sure := p.level(p.names.canonical(id))
		switch {
		case level == foreign:
		case sure:
			surely = append(surely, i)
		default:
			may = append(may, i)
		}
	}
	switch {
	case id == "" && len(surely) > 0:
		return surely
	case len(surely) > 0:
		return surely[:1]
	case len(may) > 0:
		return may
	}
	return []int{0} // Of a project that is not known: only what is above all counts.
}

// compare decides for the other projects that a resource may lie in, and makes
// the decision conditional unless it is the same for each.
func (e *Estate) compare(r *decision.Request, subjects []*subject, places []int, d *decision.Decision) {
	same := true
	var other decision.Decision
	for _, i := range places[1:] {
		e.projects[i].decide(r, subjects[i], &other)
		if other.Verdict != d.Verdict {
			same = false
			d.Because = append(d.Because, other.Because...)
			d.Keys = append(d.Keys, other.Keys...)
		}
	}
	if !same {
		d.Verdict = decision.Conditional
		d.Keys = sorted(append(d.Keys, "project of the resource"))
	}
}

// moment returns when a request is made.
func (p *Project) moment(r *decision.Request) time.Time {
	if r.At.IsZero() {
		return p.inv.CollectedAt
	}
	return r.At
}
