package gcp

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Estate is the projects that decisions look at together. It is safe for
// concurrent use.
type Estate struct {
	projects []*Project

	mu       sync.Mutex // Guards subjects.
	subjects map[entitlement.IdentityID][]*subject
}

// NewEstate returns an estate of these projects.
func NewEstate(list ...*Project) *Estate {
	return &Estate{projects: slices.Clone(list), subjects: map[entitlement.IdentityID][]*subject{}}
}

// Projects returns the projects of the estate. It is shared: do not change it.
func (e *Estate) Projects() []*Project { return e.projects }

// maxSubjects bounds the identities of which an estate remembers what is about
// them.
const maxSubjects = 4096

// of returns what is about somebody in each project. Groups and basic roles of
// all projects count.
func (e *Estate) of(id entitlement.IdentityID) []*subject {
	e.mu.Lock()
	known := e.subjects[id]
	e.mu.Unlock()
	if known != nil {
		return known
	}
	people := e.identify(id)
	out := make([]*subject, len(people))
	for i, w := range people {
		out[i] = e.projects[i].subjectOf(w)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.subjects) >= maxSubjects {
		clear(e.subjects)
	}
	e.subjects[id] = out
	return out
}

// identify finds out who somebody is for each project, with the keys that they
// have in any.
func (e *Estate) identify(id entitlement.IdentityID) []*who {
	people := make([]*who, len(e.projects))
	for i, p := range e.projects {
		people[i] = p.identify(id)
	}
	if len(people) < 2 {
		return people
	}
	home := e.home(id)
	all := &who{has: map[string]truth{}, via: map[string]entitlement.IdentityID{}}
	for i, w := range people {
		if w.kind != people[home].kind {
			people[i] = people[home].with(e.projects[i])
		}
		all.learn(people[i])
	}
	for range people { // Until nothing is added; a group of one project may be in one of another.
		changed := false
		for i, w := range people {
			w.learn(all)
			e.projects[i].again(w)
			changed = all.learn(w) || changed
		}
		if !changed {
			break
		}
	}
	for _, w := range people {
		w.learn(all)
	}
	return people
}

// home returns the place of the first project whose inventory has an identity,
// 0 if none has.
func (e *Estate) home(id entitlement.IdentityID) int {
	return max(0, slices.IndexFunc(e.projects, func(p *Project) bool { return p.identities[lower(id)] != nil }))
}

// with returns somebody as another project sees them.
func (w *who) with(p *Project) *who {
	out := &who{
		id: w.id, kind: w.kind, subject: w.subject, domain: w.domain, customer: w.customer, pool: w.pool, project: w.project, agent: w.agent,
		has: map[string]truth{}, via: map[string]entitlement.IdentityID{},
	}
	if w.kind != nobodyKind {
		p.addKeys(out)
	}
	return out
}

// learn takes over the keys that somebody has for another project, and reports
// whether there were any.
func (w *who) learn(other *who) bool {
	changed := false
	for k, t := range other.has {
		if t > w.has[k] {
			w.add(k, t, other.via[k])
			changed = true
		}
	}
	return changed
}

// again adds the groups, and roles, that follow from keys of other projects.
func (p *Project) again(w *who) {
	for _, g := range w.groups() {
		p.addGroupsOf(w, g)
	}
	p.addConvenience(w)
}

// groups returns by way of whom somebody has keys.
func (w *who) groups() []entitlement.IdentityID {
	var out []entitlement.IdentityID
	for k, via := range w.via {
		if via != "" && k == string(via) {
			out = append(out, via)
		}
	}
	return out
}

// Principals returns everybody who is known or has a grant, sorted.
func (e *Estate) Principals() []entitlement.IdentityID {
	seen := map[entitlement.IdentityID]bool{}
	for _, p := range e.projects {
		for i := range p.inv.Identities {
			seen[p.inv.Identities[i].ID] = true
		}
		for k := range p.index {
			if isPrincipal(k) {
				seen[entitlement.IdentityID(k)] = true
			}
		}
	}
	out := make([]entitlement.IdentityID, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// isPrincipal reports whether a key names somebody: an address, a principal
// identifier, everybody.
func isPrincipal(key string) bool {
	return key == allUsers || key == authenticated || strings.HasPrefix(key, "principal://") ||
		strings.Contains(key, "@") && !strings.Contains(key, ":")
}

// Decide answers whether somebody may do something, and why. The decision is
// used again: what it held is overwritten. The principal may also be spelled as
// policies spell members, the permission as deny policies do.
//
// The resource is a full resource name; "" is some resource of the project.
// Attributes of the resource are derived from its name where the service gives
// them to conditions. Tags are named by [condition.TagKey] and the key,
// attributes of services as conditions ask for them.
func (e *Estate) Decide(r *decision.Request, d *decision.Decision) error {
	d.Verdict, d.Because, d.Keys = decision.ImplicitlyDenied, d.Because[:0], d.Keys[:0]
	if err := e.check(r); err != nil {
		return fmt.Errorf("decide %s|%s|%s: %w", r.Principal, r.Action, r.Resource, err)
	}
	subjects := e.of(r.Principal)
	places := e.places(r.Resource)
	e.projects[places[0]].decide(r, subjects[places[0]], d)
	if len(places) > 1 {
		e.compare(r, subjects, places, d)
	}
	return nil
}

// check finds what is wrong with a request.
func (e *Estate) check(r *decision.Request) error {
	switch action := string(r.Action); {
	case len(e.projects) == 0:
		return fmt.Errorf("no project is known; give its policies")
	case r.Principal == "":
		return fmt.Errorf("the principal is missing; give an e-mail address or a principal identifier")
	case strings.ContainsAny(string(r.Principal), " \t\n|"):
		return fmt.Errorf("%q is no principal; give an e-mail address or a principal identifier", r.Principal)
	case strings.Count(action, ".") < 2 || strings.ContainsAny(action, " *:|"):
		return fmt.Errorf("%q is no permission; give one such as storage.objects.get", r.Action)
	case r.Resource != "" && strings.Trim(string(r.Resource), "/ ") == "":
		return fmt.Errorf("%q is no resource; give a full resource name, or none for some resource of the project", r.Resource)
	}
	return nil
}

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
