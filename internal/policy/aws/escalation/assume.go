package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// assumeMoves returns the moves by which an identity assumes roles that trust
// it in particular, as they are or after it gave them more.
func (f *finder) assumeMoves(who *actor) []*move {
	roles := f.named(who)
	if len(roles) == 0 {
		return nil
	}
	var out []*move
	for _, p := range f.holds(who, (*plan).assumes) {
		out = append(out, f.assuming(who, p, roles)...)
	}
	return out
}

// commonMoves are those to roles that trust all of the identity's account.
func (f *finder) commonMoves(who *actor, p *plan) []*move {
	return f.assuming(who, p, f.common(who, p))
}

func (f *finder) assuming(who *actor, p *plan, roles []granted) []*move {
	var out []*move
	for _, g := range roles {
		if len(p.list) > 1 && (g.view != who.view || g.fixed) {
			continue // Only roles of its own account can be changed.
		}
		if m := f.roleMove(who, g, p); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// assumable returns the roles of the estate that an identity may assume.
func (f *finder) assumable(who *actor) []granted {
	out := f.named(who)
	for _, p := range f.plans {
		if p.assumes() && len(p.list) == 1 {
			out = append(slices.Clip(out), f.common(who, p)...)
		}
	}
	return out
}

// named returns the roles that an identity may assume and whose trust policies
// may tell it from others of its account, the most powerful of each account
// first.
func (f *finder) named(who *actor) []granted {
	permitted := f.mayAssumeSome(who)
	var out []granted
	for _, a := range f.estate.Accounts() {
		if a != who.view.account && !permitted {
			continue
		}
		c := f.choice()
		for _, role := range f.trusters(a, who, !permitted) {
			if c.over() {
				break
			}
			if role == who || !c.wants(role) {
				continue
			}
			got := f.mayAssume(who, role)
			if c.tell(role, got.truth); got.truth != no {
				out = append(out, granted{role, got})
			}
		}
	}
	return out
}

func (f *finder) mayAssumeSome(who *actor) bool {
	return who.access.Reach(f.assume) != entitlement.ReachNone
}

// common returns the roles that an identity may assume as its kin may.
func (f *finder) common(who *actor, p *plan) []granted {
	if !f.mayAssumeSome(who) {
		return nil
	}
	var out []granted
	for _, a := range f.estate.Accounts() {
		out = append(out, f.commonIn(a, who, p)...)
	}
	return out
}

func (f *finder) commonIn(a *aws.Account, who *actor, p *plan) []granted {
	k := f.kinOf(who, p)
	if list, ok := k.commons[a]; ok {
		f.cut = f.cut || len(list) >= maxTargets
		return list
	}
	b, out, c := f.letting(a, who.view), []granted{}, f.choice()
	for _, i := range f.targets(who, "sts:AssumeRole", b.shelf) {
		role := b.alike[i]
		if c.over() {
			break
		}
		if !c.wants(role) {
			continue
		}
		got := f.mayAssume(who, role)
		if c.tell(role, got.truth); got.truth != no {
			out = append(out, granted{role, got})
		}
	}
	k.commons[a] = out
	return out
}
