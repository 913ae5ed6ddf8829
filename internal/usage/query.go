package usage

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Usage returns what an identity did between from and to, both inclusive, to
// the second. It is never nil. An action is in it if its first and last use
// (or its last refusal) reach into the window: exact for a window that ends
// now. For one that ends earlier an action may be in it that was used only
// before and after, never the other way round.
//
// The numbers of uses are those since the index began, or since [Index.Prune]
// dropped the action. LastActive is the last time ever, also before the window.
func (x *Index) Usage(id entitlement.IdentityID, from, to time.Time) *entitlement.Usage {
	x.mu.RLock()
	defer x.mu.RUnlock()
	u := &entitlement.Usage{Used: entitlement.NewActionSet(x.cat.Len())}
	i, ok := x.state.byKey[Canonical(id)]
	if !ok {
		return u
	}
	p := x.state.people[i]
	u.LastActive = instant(p.active)
	u.Actions = make(map[int]entitlement.ActionUse, len(p.cells))
	since, until := seconds(from), seconds(to)
	for k := range p.cells {
		if c := &p.cells[k]; c.within(since, until) {
			x.enter(u, c, since, until)
		}
	}
	return u
}

func (x *Index) enter(u *entitlement.Usage, c *cell, since, until uint32) {
	n := int(c.action)
	if n >= x.cat.Len() {
		if u.Literal == nil {
			u.Literal = map[entitlement.Action]entitlement.ActionUse{}
		}
		u.Literal[x.state.literals[n-x.cat.Len()]] = c.use()
		return
	}
	u.Actions[n] = c.use()
	if c.usedWithin(since, until) {
		u.Used.Add(n)
	}
}

func (c *cell) usedWithin(since, until uint32) bool {
	return c.count > 0 && c.last >= since && c.first <= until
}

func (c *cell) within(since, until uint32) bool {
	return c.usedWithin(since, until) || c.denied > 0 && c.refused >= since
}

// LastSeen returns the time of an identity's last event of any kind, refused
// and forwarded calls included; zero if there was none.
func (x *Index) LastSeen(id entitlement.IdentityID) time.Time {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if i, ok := x.state.byKey[Canonical(id)]; ok {
		return instant(x.state.people[i].seen)
	}
	return time.Time{}
}

// Identities returns everyone that events named, the root and callers of other
// accounts included, sorted, in the longest form that was seen.
func (x *Index) Identities() []entitlement.IdentityID {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ids := make([]entitlement.IdentityID, len(x.state.people))
	for i, p := range x.state.people {
		ids[i] = p.id
	}
	slices.Sort(ids)
	return ids
}

// UnmappedCall is a kind of call whose permission is not known.
type UnmappedCall struct {
	Source, Name string
	Count        int64
}

// UnmappedCalls returns the calls whose permission is not known, the most
// frequent first. No more than 1,000 kinds are kept.
func (x *Index) UnmappedCalls() []UnmappedCall {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var calls []UnmappedCall
	for c, n := range x.state.unmapped {
		calls = append(calls, UnmappedCall{Source: c.source, Name: c.name, Count: n})
	}
	slices.SortFunc(calls, func(a, b UnmappedCall) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), compareCalls(call{a.Source, a.Name}, call{b.Source, b.Name}))
	})
	return calls
}

func compareCalls(a, b call) int {
	return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.name, b.name))
}
