package entitlement

// Reach tells how much of a system's resources a granted action covers.
type Reach uint8

// The reach classes, from none to all. The factor that each has in the
// Permission Creep Index is the business of package creep.
const (
	ReachNone  Reach = iota
	ReachNamed       // Names its resources.
	ReachPart        // A part by pattern or container: a prefix, a path.
	ReachAll         // Every resource of the action's types, or no resource types.
)

// Access is what one identity may do: for each action of the catalogue its
// widest reach, and whether a condition stands in the way. Identities with the
// same policies share one Access; treat it as read-only.
type Access struct {
	All, Part, Named ActionSet // Disjoint: each granted action once, at its widest reach.
	Conditional      ActionSet // Those granted only under a condition.
	Literal          []LiteralGrant
	// Super is set where the identity may do every action on every resource of
	// its system, unconditionally.
	Super bool
}

// LiteralGrant is a granted action that the catalogue does not know. It is
// kept and shown but has no weight.
type LiteralGrant struct {
	Action      Action
	Reach       Reach
	Conditional bool
}

// Granted returns the set of all granted actions, whatever their reach.
func (a *Access) Granted() ActionSet {
	return a.All.Union(a.Part).Union(a.Named)
}

// Reach returns the reach of the action with index i.
func (a *Access) Reach(i int) Reach {
	switch {
	case a.All.Has(i):
		return ReachAll
	case a.Part.Has(i):
		return ReachPart
	case a.Named.Has(i):
		return ReachNamed
	}
	return ReachNone
}
