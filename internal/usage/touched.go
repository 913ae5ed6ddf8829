package usage

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Touched is who did what to which resource: what an index knows of it, by
// numbers, so that it can be kept. It takes 24 bytes for each action of an
// identity on a resource.
type Touched struct {
	Resources []entitlement.ResourceID // Sorted, each once.
	Uses      []Touch                  // By resource, identity and action.
}

// Touch is what one identity did to one resource by one action.
type Touch struct {
	Resource uint32 // Index in Touched.Resources.
	Identity uint32 // Index in the identities that were asked about.
	Action   uint32 // Index in the catalogue.
	Count    uint32 // Uses that were not refused, since the index began; 0 if none was within the time.
	Denied   uint32 // Refused attempts, likewise.
	last     uint32
}

// Last returns the time of the last use, to the second; zero if there is none.
func (t *Touch) Last() time.Time { return instant(t.last) }

// Touched returns what identities did between from and to, both inclusive, to
// resources that events name. Of each action of an identity it knows at most
// [MaxResources] resources, of actions that the catalogue does not have none.
// Resources of refused attempts alone are in it where the action was refused
// within the time. See [Index.Usage] for windows that end before now.
func (x *Index) Touched(ids []entitlement.IdentityID, from, to time.Time) *Touched {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := &Touched{}
	since, until := seconds(from), seconds(to)
	for i, id := range ids {
		if n, ok := x.state.byKey[Canonical(id)]; ok {
			x.touches(t, uint32(i), x.state.people[n], since, until) //nolint:gosec // far fewer than 2^32
		}
	}
	t.number(x.state.resources)
	return t
}

func (x *Index) touches(t *Touched, identity uint32, p *person, since, until uint32) {
	for k := range p.named {
		n := &p.named[k]
		if int(n.action) >= x.cat.Len() {
			continue
		}
		c, _ := p.find(n.action)
		for _, u := range n.uses {
			one := Touch{Resource: u.resource, Identity: identity, Action: n.action}
			if u.count > 0 && u.last >= since && u.first <= until {
				one.Count, one.last = u.count, u.last
			}
			if u.denied > 0 && c.refused >= since {
				one.Denied = u.denied
			}
			if one.Count > 0 || one.Denied > 0 {
				t.Uses = append(t.Uses, one)
			}
		}
	}
}

// number replaces the index's numbers of resources by those of t, and sorts.
func (t *Touched) number(all []entitlement.ResourceID) {
	place := map[uint32]uint32{}
	for i := range t.Uses {
		if n := t.Uses[i].Resource; place[n] == 0 {
			place[n] = 1
			t.Resources = append(t.Resources, all[n])
		}
	}
	slices.Sort(t.Resources)
	for n := range place {
		i, _ := slices.BinarySearch(t.Resources, all[n])
		place[n] = uint32(i) //nolint:gosec // far fewer than 2^32
	}
	for i := range t.Uses {
		t.Uses[i].Resource = place[t.Uses[i].Resource]
	}
	t.Uses = slices.Clip(t.Uses)
	slices.SortFunc(t.Uses, func(a, b Touch) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Action, b.Action))
	})
}
