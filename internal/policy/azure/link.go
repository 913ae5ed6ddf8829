package azure

import (
	"encoding/binary"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// effectKey is all that a grant's effect follows from. Grants with the same key
// have the same effect.
type effectKey struct {
	role, guard, typ, related int32
	reach                     entitlement.Reach
	eligible                  bool
}

// subjects joins identities with their grants, and equal sets of grants with
// each other.
func (c *compiler) subjects() {
	c.Subscription.subjects = make(map[entitlement.IdentityID]*subject, len(c.inv.Identities))
	for i := range c.inv.Identities {
		c.subject(idOf(c.inv.Identities[i].ID))
	}
	for i := range c.Subscription.grants {
		c.subject(c.Subscription.grants[i].member)
	}
	var ids []entitlement.IdentityID // As Identity.RunsAs names them.
	for id, s := range c.Subscription.subjects {
		if s.identity != nil && s.identity.RunsAs != "" {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		s := c.Subscription.subjects[id]
		s.runsAs = c.subject(c.directory.find(s.identity.RunsAs))
	}
}

func (c *compiler) subject(id entitlement.IdentityID) *subject {
	if s := c.Subscription.subjects[id]; s != nil {
		return s
	}
	s := &subject{id: id, identity: c.directory.identities[id], groups: c.directory.groups(id)}
	s.denials = c.profile(c.Subscription.denials.of([]entitlement.IdentityID{id}, s.groups))
	c.Subscription.subjects[id] = s
	s.cell = c.cell(s)
	return s
}

// profile returns a list equal to list, the same for equal lists.
func (c *compiler) profile(list []int32) []int32 {
	if len(list) == 0 {
		return nil
	}
	key := string(appendNumbers(nil, list))
	if held, ok := c.profiles[key]; ok {
		return held
	}
	c.profiles[key] = list
	return list
}

func (c *compiler) cell(s *subject) *cell {
	var effects []int32
	add := func(member entitlement.IdentityID) {
		for _, n := range c.byMember[member] {
			if e := c.effect(&c.Subscription.grants[n], s.denials); e >= 0 {
				effects = append(effects, e)
			}
		}
	}
	add(s.id)
	for _, g := range s.groups {
		add(g)
	}
	slices.Sort(effects)
	effects = slices.Compact(effects)
	key := string(appendNumbers(nil, effects))
	held := c.cells[key]
	if held == nil {
		held = &cell{effects: effects}
		c.cells[key] = held
	}
	return held
}

func appendNumbers(key []byte, numbers []int32) []byte {
	for _, n := range numbers {
		key = binary.AppendUvarint(key, uint64(n)) //nolint:gosec // never negative
	}
	return key
}

// effect returns the number of the effect that a grant has for somebody to whom
// the listed denials apply; -1 if it has none.
func (c *compiler) effect(g *grant, denials []int32) int32 {
	last := c.chain.last
	if !g.current || !g.role.known || g.place.rank < last && g.place.below != "" {
		return -1
	}
	reach, typ := reachOf(g.place, last)
	rel := c.Subscription.denials.relate(denials, g.place, last)
	key := effectKey{
		role: number(c.roleNo, g.role), guard: number(c.guardNo, g.guard), typ: number(c.typeNo, typ),
		related: c.relatedNo(rel), reach: reach, eligible: g.Eligible,
	}
	n, ok := c.numbers[key]
	if !ok {
		n = int32(len(c.effects)) //nolint:gosec // fewer than 2³¹ grants
		c.numbers[key] = n
		c.effects = append(c.effects, &effect{
			role: g.role, guard: g.guard, reach: reach, typ: typ, eligible: g.Eligible,
			related: c.relation[key.related],
		})
	}
	return n
}

func (c *compiler) relatedNo(rel []related) int32 {
	key := keyOf(rel)
	n, ok := c.related[key]
	if !ok {
		n = int32(len(c.relation)) //nolint:gosec // as in effect
		c.related[key] = n
		c.relation = append(c.relation, rel)
	}
	return n
}

func number[K comparable](in map[K]int32, k K) int32 {
	n, ok := in[k]
	if !ok {
		n = int32(len(in)) //nolint:gosec // as in effect
		in[k] = n
	}
	return n
}

// reachOf returns how far a grant at a place reaches within the subscription,
// and the type of the resource where it is on one.
func reachOf(p place, last int) (entitlement.Reach, string) {
	if p.rank < last || p.below == "" {
		return entitlement.ReachAll, ""
	}
	if typ := typeOfResource(p.below); typ != "" {
		return entitlement.ReachNamed, typ
	}
	return entitlement.ReachPart, ""
}
