package creep

import (
	"cmp"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Contribution is what one granted and unused action adds to an identity's
// excess.
type Contribution struct {
	Index  int     // Of the action in the catalogue.
	Weight float64 // Of the action.
	Factor float64 // Of the reach.
	// Share is weight × factor as a share of the catalogue's weight, the unit
	// of Sum: all shares of an identity add up to its Excess.
	Share float64
}

// Cost lists what an identity's excess is made of, the largest first: the
// weighted actions that it holds, and that the logs could have shown and did
// not. Actions that no log could show are not in it.
func (m *Model) Cost(a *entitlement.Access, used, observable entitlement.ActionSet) []Contribution {
	var out []Contribution
	for _, g := range grants(a) {
		for i := range g.actions.Indices() {
			if i < len(m.weights) && m.weights[i] > 0 && observable.Has(i) && !used.Has(i) {
				w := m.weights[i]
				out = append(out, Contribution{Index: i, Weight: w, Factor: g.factor, Share: w * g.factor / m.total})
			}
		}
	}
	slices.SortFunc(out, func(x, y Contribution) int {
		return cmp.Or(cmp.Compare(y.Share, x.Share), cmp.Compare(x.Index, y.Index))
	})
	return out
}
