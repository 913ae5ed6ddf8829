package usage

import (
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Prune drops what was last used, or last refused, before t, and forgets
// identities and keys that were last seen before.
func (x *Index) Prune(t time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	before := seconds(t)
	kept := newState()
	kept.counts, kept.unmapped, kept.data = x.state.counts, x.state.unmapped, x.state.data
	kept.literals, kept.literal = x.state.literals, x.state.literal
	for key, i := range x.state.byKey {
		if p := x.state.people[i]; p.prune(before) {
			kept.adopt(p, x.state.resources)
			kept.byKey[key] = uint32(len(kept.people)) //nolint:gosec // far fewer than 2^32
			kept.people = append(kept.people, p)
		}
	}
	for id, k := range x.state.keys {
		if k.last >= before {
			kept.keys[id] = k
		}
	}
	x.replace(kept)
}

// prune drops old cells and reports whether anything recent is left.
func (p *person) prune(before uint32) bool {
	var cells []cell // A new slice, so that the memory of the old one is freed.
	for _, c := range p.cells {
		if max(c.last, c.refused) >= before {
			cells = append(cells, c)
		}
	}
	p.cells = cells
	p.named = slices.Clip(slices.DeleteFunc(p.named, func(n named) bool {
		_, used := p.index(n.action)
		return !used
	}))
	return p.seen >= before
}

// adopt numbers the resources of a person anew, so that those that nobody names
// any more are forgotten.
func (s *state) adopt(p *person, resources []entitlement.ResourceID) {
	for i := range p.named {
		for k := range p.named[i].uses {
			u := &p.named[i].uses[k]
			u.resource = s.resource(resources[u.resource])
		}
	}
}
