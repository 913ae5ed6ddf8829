package azure

import (
	"slices"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// Subscription is the compiled form of one subscription's inventory. It is safe
// for concurrent use.
type Subscription struct {
	inv       *entitlement.Inventory
	evaluator *Evaluator
	chain     chain
	directory *directory
	grants    []grant
	byMember  map[entitlement.IdentityID][]int32 // Places in grants.
	denials   denials
	subjects  map[entitlement.IdentityID]*subject
	effects   []*effect
	mentions  map[string]plane // Where its own roles name actions that the catalogue does not have.
	results   *entitlement.SetPool
	scratch   sync.Pool
	problems  []entitlement.Problem
}

// subject is somebody who has grants or whom the inventory knows.
type subject struct {
	id       entitlement.IdentityID
	identity *entitlement.Identity // nil: only grants name it.
	groups   []entitlement.IdentityID
	denials  profile // The denials that apply to it.
	cell     *cell
	runsAs   *subject // Whose access it has; nil: its own.
}

// actor returns whose grants count.
func (s *subject) actor() *subject {
	if s.runsAs != nil {
		return s.runsAs
	}
	return s
}

// cell holds the access of all identities with the same grants, computed when
// first asked for.
type cell struct {
	once    sync.Once
	access  *entitlement.Access
	effects []int32 // Sorted, each once.
}

// Compile makes the inventory of one subscription ready to answer. It never
// fails; what could not be understood is in Problems. The inventory must not be
// changed while the Subscription is in use.
func (e *Evaluator) Compile(inv *entitlement.Inventory) *Subscription {
	s := &Subscription{
		inv: inv, evaluator: e, chain: chainOf(inv), directory: newDirectory(inv),
		byMember: make(map[entitlement.IdentityID][]int32), results: entitlement.NewSetPool(),
		mentions: map[string]plane{},
	}
	c := newCompiler(s)
	c.grants()
	c.denials()
	c.subjects()
	slices.SortStableFunc(s.problems, compareProblems)
	return s
}

// Inventory returns what the subscription was compiled from. Do not change it.
func (s *Subscription) Inventory() *entitlement.Inventory { return s.inv }

// System returns the subscription's id.
func (s *Subscription) System() entitlement.SystemID { return s.inv.System.ID }

// Problems returns what could not be understood: roles that nobody knows,
// conditions that cannot be read, scopes that are not the subscription's. The
// slice is shared: do not change it.
func (s *Subscription) Problems() []entitlement.Problem { return s.problems }

// Access returns what an identity may do: by its own grants and those of the
// groups that it belongs to at any depth; of a function or a machine, what the
// identity may do that it runs as. It is never nil. Identities with the same
// grants share one Access; treat it as read-only.
func (s *Subscription) Access(id entitlement.IdentityID) *entitlement.Access {
	who := s.subjects[idOf(id)]
	if who == nil {
		return &entitlement.Access{}
	}
	c := who.actor().cell
	c.once.Do(func() { c.access = s.compute(c) })
	return c.access
}
