package change

import (
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// ReadOnly asks for a plan that takes an identity down to reading.
type ReadOnly struct {
	Identity entitlement.IdentityID
	// PolicyARN is the managed policy that replaces an administrator's, on
	// AWS. A user who has it counts as read-only whatever is in it.
	PolicyARN string
	// Since is the date that the tag shall tell.
	Since time.Time
}

// Plan is the exact change that a playbook proposes for one identity.
type Plan struct {
	Subject Subject `json:"subject"`
	// Version stands for everything that the plan was made from. Another
	// version at the time of applying means that the plan is stale.
	Version string `json:"version"`
	Before  Facts  `json:"before"`
	// Operations are in the order in which they are safe: stopping after any
	// of them leaves the identity with no permission that it did not have.
	Operations []Operation `json:"operations"`
	// Notes tell the reader what the operations alone don't show.
	Notes []string `json:"notes,omitempty"`
}

// After returns the facts as they will be once the first n operations are
// done.
func (p *Plan) After(n int) Facts {
	facts := p.Before.Clone()
	for _, o := range p.Operations[:n] {
		facts = facts.Apply(o)
	}
	return facts
}

// Target returns the facts that the plan leads to.
func (p *Plan) Target() Facts { return p.After(len(p.Operations)) }

// Undo returns the operations that take back the given ones of the plan, the
// last first, so that stopping after any of them is safe too. Operations on
// the same fact are taken back once.
func (p *Plan) Undo(done []Operation) []Operation {
	var undo []Operation
	seen := map[string]bool{}
	for _, o := range slices.Backward(done) {
		if !seen[o.Key()] {
			seen[o.Key()] = true
			undo = append(undo, p.Before.Inverse(o))
		}
	}
	return undo
}
