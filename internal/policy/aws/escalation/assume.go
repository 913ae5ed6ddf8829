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
			if len(p.list) > 1 && (g.view != who.view || g.fixed) {
				continue // Only roles of its own account can be changed.
			}
			if m := f.roleMove(who, g, p); m != nil {
				out = append(out, m)
			}
		}
	}
	return out
}

// assumable returns the roles of the estate that an identity may assume, the
// most powerful of each account first.
func (f *finder) assumable(who *actor) []granted {
	if who.asked {
		return who.assumable
	}
	who.asked = true
	permitted := who.access.Reach(f.assume) != entitlement.ReachNone
	for _, a := range f.estate.Accounts() {
		same := a == who.view.account
		if !same && !permitted {
			continue
		}
		n := 0
		for _, role := range f.trusters(a, who, !permitted) {
			if got := f.mayAssume(who, role); got.truth != no {
				who.assumable = append(who.assumable, granted{role, got})
				n++
			}
			if n == maxTargets {
				break
			}
		}
	}
	return who.assumable
}
