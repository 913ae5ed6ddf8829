package creep_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// slack is what floating-point rounding may add to an index.
const slack = 1e-9

// world is a drawn set of identities over the real catalogue.
type world struct {
	model *creep.Model
	ids   []identity
}

type identity struct {
	access           *entitlement.Access
	used, observable entitlement.ActionSet
}

// span adds a range of actions, so that sets of every size occur.
func span(t *rapid.T, set entitlement.ActionSet, label string) {
	n := catalog.AWS().Len()
	from := rapid.IntRange(0, n-1).Draw(t, label+" from")
	length := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, n)).Draw(t, label+" length")
	for i := from; i < min(from+length, n); i++ {
		set.Add(i)
	}
}

func drawSet(t *rapid.T, label string) entitlement.ActionSet {
	set := entitlement.NewActionSet(catalog.AWS().Len())
	for range rapid.IntRange(0, 4).Draw(t, label) {
		span(t, set, label)
	}
	return set
}

func drawIdentity(t *rapid.T) identity {
	all, part, named := drawSet(t, "all"), drawSet(t, "part"), drawSet(t, "named")
	part = part.Minus(all)
	named = named.Minus(all).Minus(part)
	used := drawSet(t, "used")
	if rapid.Bool().Draw(t, "uses nothing") {
		used = nil
	}
	observable := catalog.AWS().All().Minus(drawSet(t, "hidden"))
	return identity{&entitlement.Access{All: all, Part: part, Named: named}, used, observable}
}

func drawWorld(t *rapid.T) world {
	return world{
		creep.NewModel(catalog.AWS(), creep.DefaultWeights()),
		rapid.SliceOfN(rapid.Custom(drawIdentity), 1, 5).Draw(t, "identities"),
	}
}

func (w world) sum() creep.Sum {
	var s creep.Sum
	for _, id := range w.ids {
		s.Add(w.model.Score(id.access, id.used, id.observable))
	}
	return s
}

// one draws one of the identities for a change to it.
func (w world) one(t *rapid.T) *identity {
	return &w.ids[rapid.IntRange(0, len(w.ids)-1).Draw(t, "which")]
}

// pick draws a member of set; false if it is empty.
func pick(t *rapid.T, set entitlement.ActionSet) (int, bool) {
	n := set.Len()
	if n == 0 {
		return 0, false
	}
	k := rapid.IntRange(0, n-1).Draw(t, "action")
	for i := range set.Indices() {
		if k == 0 {
			return i, true
		}
		k--
	}
	return 0, false
}

func (id *identity) revoke(i int) {
	a := *id.access
	a.All, a.Part, a.Named = a.All.Clone(), a.Part.Clone(), a.Named.Clone()
	a.All.Remove(i)
	a.Part.Remove(i)
	a.Named.Remove(i)
	id.access = &a
}

func (id *identity) use(i int) {
	u := entitlement.NewActionSet(catalog.AWS().Len()).Union(id.used)
	u.Add(i)
	id.used = u
}

func figures(s creep.Sum) [3]float64 { return [3]float64{s.Lower(), s.PCI(), s.Upper()} }

func TestIndexLiesWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawWorld(t).sum()
		f := figures(s)
		if !(0 <= f[0] && f[0] <= f[1]+slack && f[1] <= f[2]+slack && f[2] <= 100) {
			t.Fatalf("lower, headline and upper are %v", f)
		}
		if o := s.Observability(); !(0 <= o && o <= 1) {
			t.Fatalf("observability is %v", o)
		}
	})
}

func TestIndexIsZeroIfAndOnlyIfNothingWeightedIsUnused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		unused := false
		for _, id := range w.ids {
			for i := range id.access.Granted().Intersect(id.observable).Minus(id.used).Indices() {
				unused = unused || w.model.Weight(i) > 0
			}
		}
		if pci := w.sum().PCI(); (pci != 0) != unused {
			t.Fatalf("the index is %v; something weighted is unused: %t", pci, unused)
		}
	})
}

func TestRevokingAnUnusedGrantNeverRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := figures(w.sum())
		id := w.one(t)
		i, ok := pick(t, id.access.Granted().Minus(id.used))
		if !ok {
			return
		}
		id.revoke(i)
		after := figures(w.sum())
		observed := [3]bool{id.observable.Has(i), true, true} // See ExampleSum_Lower.
		for n := range after {
			if observed[n] && after[n] > before[n]+slack {
				t.Fatalf("revoking %d moved %v to %v", i, before, after)
			}
		}
	})
}

func TestUsingAGrantNeverRaises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := figures(w.sum())
		id := w.one(t)
		i, ok := pick(t, id.access.Granted().Minus(id.used))
		if !ok {
			return
		}
		id.use(i)
		if after := figures(w.sum()); worse(before, after) {
			t.Fatalf("using %d raised %v to %v", i, before, after)
		}
	})
}

func TestAnUnusedNewGrantNeverLowers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := figures(w.sum())
		id := w.one(t)
		fresh := catalog.AWS().All().Minus(id.access.Granted()).Minus(id.used).Intersect(id.observable)
		i, ok := pick(t, fresh)
		if !ok {
			return
		}
		a := *id.access
		a.Part = entitlement.NewActionSet(catalog.AWS().Len()).Union(a.Part)
		a.Part.Add(i)
		id.access = &a
		if after := figures(w.sum()); worse(after, before) {
			t.Fatalf("granting %d lowered %v to %v", i, before, after)
		}
	})
}

// worse reports whether any figure is higher in b than in a.
func worse(a, b [3]float64) bool {
	for i := range a {
		if b[i] > a[i]+slack {
			return true
		}
	}
	return false
}

func TestOrderAndGroupingDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		whole := w.sum()
		cut := rapid.IntRange(0, len(w.ids)).Draw(t, "cut")
		first, second := world{w.model, w.ids[:cut]}.sum(), world{w.model, w.ids[cut:]}.sum()
		second.Add(first) // The other way round, too.
		if second.Identities != whole.Identities || math.Abs(second.PCI()-whole.PCI()) > slack {
			t.Fatalf("the whole is %+v, its parts give %+v", whole, second)
		}
	})
}

func TestCostExplainsTheExcess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		id := w.one(t)
		cost := w.model.Cost(id.access, id.used, id.observable)
		total := 0.0
		for n, c := range cost {
			total += c.Share
			if n > 0 && c.Share > cost[n-1].Share {
				t.Fatalf("contribution %d is larger than the one before", n)
			}
		}
		if s := w.model.Score(id.access, id.used, id.observable); math.Abs(total-s.Excess) > slack {
			t.Fatalf("the shares add up to %v, the excess is %v", total, s.Excess)
		}
	})
}
