package gcp

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// Via is one grant that reaches an identity.
type Via = decision.Via

// Via lists the grants that give an identity an action, in the order of the
// inventory. Whether a denial or boundary takes it away again is for Access to
// say.
func (p *Project) Via(id entitlement.IdentityID, action entitlement.Action) []Via {
	i, ok := p.universe.index(string(action))
	if !ok {
		return nil
	}
	return p.list(id, func(g *grant) bool { return g.role.set.Has(i) })
}

// Grants lists the grants that reach an identity, those of its groups and of
// everybody included, in the order of the inventory. What has expired, and what
// is deleted, is left out.
func (p *Project) Grants(id entitlement.IdentityID) []Via {
	return p.list(id, func(*grant) bool { return true })
}

func (p *Project) list(id entitlement.IdentityID, wanted func(*grant) bool) []Via {
	var out []Via
	for _, m := range p.subject(id).grants {
		g := &p.grants[m.grant]
		surely := m.sure.and(g.holds)
		if surely != no && g.during(p.inv.CollectedAt) && wanted(g) {
			out = append(out, Via{Grant: g.RoleGrant, Role: g.role.RoleDefinition, Group: m.by(g), Conditional: surely != yes})
		}
	}
	return out
}
