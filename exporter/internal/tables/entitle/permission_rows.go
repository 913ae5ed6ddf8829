package entitle

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// permission is one action that an identity holds.
type permission struct {
	*who

	index       int // In the catalogue; -1 of an action that it does not have.
	action      entitlement.Action
	info        *catalog.Info // Nil likewise.
	reach       entitlement.Reach
	conditional bool
	use         entitlement.ActionUse
	used        bool // Within the window.
	account     *policy.Account
}

// everyPermission returns what the identities hold that are asked for.
func everyPermission(q *tables.Question) ([]permission, error) {
	var list []permission
	chosen := everyone(q, "", func(w *who) bool { return q.Keeps("identity", string(w.ID)) })
	if err := allThere(q, chosen); err != nil {
		return nil, err
	}
	for i := range chosen {
		for _, p := range chosen[i].permissions() {
			if keepsPermission(q, &p) {
				list = append(list, p)
			}
		}
	}
	return list, nil
}

// allThere reports the first identity that was asked for and is not there, or
// not for the asker to see.
func allThere(q *tables.Question, chosen []who) error {
	for _, id := range q.Values("identity") {
		if !slices.ContainsFunc(chosen, func(w who) bool { return string(w.ID) == id }) {
			return tables.Bad("filters.identity", "there is no identity %q in the systems that you ask about and may see; give its unique id, as table identities has it", id)
		}
	}
	return nil
}

// permissions returns what an identity holds, by index in the catalogue.
func (w *who) permissions() []permission {
	cat, account, access := w.sys.sets.catalog, w.alone(), w.Holds()
	var list []permission
	for i := range access.Granted().Indices() {
		info := cat.Info(i)
		list = append(list, permission{
			who: w, index: i, action: info.Action, info: info, reach: access.Reach(i),
			conditional: access.Conditional.Has(i), use: w.Usage.Actions[i], used: w.Usage.Used.Has(i), account: account,
		})
	}
	for _, l := range access.Literal {
		use := w.Usage.Literal[l.Action]
		list = append(list, permission{
			who: w, index: -1, action: l.Action, reach: l.Reach, conditional: l.Conditional, use: use, used: use.Count > 0, account: account,
		})
	}
	return list
}

// alone compiles the policies of an identity and nothing else; nil where
// policies are not what grants.
func (w *who) alone() *policy.Account {
	evaluator := w.sys.accounts()
	if evaluator == nil {
		return nil
	}
	all := w.sys.inventory()
	inv := &entitlement.Inventory{System: w.sys.System, Policies: map[entitlement.PolicyID]entitlement.Policy{}}
	for _, id := range append(slices.Clone(w.Groups), w.RunsAs, w.ID) {
		one := w.sys.identity(id)
		if one == nil {
			continue
		}
		inv.Identities = append(inv.Identities, *one.Identity)
		for _, p := range one.Policies {
			if document, ok := all.Policies[p]; ok {
				inv.Policies[p] = document
			}
		}
	}
	return evaluator.Compile(inv)
}

// state tells whether the identity used it.
func (p *permission) state() entitlement.UsageState {
	switch {
	case p.used:
		return entitlement.Used
	case p.index >= 0 && p.sys.Assessment.Observable.Has(p.index):
		return entitlement.Unused
	}
	return entitlement.Unobservable
}

func (p *permission) weight() float64 {
	if p.index < 0 {
		return 0
	}
	return p.sys.model().Weight(p.index)
}

// share is the part of the identity's excess that the permission is; 0 where it
// is none.
func (p *permission) share() float64 {
	if p.state() != entitlement.Unused || p.Score.Excess == 0 {
		return 0
	}
	return p.weight() * creep.Factor(p.reach) / p.sys.model().Total() / p.Score.Excess
}

// reachName names how far a grant reaches.
func reachName(r entitlement.Reach) string {
	return [...]string{"none", "named", "part", "all"}[r]
}

// ways lists the statements that allow an action.
func (p *permission) ways() []policy.Via {
	if p.index < 0 || p.account == nil {
		return nil
	}
	return p.account.Via(p.ID, p.index)
}
