package escalation

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// assumeMoves returns the moves by which an identity assumes roles that trust
// it, as they are or after it gave them more.
func (f *finder) assumeMoves(who *actor) []*move {
	roles := f.assumable(who)
	if len(roles) == 0 {
		return nil
	}
	var out []*move
	for _, p := range f.holds(who, (*plan).assumes) {
		for _, g := range roles {
			switch {
			case len(p.list) == 1:
				out = append(out, p.takeover(g.actor, g.answer))
			case g.view == who.view && !g.fixed: // Only roles of its own account can be changed.
				out = append(out, f.roleMove(who, g.actor, p)...)
			}
		}
	}
	return out
}

// assumable returns the roles of the estate that an identity may assume, the
// most powerful of each account first.
func (f *finder) assumable(who *actor) []granted {
	var out []granted
	permitted := who.access.Reach(f.assume) != entitlement.ReachNone
	for _, a := range f.estate.Accounts() {
		same := a == who.view.account
		if !same && (!permitted || !f.welcomes(a, who.view)) {
			continue
		}
		n := 0
		for _, role := range f.view(a).roles {
			if role == who || !f.mayTrust(role, who, same && !permitted) {
				continue
			}
			if got := f.mayAssume(who, role); got.truth != no {
				out = append(out, granted{role, got})
				n++
			}
			if n == maxTargets {
				break
			}
		}
	}
	return out
}

// welcomes reports whether a role of an account could trust another account at
// all.
func (f *finder) welcomes(a interface {
	Inventory() *entitlement.Inventory
}, from *view,
) bool {
	inv := a.Inventory()
	for i := range inv.Identities {
		if names(inv.Identities[i].Trust, from.number) {
			return true
		}
	}
	return false
}

// mayTrust is a quick look at whether a trust policy can speak of an identity.
// By name is the only way for one that holds no permission to assume roles.
func (f *finder) mayTrust(role, who *actor, byName bool) bool {
	if len(role.Trust) == 0 {
		return false
	}
	if byName {
		return names(role.Trust, string(who.ID))
	}
	return names(role.Trust, who.view.number)
}
