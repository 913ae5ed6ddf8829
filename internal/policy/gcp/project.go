package gcp

import (
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// Project is the policies of one project, ready to answer. It is safe for
// concurrent use.
type Project struct {
	inv        *entitlement.Inventory
	eval       *Evaluator
	names      *namer
	universe   *universe
	identities map[entitlement.IdentityID]*entitlement.Identity
	roles      map[entitlement.RoleID]*role

	system  string         // Canonical name of the project.
	levels  map[string]int // How far above the project a container is; the project is 0.
	topmost int
	whole   bool            // All that is above the project is known.
	places  map[string]bool // Canonical names of what is known to lie in the project.

	grants     []grant
	index      map[string][]int32   // Grants by key of a member.
	holders    map[string]*[3]truth // Who holds owner, editor, viewer on the project, by key.
	denials    []denial
	boundaries []boundary

	problems []entitlement.Problem
	reported map[string]bool

	storage func() *storageView // What of it is about Cloud Storage.

	mu     sync.Mutex                     // Guards what follows, and what roles give on types.
	shared map[string]*entitlement.Access // By what decides an identity's access.
	tally  *tally
	kept   *entitlement.SetPool
	walls  map[string]pair // By boundaries.
}

// Inventory returns the inventory that was compiled.
func (p *Project) Inventory() *entitlement.Inventory { return p.inv }

// readHierarchy notes what lies above the project.
func (p *Project) readHierarchy() {
	p.system = p.names.canonical("")
	p.levels[p.system] = 0
	for i, s := range p.inv.Ancestors {
		name := p.names.canonical(s.ID)
		p.levels[name] = i + 1
		p.whole = p.whole || strings.HasPrefix(name, organizations)
	}
	p.topmost = len(p.inv.Ancestors) + 2
	for i := range p.inv.Resources {
		p.places[p.names.canonical(p.inv.Resources[i].ID)] = true
	}
}

func (p *Project) readIdentities() {
	for i := range p.inv.Identities {
		id := &p.inv.Identities[i]
		p.identities[lower(id.ID)] = id
		if strings.HasPrefix(string(id.ID), "//") {
			p.places[p.names.canonical(entitlement.ResourceID(id.ID))] = true
		}
	}
}

// lower returns an identity's id as it is compared: e-mail addresses without
// regard to case, other names as they are.
func lower(id entitlement.IdentityID) entitlement.IdentityID {
	if strings.Contains(string(id), "://") || strings.HasPrefix(string(id), "//") {
		return id
	}
	return entitlement.IdentityID(strings.ToLower(string(id)))
}

// below is the level of what lies in the project.
const below = -1

// foreign is the level of what is neither in the project nor above it.
const foreign = -2

// level tells where a canonical name stands: above the project, the project
// itself, in it, or foreign. Sure is false where the name does not tell
// whether it lies in the project.
func (p *Project) level(name string) (level int, sure bool) {
	if l, ok := p.levels[name]; ok {
		return l, true
	}
	switch {
	case p.whole && (strings.HasPrefix(name, organizations) || strings.HasPrefix(name, folders)):
		return foreign, true
	case strings.HasPrefix(name, organizations):
		return p.topmost, false
	case strings.HasPrefix(name, folders):
		return p.topmost - 1, false
	}
	if of := projectOf(name); of != "" {
		if p.names.own(of) {
			return below, true
		}
		return foreign, true
	}
	return below, p.placed(name)
}

// placed reports whether a resource, or something that it lies in, is known to
// be the project's.
func (p *Project) placed(name string) bool {
	for {
		if p.places[name] {
			return true
		}
		i := strings.LastIndexByte(name, '/')
		if i <= len("//") {
			return false
		}
		name = name[:i]
	}
}
