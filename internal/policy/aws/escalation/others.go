package escalation

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// userMoves take over other users by giving them credentials.
func (f *finder) userMoves(who *actor, p *plan) []*move {
	var out []*move
	c := f.choice()
	for _, i := range f.targets(who, p.list[0], who.view.userShelf) {
		user := who.view.users[i]
		if c.over() {
			break
		}
		if !c.wants(user) {
			continue
		}
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
		if c.tell(user, m.truth); m.truth != no {
			out = append(out, m)
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
