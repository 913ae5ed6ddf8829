package usage

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// resources writes the ids of the resources in use, sorted, and returns their
// numbers in the file.
func (e *encoder) resources(s *state) map[uint32]uint64 {
	ids := map[entitlement.ResourceID]uint32{}
	for _, p := range s.people {
		for i := range p.named {
			for _, u := range p.named[i].uses {
				ids[s.resources[u.resource]] = u.resource
			}
		}
	}
	numbers := map[uint32]uint64{}
	e.uint(uint64(len(ids)))
	for i, id := range slices.Sorted(maps.Keys(ids)) {
		e.string(string(id))
		numbers[ids[id]] = uint64(i) //nolint:gosec // an index is not negative
	}
	return numbers
}

func (e *encoder) named(p *person, actions map[uint32]uint64, resources map[uint32]uint64) {
	e.uint(uint64(len(p.named)))
	all := slices.SortedFunc(slices.Values(p.named), func(a, b named) int { return cmp.Compare(actions[a.action], actions[b.action]) })
	for _, n := range all {
		e.uint(actions[n.action])
		e.uint(uint64(n.events))
		e.uint(map[bool]uint64{true: 1}[n.more])
		e.uint(uint64(len(n.uses)))
		for _, u := range n.uses {
			e.uint(resources[u.resource])
			for _, v := range []uint32{u.first, u.last, u.count, u.denied} {
				e.uint(uint64(v))
			}
		}
	}
}

func (d *decoder) resources(s *state) []uint32 {
	var numbers []uint32
	d.each(func() { numbers = append(numbers, s.resource(entitlement.ResourceID(d.string()))) })
	return numbers
}

func (d *decoder) named(s *state, p *person, actions, resources []uint32) {
	d.each(func() {
		n := named{action: d.numbered(actions), events: d.uint32(), more: d.uint(1) == 1}
		d.each(func() {
			n.uses = append(n.uses, resourceUse{
				resource: d.numbered(resources), first: d.uint32(), last: d.uint32(), count: d.uint32(), denied: d.uint32(),
			})
		})
		if d.err == nil {
			s.mergeNamed(p, n)
		}
	})
}

// numbered reads an index in a list of the file and returns what stands there.
func (d *decoder) numbered(list []uint32) uint32 {
	i := d.uint(math.MaxUint32)
	if i >= uint64(len(list)) {
		d.fail("an index is out of range")
		return 0
	}
	return list[i]
}
