package escalation

import "github.com/leastward/leastward/internal/entitlement"

// The bounds of a choice.
const (
	maxTargets  = 50    // The most powerful targets of a plan.
	maxFurther  = 50    // Targets beyond these, of which each has another access.
	maxRefusals = 2_000 // Targets that are refused.
)

// choice picks the targets of one plan: the most powerful, which are tried
// first, and of those after them one of each access that none before had.
type choice struct {
	*finder

	taken, refused int
	had            map[*entitlement.Access]bool
}

func (f *finder) choice() *choice {
	return &choice{finder: f, had: map[*entitlement.Access]bool{}}
}

// over reports whether no more is looked at, though there is more.
func (c *choice) over() bool {
	over := c.taken >= maxTargets+maxFurther || c.refused >= maxRefusals
	c.cut = c.cut || over
	return over
}

// wants reports whether a target is to be tried.
func (c *choice) wants(a *actor) bool {
	wants := c.taken < maxTargets || !c.had[a.access]
	c.cut = c.cut || !wants
	return wants
}

// tell notes how a try went.
func (c *choice) tell(a *actor, t truth) {
	if t == no {
		c.refused++
		return
	}
	c.had[a.access] = true
	c.taken++
}
