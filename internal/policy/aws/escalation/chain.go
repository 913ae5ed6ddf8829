package escalation

// maxVisits bounds the identities that bring nothing and that a search goes
// through from one identity.
const maxVisits = 50

// chain is a way from an identity through others, and its last move.
type chain struct {
	before *chain
	by     *actor
	move   *move
	steps  int
	rank   int // The gravest is 0; see search.rank.
}

// then adds a move to a chain.
func (c *chain) then(by *actor, m *move) *chain {
	next := &chain{before: c, by: by, move: m, steps: 1}
	if c != nil {
		next.steps += c.steps
	}
	return next
}
