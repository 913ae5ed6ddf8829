package escalation

import (
	"regexp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// MaxPerIdentity is the number of escalations of one identity that are kept,
// the gravest first: unconditional ones to everything, then conditional ones,
// then those to more, each by the number of steps.
const MaxPerIdentity = 10

// MaxSteps is the length that no chain exceeds.
const MaxSteps = 5

// Find returns the escalations of each identity of an account that has any:
// users, roles, groups for what they grant to any member, and functions and
// instances for what they run as. The lists are sorted, the gravest first; a
// function shares the list of its role. The account must be one of the
// estate's.
func Find(e *aws.Estate, a *aws.Account) map[entitlement.IdentityID]entitlement.Ways {
	f := newFinder(e, catalog.AWS())
	v := f.view(a)
	f.explore(v.principals)
	out := map[entitlement.IdentityID]entitlement.Ways{}
	for _, who := range v.principals {
		if w := f.escalations(who); w.Found > 0 {
			out[who.ID] = w
		}
	}
	inv := a.Inventory()
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if w := out[id.RunsAs]; id.RunsAs != "" && w.Found > 0 {
			out[id.ID] = w
		}
	}
	f.groups(v, out)
	return out
}

// finder holds what the search in one estate needs.
type finder struct {
	estate    *aws.Estate
	cat       *catalog.Catalog
	plans     []*plan
	assume    int // Index of sts:AssumeRole.
	views     map[*aws.Account]*view
	indexes   map[*aws.Account]*index
	byAccount map[from]*byAccount
	asked     []entitlement.Action             // By plans.
	matched   map[string]entitlement.ActionSet // The asked actions that patterns select.
	word      *regexp.Regexp
	lists     int                         // How many there are.
	cut       bool                        // A choice left something out.
	given     map[*actor]bool             // Who may be given more by others.
	known     map[string]entitlement.Ways // The ways of those who are alike.
	ways      [yes + 1]*ways
	weight    weights

	request  aws.Request // Used again for each decision, as is its result.
	decision aws.Decision
}

// plan is a path with its actions looked up.
type plan struct {
	Path

	indices []int // Of its actions in the catalogue.
	list    []entitlement.Action
	number  int                   // Among the plans.
	asks    entitlement.ActionSet // Of the finder's asked actions.
}

func newFinder(e *aws.Estate, cat *catalog.Catalog) *finder {
	f := &finder{
		estate: e, cat: cat, views: map[*aws.Account]*view{}, indexes: map[*aws.Account]*index{}, given: map[*actor]bool{}, known: map[string]entitlement.Ways{}, byAccount: map[from]*byAccount{}, matched: map[string]entitlement.ActionSet{}, word: quotedWord(), weight: newWeights(cat),
	}
	f.assume, _ = cat.Index("sts:AssumeRole")
	for _, p := range Paths() {
		f.enlist(newPlan(p, cat))
	}
	return f
}

func newPlan(path Path, cat *catalog.Catalog) *plan {
	p := &plan{Path: path, list: path.actions()}
	for _, a := range p.list {
		i, _ := cat.Index(a) // A test holds that each is there.
		p.indices = append(p.indices, i)
	}
	return p
}

// within reports whether an identity holds each action of the plan on any
// resource. A role can be assumed without permission if its trust policy names
// who does it, so that sts:AssumeRole is left for later.
func (p *plan) within(f *finder, a *entitlement.Access) bool {
	for _, i := range p.indices {
		if i != f.assume && a.Reach(i) == entitlement.ReachNone {
			return false
		}
	}
	return true
}
