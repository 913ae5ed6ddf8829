package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// targets returns those of the pool that an identity's grants of an action can
// mean: all, unless they name each.
func (f *finder) targets(who *actor, action entitlement.Action, pool []*actor) []*actor {
	names, ok := f.named(who, action)
	if !ok {
		return pool
	}
	var out []*actor
	for _, name := range names {
		a := who.view.byID[entitlement.IdentityID(name)]
		if a != nil && slices.Contains(out, a) {
			continue
		}
		if a != nil && len(pool) > 0 && a.Kind == pool[0].Kind {
			out = append(out, a)
		}
	}
	return out
}

// userMoves take over other users by giving them credentials.
func (f *finder) userMoves(who *actor, p *plan) []*move {
	var out []*move
	for _, user := range f.targets(who, p.list[0], who.view.users) {
		m := p.takeover(user, credentials(p, user))
		for _, action := range p.list {
			if m.truth == no {
				break
			}
			if p.gives(action) {
				got := f.give(who, user, action, string(user.ID))
				m.answer, m.after = m.and(got.answer), got.after
				continue
			}
			m.answer = m.and(f.may(who, action, string(user.ID)))
		}
		if m.truth == no {
			continue
		}
		if out = append(out, m); len(out) == maxTargets {
			break
		}
	}
	return out
}

// gives reports whether an action gives its target a policy.
func (p *plan) gives(action entitlement.Action) bool {
	switch action {
	case "iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy":
		return true
	}
	return false
}

// The most access keys that AWS lets a user have. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const maxKeys = 2

// credentials decides whether a user is in the state that a path asks for. An
// inventory without a credential report knows neither keys nor passwords.
func credentials(p *plan, user *actor) answer {
	unknown := len(user.Keys) == 0 && user.Console == entitlement.Unknown
	switch p.ID {
	case "iam-003":
		if unknown {
			return existing("second access key of the user")
		}
		return sure(len(user.Keys) >= maxKeys)
	case "iam-004":
		return password(user, entitlement.No, "user without a password")
	case "iam-006":
		return password(user, entitlement.Yes, "password of the user")
	}
	return sure(len(user.Keys) < maxKeys)
}

func sure(ok bool) answer {
	if ok {
		return answer{truth: yes}
	}
	return answer{}
}

// password decides whether a user has a password, or has none. A second factor
// stands in the way of one who only knows the password.
func password(user *actor, want entitlement.Tristate, what string) answer {
	a := existing(what)
	if user.Console != entitlement.Unknown {
		a = sure(user.Console == want)
	}
	if user.MFA == entitlement.Yes {
		a = a.and(existing("second factor in the same hands"))
	}
	return a
}

// roleMoves take over other roles by having them trust the identity.
func (f *finder) roleMoves(who *actor, p *plan) []*move {
	var out []*move
	for _, role := range f.rolesFor(who, p) {
		if role.fixed || role == who {
			continue
		}
		out = append(out, f.roleMove(who, role, p)...)
		if len(out) >= maxTargets {
			break
		}
	}
	return out
}

// rolesFor returns the roles that the last of a plan's actions, which is on the
// role itself, can mean.
func (f *finder) rolesFor(who *actor, p *plan) []*actor {
	last := len(p.list) - 1
	if p.Needs[last].On == RoleToAssume {
		var out []*actor
		for _, g := range f.assumable(who) {
			out = append(out, g.actor)
		}
		return out
	}
	return f.targets(who, p.list[last], who.view.roles)
}

// roleMove changes a role, or a policy of it, and has it act for the identity.
func (f *finder) roleMove(who, role *actor, p *plan) []*move {
	m := p.takeover(role, answer{truth: yes})
	for i, action := range p.list {
		switch {
		case p.Needs[i].On == RoleToAssume:
			m.answer = m.and(f.mayAssume(who, role))
		case action == "iam:UpdateAssumeRolePolicy":
			m.answer = m.and(f.may(who, action, string(role.ID)))
			if m.truth != no {
				m.answer = m.and(f.mayAssumeOnceNamed(who, role))
			}
		case p.gives(action):
			got := f.give(who, role, action, string(role.ID))
			m.answer, m.after = m.and(got.answer), got.after
		case p.Needs[i].On == RolePolicy:
			f.rewrite(who, role, m)
		}
		if m.truth == no {
			return nil
		}
	}
	return []*move{m}
}

// rewrite changes that policy of a role which the identity may change most
// surely.
func (f *finder) rewrite(who, role *actor, m *move) {
	best, chosen := answer{}, entitlement.PolicyID("")
	for _, policy := range role.Policies {
		if !role.view.changeable(policy) || best.truth == yes {
			continue
		}
		if a := f.may(who, "iam:CreatePolicyVersion", string(policy)); a.truth > best.truth {
			best, chosen = a, policy
		}
	}
	if m.answer = m.and(best); m.truth != no {
		m.after = f.after(role, change{rewrites: chosen})
	}
}
