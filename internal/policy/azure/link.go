package azure

import (
	"encoding/binary"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// effectKey is all that a grant's effect follows from. Grants with the same key
// have the same effect.
type effectKey struct {
	role, guard, typ, denied int32
	reach                    entitlement.Reach
	eligible                 bool
}

// subjects joins identities with their grants, and equal sets of grants with
// each other.
func (c *compiler) subjects() {
	c.Subscription.subjects = make(map[entitlement.IdentityID]*subject, len(c.inv.Identities))
	for i := range c.inv.Identities {
		c.subject(idOf(c.inv.Identities[i].ID))
	}
	for i := range c.Subscription.grants {
		if m := c.Subscription.grants[i].member; m != "" {
			c.subject(m)
		}
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

// profile is a list of denials, sorted, with a number that is its own.
type profile struct {
	list   []int32
	number int32 // 0 is that of the empty list.
}

// placedProfile is a list of denials and a place.
type placedProfile struct{ profile, place int32 }

// profile returns the profile of a list.
func (c *compiler) profile(list []int32) profile {
	if len(list) == 0 {
		return profile{}
	}
	key := string(appendNumbers(nil, list))
	held, ok := c.profiles[key]
	if !ok {
		held = profile{list, int32(len(c.profiles) + 1)} //nolint:gosec // fewer than 2³¹ identities
		c.profiles[key] = held
	}
	return held
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
// the denials of a profile apply; -1 if it has none.
func (c *compiler) effect(g *grant, denials profile) int32 {
	last := c.chain.last
	if !g.current || !g.role.known || g.place.rank < last && g.place.below != "" {
		return -1
	}
	reach, typ := reachOf(g.place, last)
	key := effectKey{
		role: number(c.roleNo, g.role), guard: number(c.guardNo, g.guard), typ: number(c.typeNo, typ),
		denied: c.denied(g, denials), reach: reach, eligible: g.Eligible,
	}
	n, ok := c.numbers[key]
	if !ok {
		n = int32(len(c.effects)) //nolint:gosec // fewer than 2³¹ grants
		c.numbers[key] = n
		c.effects = append(c.effects, &effect{
			role: g.role, guard: g.guard, reach: reach, typ: typ, eligible: g.Eligible, denied: c.combined[key.denied],
		})
	}
	return n
}

// denied returns the number of what the denials of a profile take from a grant.
// Denials that take the same have the same number, unless the role names
// actions that the catalogue does not have.
func (c *compiler) denied(g *grant, denials profile) int32 {
	if denials.number == 0 {
		return 0
	}
	at := placedProfile{denials.number, g.where}
	if g.role.names {
		at.profile = -at.profile
	}
	n, ok := c.related[at]
	if ok {
		return n
	}
	if list := c.Subscription.denials.relate(denials.list, g.place, c.chain.last); len(list) > 0 {
		n = c.share(c.combine(list), g.role.names)
	}
	c.related[at] = n
	return n
}

func (c *compiler) share(d *combined, alone bool) int32 {
	key := d.key()
	if alone {
		key.itself = "all " + keyOf(d.list)
	}
	n, ok := c.shared[key]
	if !ok {
		n = int32(len(c.combined)) //nolint:gosec // fewer than 2³¹ places
		c.shared[key] = n
		c.combined = append(c.combined, d)
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
