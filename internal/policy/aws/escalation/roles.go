package escalation

import "github.com/leastward/leastward/internal/entitlement"

// roleMoves take over other roles by having them trust the identity.
func (f *finder) roleMoves(who *actor, p *plan) []*move {
	var out []*move
	for _, g := range f.retrustable(who, p) {
		if m := f.roleMove(who, g, p); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// retrustable returns the roles whose trust policies an identity may change so
// that it can assume them, the most powerful first.
func (f *finder) retrustable(who *actor, p *plan) []granted {
	k := f.kinOf(who, p)
	if k.retrusted != nil {
		f.cut = f.cut || len(k.retrusted) >= maxTargets
		return k.retrusted
	}
	k.retrusted = []granted{}
	const action = "iam:UpdateAssumeRolePolicy"
	c := f.choice()
	for _, i := range f.targets(who, action, who.view.roleShelf) {
		role := who.view.roles[i]
		if c.over() {
			break
		}
		if role.fixed || !c.wants(role) {
			continue
		}
		a := f.may(who, action, string(role.ID))
		if a.truth != no {
			a = a.and(f.mayAssumeOnceNamed(who, role))
		}
		if c.tell(role, a.truth); a.truth != no {
			k.retrusted = append(k.retrusted, granted{role, a})
		}
	}
	return k.retrusted
}

// roleMove takes over a role that can be assumed, after it got more if that is
// what the path does first; nil if the path does not hold.
func (f *finder) roleMove(who *actor, role granted, p *plan) *move {
	m := p.takeover(role.actor, role.answer)
	switch {
	case len(p.list) == 1:
	case p.Needs[0].On == RolePolicy:
		f.rewrite(who, role.actor, m)
	default:
		got := f.give(who, role.actor, p.list[0], string(role.ID))
		m.answer, m.after = m.and(got.answer), got.after
	}
	if m.truth == no {
		return nil
	}
	return m
}

// rewrite changes that policy of a role which the identity may change most
// surely.
func (f *finder) rewrite(who, role *actor, m *move) {
	best, chosen := answer{}, entitlement.PolicyID("")
	for _, policy := range role.Policies {
		if !role.view.changeable(policy) || best.truth == yes {
			continue
		}
		if a := f.mayRewrite(who, m.plan, policy); a.truth > best.truth {
			best, chosen = a, policy
		}
	}
	if m.answer = m.and(best); m.truth != no {
		m.after = f.after(role, change{rewrites: chosen})
	}
}

// mayRewrite decides whether an identity may make a new version of a policy.
func (f *finder) mayRewrite(who *actor, p *plan, policy entitlement.PolicyID) answer {
	k := f.kinOf(who, p)
	a, ok := k.rewrites[policy]
	if !ok {
		a = f.may(who, "iam:CreatePolicyVersion", string(policy))
		k.rewrites[policy] = a
	}
	return a
}
