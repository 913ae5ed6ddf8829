package escalation

import (
	"math/bits"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// weights are the sets of actions by which accesses are compared.
type weights struct {
	high    entitlement.ActionSet // Of high severity.
	raising entitlement.ActionSet // That serve to raise permissions.
}

func newWeights(cat *catalog.Catalog) weights {
	w := weights{high: entitlement.NewActionSet(cat.Len()), raising: entitlement.NewActionSet(cat.Len())}
	for i := range cat.Len() {
		info := cat.Info(i)
		if info.Severity == catalog.High {
			w.high.Add(i)
		}
		if info.Sensitivity&catalog.PrivilegeEscalation != 0 {
			w.raising.Add(i)
		}
	}
	return w
}

// gain is what somebody gets.
type gain uint8

const (
	nothing  gain = iota
	doubtful      // More, all of it under conditions.
	more
)

// gain compares what an identity has with what it comes to have: whether there
// is an action of high severity that it lacked, or one that it now has on all
// resources.
func (w *weights) gain(before, after *entitlement.Access) gain {
	g := nothing
	for i, high := range w.high {
		all := word(after.All, i)
		had := word(before.All, i)
		some := (word(after.Part, i) | word(after.Named, i)) &^ (word(before.Part, i) | word(before.Named, i))
		won := high & (all | some) &^ had
		if won == 0 {
			continue
		}
		if won&^word(after.Conditional, i) != 0 {
			return more
		}
		g = doubtful
	}
	return g
}

func word(s entitlement.ActionSet, i int) uint64 {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// power orders identities by how much it would bring to act as them.
func (w *weights) power(a *entitlement.Access) int {
	if a.Super {
		return 1 << 30
	}
	n := 0
	for i, high := range w.high {
		granted := word(a.All, i) | word(a.Part, i) | word(a.Named, i)
		n += bits.OnesCount64(granted&high) + bits.OnesCount64(granted&word(w.raising, i))<<12
	}
	return n
}

// union returns what two accesses grant together. An action is conditional
// where all that grants it at its widest reach is.
func union(a, b *entitlement.Access) *entitlement.Access {
	all := a.All.Union(b.All)
	part := a.Part.Union(b.Part).Minus(all)
	out := &entitlement.Access{
		All: all, Part: part, Named: a.Named.Union(b.Named).Minus(all).Minus(part), Super: a.Super || b.Super,
	}
	firm := func(x, y, of entitlement.ActionSet) entitlement.ActionSet {
		return x.Minus(a.Conditional).Union(y.Minus(b.Conditional)).Intersect(of)
	}
	out.Conditional = a.Conditional.Union(b.Conditional).
		Minus(firm(a.All, b.All, out.All)).Minus(firm(a.Part, b.Part, out.Part)).Minus(firm(a.Named, b.Named, out.Named))
	return out
}

// covers reports whether an access has everything that another has, as widely
// and with no more conditions.
func covers(a, b *entitlement.Access) bool {
	for i := range max(len(b.All), len(b.Part), len(b.Named)) {
		all := word(a.All, i)
		part := all | word(a.Part, i)
		named := part | word(a.Named, i)
		lacking := word(b.All, i)&^all | word(b.Part, i)&^part | word(b.Named, i)&^named
		if lacking|word(a.Conditional, i)&named&^word(b.Conditional, i) != 0 {
			return false
		}
	}
	return true
}
