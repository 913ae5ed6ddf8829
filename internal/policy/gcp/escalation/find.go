package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// Limits of a search.
const (
	// MaxPerIdentity is the number of escalations of one identity that are kept,
	// the gravest first: unconditional ones to everything, then conditional
	// ones, then those to more, each by the number of steps.
	MaxPerIdentity = 10
	// MaxSteps is the length that no chain exceeds.
	MaxSteps = 5
	// MaxTargets is the number of targets of one method that are looked at, the
	// most powerful first: of accounts, of functions and of instances.
	MaxTargets = 50
)

// Find returns the escalations of each identity of a project that has any:
// users, service accounts, groups for what they grant to any member, functions
// and instances for what they run as. The project must be one of the estate's.
func Find(e *gcp.Estate, p *gcp.Project) map[entitlement.IdentityID]entitlement.Ways {
	f := newFinder(e)
	f.explore()
	out := map[entitlement.IdentityID]entitlement.Ways{}
	inv := p.Inventory()
	for i := range inv.Identities {
		id := &inv.Identities[i]
		switch {
		case id.ServiceManaged || id.Kind == entitlement.Function || id.Kind == entitlement.Instance:
		default:
			if w := f.ways(f.actor(p, id.ID)); w.Found > 0 {
				out[id.ID] = w
			}
		}
	}
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if w := f.runsAs(p, id, out); w.Found > 0 {
			out[id.ID] = w
		}
	}
	return out
}

// runsAs returns the ways of whom a function or instance runs as.
func (f *finder) runsAs(p *gcp.Project, id *entitlement.Identity, found map[entitlement.IdentityID]entitlement.Ways) entitlement.Ways {
	if id.RunsAs == "" || id.Kind != entitlement.Function && id.Kind != entitlement.Instance {
		return entitlement.Ways{}
	}
	if w, ok := found[id.RunsAs]; ok {
		return w
	}
	return f.ways(f.actor(p, id.RunsAs))
}

// finder holds what the search in one estate needs.
type finder struct {
	estate      *gcp.Estate
	cat         *catalog.Catalog
	high        entitlement.ActionSet
	highStorage entitlement.ActionSet
	plans       []*plan
	mint        *plan // Of tokens of service accounts.
	homes       []*home
	home        map[*gcp.Project]*home
	nodes       map[*gcp.Project]map[entitlement.IdentityID]*node
	classes     map[string]*class
	known       map[known]entitlement.Ways
	set         int // Index of setting a project's allow policy.

	request  decision.Request // Used again for each decision, as is its result.
	decision decision.Decision
}

// known are the ways of a class that differ only by who goes them.
type known struct {
	class *class
	home  *home
}

// plan is a method with its actions looked up.
type plan struct {
	Method

	list              []entitlement.Action
	project, onTarget []int
}

// home is a project with its service accounts and what runs as these, the most
// powerful first.
type home struct {
	*gcp.Project

	system             string
	accounts           []*node
	functions, servers []*workload
	noServers          bool // No instance was collected.
}

// workload is what runs as a service account.
type workload struct {
	id      entitlement.IdentityID
	account *node
}

// node is a service account.
type node struct {
	id     entitlement.IdentityID
	name   entitlement.ResourceID
	home   *home
	actor  *actor
	weight int
	access map[*home]*entitlement.Access
	dist   [2]int // Moves to everything by sure ones, and by any; 0 is none.
	next   [2]move
}

func newFinder(e *gcp.Estate) *finder {
	projects := e.Projects()
	cat := catalog.GCP()
	f := &finder{
		estate: e, cat: cat, high: entitlement.NewActionSet(cat.Len()),
		home: map[*gcp.Project]*home{}, nodes: map[*gcp.Project]map[entitlement.IdentityID]*node{},
		classes: map[string]*class{}, known: map[known]entitlement.Ways{},
	}
	for i := range cat.Len() {
		if cat.Info(i).Severity == catalog.High {
			f.high.Add(i)
		}
	}
	f.highStorage = f.high.Intersect(cat.Match("storage.*"))
	f.set, _ = cat.Index("resourcemanager.projects.setIamPolicy")
	for _, m := range Methods() {
		f.plans = append(f.plans, newPlan(m, cat))
	}
	f.mint = f.plans[slices.IndexFunc(f.plans, func(p *plan) bool { return slices.Equal(p.OnTarget, []entitlement.Action{token}) })]
	for _, p := range projects {
		h := &home{Project: p, system: string(p.Inventory().System.ID)}
		f.home[p], f.homes = h, append(f.homes, h)
		f.settle(h)
	}
	return f
}

func newPlan(m Method, cat *catalog.Catalog) *plan {
	p := &plan{Method: m, list: m.Permissions()}
	for _, a := range m.OnProject {
		i, _ := cat.Index(a) // A test holds that each is there.
		p.project = append(p.project, i)
	}
	for _, a := range m.OnTarget {
		i, _ := cat.Index(a)
		p.onTarget = append(p.onTarget, i)
	}
	return p
}
