package escalation

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// move is one way in which an identity can go on: to act as another, or to
// give itself more.
type move struct {
	answer

	plan   *plan
	target entitlement.IdentityID // ARN of what is changed or taken over.
	to     *actor                 // Whom the mover acts as; nil: itself.
	view   *view                  // Where after counts.
	after  *entitlement.Access    // What the mover, or to, holds then.
}

// movesOf returns all moves of an identity, found when first asked for.
func (f *finder) movesOf(who *actor) []*move {
	if who.made || who.full {
		return who.moves
	}
	who.made = true
	who.moves = append(f.selfMoves(who), f.assumeMoves(who)...)
	for _, m := range f.sharedMoves(who) {
		if m.to != who && m.target != who.ID {
			who.moves = append(who.moves, m)
		}
	}
	return who.moves
}

// sharedMoves returns the moves that all identities of a class have; one to an
// identity itself may be among them.
func (f *finder) sharedMoves(who *actor) []*move {
	plans := f.holds(who, func(p *plan) bool { return p.shape != onSelf && !p.assumes() })
	if len(plans) == 0 {
		return nil
	}
	c := who.view.classOf(who)
	if c.made {
		return c.shared
	}
	c.made = true
	for _, p := range plans {
		c.shared = append(c.shared, f.find(who, p)...)
	}
	return c.shared
}

// holds returns the plans whose actions an identity holds on some resource.
func (f *finder) holds(who *actor, which func(*plan) bool) []*plan {
	var out []*plan
	for _, p := range f.plans {
		if which(p) && p.within(f, who.access) {
			out = append(out, p)
		}
	}
	return out
}

func (f *finder) find(who *actor, p *plan) []*move {
	switch p.shape {
	case onUser:
		return f.userMoves(who, p)
	case onRole:
		return f.roleMoves(who, p)
	case onPassed:
		return f.passMoves(who, p)
	case onWorkload:
		return f.workloadMoves(who, p)
	case onStackSets:
		return f.stackSetMoves(who, p)
	case onSelf:
	}
	return nil
}

// assumes reports whether a plan ends with assuming a role as its trust policy
// is.
func (p *plan) assumes() bool { return p.Needs[len(p.Needs)-1].On == RoleToAssume }

// takeover is the move to act as somebody as it is.
func (p *plan) takeover(to *actor, a answer) *move {
	return &move{plan: p, answer: a, target: to.ID, to: to, view: to.view, after: to.access}
}
