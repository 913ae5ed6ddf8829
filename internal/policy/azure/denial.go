package azure

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// everyone is the system-defined principal of deny assignments that stands for
// all. See
// https://learn.microsoft.com/azure/role-based-access-control/deny-assignments.
const everyone entitlement.IdentityID = "00000000-0000-0000-0000-000000000000"

// denial is one rule of a compiled deny assignment.
type denial struct {
	*entitlement.Denial
	rule    int
	place   place
	members []entitlement.IdentityID
	except  []entitlement.IdentityID
	blocks  []block
	guard   *guard
	// Actions of the catalogue that can be where it is and that it denies for
	// certain, and perhaps.
	sure, maybe entitlement.ActionSet
}

// holds tells whether it denies a literal.
func (d *denial) holds(l literal) condition.Truth {
	t := no
	for i := range d.blocks {
		if b := &d.blocks[i]; b.names(l.key, l.plane) {
			t = max(t, holds(l.key, b.guard, d.guard))
		}
	}
	return t
}

// denials are those of a subscription, found by whom and where they concern.
type denials struct {
	all       []denial
	forAll    []int32 // Those of everyone.
	byMember  map[entitlement.IdentityID][]int32
	byExcept  map[entitlement.IdentityID][]int32
	byPlace   map[place][]int32
	below     []int32 // Those in the subscription, by path.
	belowPath []string
}

func (c *compiler) denials() {
	d := &c.Subscription.denials
	d.byMember, d.byExcept, d.byPlace = map[entitlement.IdentityID][]int32{}, map[entitlement.IdentityID][]int32{}, map[place][]int32{}
	for i := range c.inv.Denials {
		in := &c.inv.Denials[i]
		p, foreign := c.where("deny assignment "+in.ID, in.Scope)
		for rule := range in.Rules {
			if !foreign {
				d.add(c.denial(in, rule, p))
			}
		}
	}
	d.sort(c.chain.last)
}

func (c *compiler) denial(in *entitlement.Denial, rule int, p place) denial {
	r := &in.Rules[rule]
	d := denial{Denial: in, rule: rule, place: p, members: identities(r.Members), except: identities(r.ExceptMembers)}
	for i := range r.Blocks {
		b := c.evaluator.block(&r.Blocks[i])
		c.reportGuard(b.guard, "deny assignment "+in.ID)
		d.blocks = append(d.blocks, b)
	}
	if r.Condition != nil {
		d.guard = c.guard(r.Condition.Expression, "deny assignment "+in.ID)
	}
	for i := range d.blocks {
		b := &d.blocks[i]
		sure, maybe := split(c.on(&d, b.set), b.guard, d.guard)
		half := sure.Intersect(c.evaluator.half(b))
		d.sure, d.maybe = d.sure.Union(sure.Minus(half)), d.maybe.Union(maybe).Union(half)
	}
	return d
}

// half returns the actions that are on both planes and in a block on one alone:
// a denial of that leaves the other.
func (e *Evaluator) half(b *block) entitlement.ActionSet {
	both := e.cat.Control().Intersect(e.cat.Data())
	control, data := both.Intersect(e.matched(b.control)), both.Intersect(e.matched(b.data))
	return control.Union(data).Minus(control.Intersect(data))
}

func identities(names []string) []entitlement.IdentityID {
	out := make([]entitlement.IdentityID, len(names))
	for i, n := range names {
		id := idOf(entitlement.IdentityID(n))
		switch id {
		case "everyone", "systemdefined", "all principals", "*":
			id = everyone
		}
		out[i] = id
	}
	return out
}

func (d *denials) add(n denial) {
	i := int32(len(d.all)) //nolint:gosec // fewer than 2³¹ deny assignments
	d.all = append(d.all, n)
	for _, m := range n.members {
		if m == everyone {
			d.forAll = append(d.forAll, i)
		} else {
			d.byMember[m] = append(d.byMember[m], i)
		}
	}
	for _, m := range n.except {
		d.byExcept[m] = append(d.byExcept[m], i)
	}
	d.byPlace[n.place] = append(d.byPlace[n.place], i)
}

func (d *denials) sort(last int) {
	for i := range d.all {
		if d.all[i].place.rank == last {
			d.below = append(d.below, int32(i)) //nolint:gosec // as in add
		}
	}
	path := func(i int32) string { return d.all[i].place.below }
	slices.SortStableFunc(d.below, func(a, b int32) int { return strings.Compare(path(a), path(b)) })
	for _, i := range d.below {
		d.belowPath = append(d.belowPath, path(i))
	}
}

// of returns the denials that apply to somebody who is all of ids, sorted.
func (d *denials) of(ids ...[]entitlement.IdentityID) []int32 {
	var out []int32
	var spared map[int32]bool
	for _, list := range ids {
		for _, id := range list {
			out = append(out, d.byMember[id]...)
			for _, n := range d.byExcept[id] {
				if spared == nil {
					spared = map[int32]bool{}
				}
				spared[n] = true
			}
		}
	}
	if len(out) == 0 && len(spared) == 0 {
		return d.forAll
	}
	out = append(out, d.forAll...)
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(n int32) bool { return spared[n] })
}

// How a denial lies to a grant.
const (
	covering = iota // It applies to all that the grant reaches.
	within          // It applies to a part of that.
	itself          // It applies to the grant's scope and nothing below it.
)

// related is a denial that bears on a grant.
type related struct {
	denial int32
	how    uint8
}

// relate returns the denials of a sorted list that bear on a grant at a place,
// as far as it reaches into the subscription.
func (d *denials) relate(list []int32, at place, last int) []related {
	if len(list) == 0 {
		return nil
	}
	if at.rank < last {
		at = place{rank: last}
	}
	var out []related
	consider := func(n int32, how uint8) {
		if _, ok := slices.BinarySearch(list, n); ok {
			out = append(out, related{n, how})
		}
	}
	for rank := range last {
		d.above(place{rank: rank}, at, consider)
	}
	for end := 0; ; {
		d.above(place{last, at.below[:end]}, at, consider)
		if end == len(at.below) {
			break
		}
		end += 1 + strings.IndexByte(at.below[end+1:]+"/", '/')
	}
	for i := sort.SearchStrings(d.belowPath, at.below+"/"); i < len(d.below) && strings.HasPrefix(d.belowPath[i], at.below+"/"); i++ {
		consider(d.below[i], within)
	}
	slices.SortFunc(out, func(a, b related) int { return int(a.denial) - int(b.denial) })
	return out
}

func (d *denials) above(p, at place, consider func(int32, uint8)) {
	for _, n := range d.byPlace[p] {
		switch {
		case !d.all[n].NotChildScopes:
			consider(n, covering)
		case p == at:
			consider(n, itself)
		}
	}
}

// keyOf packs related denials into a key.
func keyOf(rel []related) string {
	var b []byte
	for _, r := range rel {
		b = binary.AppendUvarint(b, uint64(r.denial)<<2|uint64(r.how)) //nolint:gosec // never negative
	}
	return string(b)
}
