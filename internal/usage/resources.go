package usage

import (
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// ResourceUse is the use of one action on one resource by one identity. Times
// are to the second.
type ResourceUse struct {
	Resource    entitlement.ResourceID
	First, Last time.Time // Of the uses that were not refused; zero if there is none.
	Count       uint32    // Likewise.
	Denied      uint32
}

// Resources returns on which resources an identity used an action, sorted by
// resource, as far as events name them: a call that needs several permissions
// or names several resources counts for each with each. Complete tells that
// every use that the index has counted is in the answer: each named a resource,
// and no more than [MaxResources] were named. What remains where it is not
// complete are those that come first in the alphabet.
func (x *Index) Resources(id entitlement.IdentityID, action entitlement.Action) (uses []ResourceUse, complete bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	i, ok := x.state.byKey[Canonical(id)]
	if !ok {
		return nil, true
	}
	p := x.state.people[i]
	number, known := x.state.number(x.cat, action)
	c, used := p.find(number)
	if !known || !used {
		return nil, true
	}
	k, ok := p.findNamed(number)
	if !ok {
		return nil, false
	}
	n := &p.named[k]
	for _, u := range n.uses {
		uses = append(uses, ResourceUse{
			Resource: x.state.resources[u.resource], First: instant(u.first), Last: instant(u.last), Count: u.count, Denied: u.denied,
		})
	}
	return uses, !n.more && n.events == sum(c.count, c.denied)
}

// MaxResources is how many resources are kept for each action of an identity.
const MaxResources = 32

// maxResource is how long the id of a resource may be.
const maxResource = 2 << 10

// named are the resources of one cell.
type named struct {
	action uint32
	events uint32        // That named a resource, refused ones included.
	more   bool          // Some resources were left out.
	uses   []resourceUse // Sorted by the resource's id.
}

// resourceUse is a ResourceUse, whose resource is an index in state.resources.
type resourceUse struct {
	resource                   uint32
	first, last, count, denied uint32
}

func (u *resourceUse) merge(o resourceUse) {
	if u.first == 0 || o.first != 0 && o.first < u.first {
		u.first = o.first
	}
	u.last, u.count, u.denied = max(u.last, o.last), sum(u.count, o.count), sum(u.denied, o.denied)
}

// useAt is one use at a time.
func useAt(at uint32, denied bool) resourceUse {
	if denied {
		return resourceUse{denied: 1}
	}
	return resourceUse{first: at, last: at, count: 1}
}

// nameResources enters the resources of an event for one action. The ones that
// come first in the alphabet are kept, so that the order of events does not
// matter: one that was left out once has 32 before it for ever.
func (s *state) nameResources(p *person, action uint32, ev *auditlog.Event, use resourceUse) {
	if len(ev.Resources) == 0 {
		return
	}
	n := p.name(action)
	n.events = increment(n.events)
	for i := range ev.Resources {
		if id := ev.Resources[i].ID; !repeated(ev.Resources[:i], id) {
			s.enterResource(n, id, use)
		}
	}
}

func repeated(before []auditlog.Resource, id entitlement.ResourceID) bool {
	return slices.ContainsFunc(before, func(r auditlog.Resource) bool { return r.ID == id })
}

func (s *state) enterResource(n *named, id entitlement.ResourceID, use resourceUse) {
	if len(id) > maxResource {
		n.more = true
		return
	}
	if u := n.use(s, id); u != nil { // Most often.
		u.merge(use)
		return
	}
	if last := len(n.uses) - 1; last == MaxResources-1 && id > s.resources[n.uses[last].resource] {
		n.more = true
		return
	}
	at, _ := slices.BinarySearchFunc(n.uses, id, func(u resourceUse, id entitlement.ResourceID) int {
		return strings.Compare(string(s.resources[u.resource]), string(id))
	})
	if len(n.uses) == MaxResources {
		n.uses, n.more = n.uses[:MaxResources-1], true
	}
	use.resource = s.resource(id)
	n.uses = slices.Insert(n.uses, at, use)
}

// use returns the entry of a resource, nil if there is none.
func (n *named) use(s *state, id entitlement.ResourceID) *resourceUse {
	number, ok := s.resourceID[id]
	for i := range n.uses {
		if ok && n.uses[i].resource == number {
			return &n.uses[i]
		}
	}
	return nil
}

// resource returns the number of a resource.
func (s *state) resource(id entitlement.ResourceID) uint32 {
	i, ok := s.resourceID[id]
	if !ok {
		id = entitlement.ResourceID(strings.Clone(string(id))) // It may be part of a longer string.
		i = uint32(len(s.resources))                           //nolint:gosec // far fewer than 2^32
		s.resources = append(s.resources, id)
		s.resourceID[id] = i
	}
	return i
}

// mergeNamed adds what another entry of the same action holds.
func (s *state) mergeNamed(p *person, o named) {
	n := p.name(o.action)
	n.events, n.more = sum(n.events, o.events), n.more || o.more
	for _, u := range o.uses {
		s.enterResource(n, s.resources[u.resource], u)
	}
}

func (p *person) findNamed(action uint32) (int, bool) {
	return slices.BinarySearchFunc(p.named, action, func(n named, a uint32) int {
		return int(int64(n.action) - int64(a))
	})
}

// name returns the resources of an action, which are made if need be. They are
// valid until the next call.
func (p *person) name(action uint32) *named {
	i, ok := p.findNamed(action)
	if !ok {
		p.named = slices.Insert(p.named, i, named{action: action})
	}
	return &p.named[i]
}
