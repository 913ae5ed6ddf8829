package gcp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

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

// Principals returns everybody who is known or has a grant, sorted.
func (e *Estate) Principals() []entitlement.IdentityID {
	seen, known := map[entitlement.IdentityID]bool{}, map[string]bool{}
	for _, p := range e.projects {
		for i := range p.inv.Identities {
			id := p.inv.Identities[i].ID
			seen[id], known[p.names.ownKey(string(id))] = true, true
		}
	}
	for _, p := range e.projects {
		for k := range p.index {
			if isPrincipal(k) && !known[k] {
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
// The resource is a full resource name, or a name relative to its service as
// logs write it, a URL of Cloud Storage, the address of a service account; "" is
// some resource of the project.
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
		return errors.New("no project is known; give its policies")
	case r.Principal == "":
		return errors.New("identity: it is empty; give an e-mail address or a principal identifier")
	case strings.ContainsAny(string(r.Principal), " \t\n|"):
		return fmt.Errorf("identity: %q is no principal; give an e-mail address or a principal identifier", r.Principal)
	case strings.Count(action, ".") < 2 || strings.ContainsAny(action, " *:|"):
		return fmt.Errorf("action: %q is no permission; give one such as storage.objects.get", r.Action)
	case r.Resource != "" && strings.Trim(string(r.Resource), "/ ") == "":
		return fmt.Errorf("resource: %q is no resource; give a full resource name, or none for some resource of the project", r.Resource)
	}
	return nil
}
