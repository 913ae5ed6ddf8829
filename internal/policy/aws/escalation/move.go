package escalation

import (
	"iter"

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

// meet finds the moves of an identity.
func (f *finder) meet(who *actor) {
	if who.made || who.full {
		return
	}
	who.made = true
	f.cut = false
	who.own = append(f.selfMoves(who), f.assumeMoves(who)...)
	who.cut = f.cut
	for _, p := range f.holds(who, func(p *plan) bool { return p.shape != onSelf }) {
		if l := f.listOf(who, p); len(l.moves) > 0 {
			who.lists = append(who.lists, l)
		}
	}
}

// listOf returns the moves of a plan that an identity has in common with its
// kin; one to the identity itself may be among them.
func (f *finder) listOf(who *actor, p *plan) *list {
	k := f.kinOf(who, p)
	l := k.lists[p]
	if l == nil {
		f.cut = false
		l = &list{number: f.lists, moves: f.find(who, p)}
		l.cut = f.cut
		f.lists++
		k.lists[p] = l
	}
	return l
}

// moves returns all moves of an identity.
func (a *actor) moves() iter.Seq[*move] {
	return func(yield func(*move) bool) {
		for _, m := range a.own {
			if !yield(m) {
				return
			}
		}
		for _, l := range a.lists {
			for _, m := range l.moves {
				if a.may(m) && !yield(m) {
					return
				}
			}
		}
	}
}

// may reports whether a move of the kin is one of an identity too, and none of
// its own already.
func (a *actor) may(m *move) bool {
	if m.to == a || m.target == a.ID {
		return false
	}
	for _, own := range a.own {
		if own.plan == m.plan && own.target == m.target {
			return false
		}
	}
	return true
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
		if p.assumes() {
			return f.commonMoves(who, p)
		}
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
