package creep

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Model knows the weight of each action of a catalogue. It never changes and is
// safe for concurrent use.
type Model struct {
	weights []float64
	total   float64
	classes []class
}

// class is all actions of one weight above 0. Scores are sums over classes of
// whole counts, so that they do not depend on any order.
type class struct {
	weight  float64
	actions entitlement.ActionSet
}

// NewModel returns the model of a catalogue. The weights must be valid.
func NewModel(cat *catalog.Catalog, w Weights) *Model {
	m := &Model{weights: make([]float64, cat.Len())}
	for i := range m.weights {
		m.weights[i] = w.of(cat.Info(i))
		m.classify(i)
	}
	slices.SortFunc(m.classes, func(a, b class) int { return cmp.Compare(a.weight, b.weight) })
	for _, c := range m.classes {
		m.total += c.weight * float64(c.actions.Len())
	}
	return m
}

func (m *Model) classify(i int) {
	w := m.weights[i]
	if w == 0 {
		return
	}
	n := slices.IndexFunc(m.classes, func(c class) bool { return c.weight == w })
	if n < 0 {
		n = len(m.classes)
		m.classes = append(m.classes, class{w, entitlement.NewActionSet(len(m.weights))})
	}
	m.classes[n].actions.Add(i)
}

// Weight returns the weight of the action with index i.
func (m *Model) Weight(i int) float64 { return m.weights[i] }

// Total returns the weight of the whole catalogue, the W of the formula.
func (m *Model) Total() float64 { return m.total }

// Factor returns the reach class factor ρ: 1 where a grant covers every
// resource, 0.5 where it covers a part, 0.1 where it names resources.
func Factor(r entitlement.Reach) float64 {
	switch r {
	case entitlement.ReachAll:
		return 1
	case entitlement.ReachPart:
		return 0.5
	case entitlement.ReachNamed:
		return 0.1
	case entitlement.ReachNone:
	}
	return 0
}

// state is what the logs tell of a granted action.
type state int

const (
	excess state = iota
	inUse
	unseen
	states
)

// Score returns the sums of one identity. An action that was used counts as
// used, also where the logs could not be relied upon to show it; one that was
// not used counts as excess if they could have shown a use, and as
// unobservable if not. A conditional grant counts as granted.
func (m *Model) Score(a *entitlement.Access, used, observable entitlement.ActionSet) Sum {
	var sum [states]float64
	for i := range m.classes {
		c := &m.classes[i]
		for _, g := range grants(a) {
			for s, n := range count(g.actions, c.actions, used, observable) {
				sum[s] += c.weight * g.factor * float64(n)
			}
		}
	}
	if m.total > 0 {
		for s := range sum {
			sum[s] /= m.total
		}
	}
	return Sum{Excess: sum[excess], Used: sum[inUse], Unobservable: sum[unseen], Identities: 1}
}

type granted struct {
	factor  float64
	actions entitlement.ActionSet
}

func grants(a *entitlement.Access) [3]granted {
	return [3]granted{
		{Factor(entitlement.ReachAll), a.All},
		{Factor(entitlement.ReachPart), a.Part},
		{Factor(entitlement.ReachNamed), a.Named},
	}
}

// count counts the actions that are in both sets by what the logs tell of them.
func count(granted, class, used, observable entitlement.ActionSet) (n [states]int) {
	for i := range min(len(granted), len(class)) {
		w := granted[i] & class[i]
		if w == 0 {
			continue
		}
		u, o := word(used, i), word(observable, i)
		n[inUse] += bits.OnesCount64(w & u)
		n[excess] += bits.OnesCount64(w & o &^ u)
		n[unseen] += bits.OnesCount64(w &^ o &^ u)
	}
	return n
}

func word(s entitlement.ActionSet, i int) uint64 {
	if i < len(s) {
		return s[i]
	}
	return 0
}
