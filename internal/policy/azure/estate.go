package azure

import (
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Estate decides requests in any of several subscriptions. It is safe for
// concurrent use.
type Estate struct {
	systems   []*Subscription
	byID      map[string]*Subscription
	directory map[entitlement.IdentityID]person
	names     *directory
}

// person is somebody with all groups that any of the subscriptions knows of.
type person struct {
	identity *entitlement.Identity // nil: only grants name it.
	groups   []entitlement.IdentityID
}

// NewEstate joins compiled subscriptions, which must have been compiled against
// the same catalogue. Of two with the same id the first counts.
func NewEstate(systems ...*Subscription) *Estate {
	e := &Estate{byID: make(map[string]*Subscription, len(systems)), directory: map[entitlement.IdentityID]person{}}
	var inventories []*entitlement.Inventory
	for _, s := range systems {
		if e.byID[s.chain.system] == nil {
			e.byID[s.chain.system] = s
			e.systems = append(e.systems, s)
			inventories = append(inventories, s.inv)
		}
	}
	if len(e.systems) == 1 {
		e.names = e.systems[0].directory
	} else {
		e.names = newDirectory(inventories...)
	}
	for _, s := range e.systems {
		for id, who := range s.subjects {
			if len(e.systems) == 1 {
				e.directory[id] = person{who.identity, who.groups}
			} else if _, held := e.directory[id]; !held {
				e.directory[id] = person{e.names.identities[id], e.names.groups(id)}
			}
		}
	}
	return e
}

// Systems returns the subscriptions. The slice is shared: do not change it.
func (e *Estate) Systems() []*Subscription { return e.systems }

// System returns the subscription with an id, nil if it is not there.
func (e *Estate) System(id entitlement.SystemID) *Subscription { return e.byID[lower(string(id))] }

// Principals returns everybody who is known or has a grant, sorted.
func (e *Estate) Principals() []entitlement.IdentityID {
	out := make([]entitlement.IdentityID, 0, len(e.directory))
	for id := range e.directory {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// caller returns who a name stands for, with the groups.
func (e *Estate) caller(name entitlement.IdentityID) (entitlement.IdentityID, person, error) {
	id := idOf(name)
	p, ok := e.directory[id]
	if !ok {
		id = e.names.find(name)
		p, ok = e.directory[id]
	}
	switch {
	case name == "":
		return "", p, fmt.Errorf("identity: it is empty; name an object id, a user principal name or an application id")
	case !ok && entitlement.IsGUID(string(idOf(name))):
		return idOf(name), person{}, nil // Object ids are whole: this one has no role anywhere.
	case !ok && e.names.aliased(name):
		return "", p, fmt.Errorf("identity: %q names several identities; give the object id", name)
	case !ok:
		return "", p, fmt.Errorf("identity: the documents give no role to anybody called %q, directly or through a group, and whoever has none may do nothing; give an object id, a user principal name or an application id", name)
	}
	if p.identity == nil || p.identity.RunsAs == "" {
		return id, p, nil
	}
	as := e.names.find(p.identity.RunsAs)
	runs, ok := e.directory[as]
	if !ok {
		return as, person{}, nil // It has no grant anywhere.
	}
	return as, runs, nil
}

// aliased reports whether a name is that of several identities.
func (d *directory) aliased(name entitlement.IdentityID) bool {
	id, ok := d.aliases[lower(string(name))]
	return ok && id == ""
}

// system returns the subscription that a resource is in or below of, and where
// it lies there.
func (e *Estate) system(resource string, who entitlement.IdentityID) (*Subscription, place, error) {
	if resource == "" {
		return e.only(who)
	}
	if resource[0] != '/' {
		return nil, place{}, fmt.Errorf(`resource: %q is no resource id, as "/subscriptions/<id>/resourceGroups/<name>" is`, resource)
	}
	id := canonical(resource)
	if name, below, ok := container(id, subscriptions); ok {
		if s := e.byID[name]; s != nil {
			return s, place{s.chain.last, below}, nil
		}
		return nil, place{}, fmt.Errorf("resource: it is in subscription %s, of which there are no documents", name)
	}
	for _, s := range e.systems {
		if p, ok := s.chain.find(id); ok {
			return s, p, nil
		}
	}
	return nil, place{}, fmt.Errorf("resource: %q is neither a subscription nor above one of those that there are documents of, as far as their management groups are known", resource)
}

// only returns the subscription that a request without resource means: the only
// one, or the only one in which somebody is known.
func (e *Estate) only(who entitlement.IdentityID) (*Subscription, place, error) {
	var found *Subscription
	for _, s := range e.systems {
		if len(e.systems) > 1 && s.subjects[who] == nil {
			continue
		}
		if found != nil {
			return nil, place{}, fmt.Errorf("resource: it is empty, and there are %d subscriptions; name one, as /subscriptions/%s", len(e.systems), found.chain.system)
		}
		found = s
	}
	if found == nil {
		return nil, place{}, fmt.Errorf("resource: it is empty, and no subscription knows the identity; name one")
	}
	return found, place{rank: found.chain.last}, nil
}
