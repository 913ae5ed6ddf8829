package gcp

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// assembly makes inventories of what a builder gathered.
type assembly struct {
	*builder
	systems   map[string]*system                                  // By "projects/p".
	byScope   map[string]*scoped                                  // What stands in each container, for all below.
	memberOf  map[entitlement.IdentityID][]entitlement.IdentityID // Groups by member.
	over      map[string]bool                                     // Containers that stand above a project.
	prevented map[string]bool                                     // As builder.prevention, by canonical names.
	atHome    map[string][]string                                 // Service accounts by project.
	ofDomain  map[string][]string                                 // Users by domain.
}

// scoped is what one container's records grant and deny.
type scoped struct {
	grants  []entitlement.RoleGrant
	denials []entitlement.Denial
	sources []*source
}

// system is one project's inventory while it is made.
type system struct {
	node  *node
	inv   *entitlement.Inventory
	index map[entitlement.IdentityID]int
}

func (b *builder) assemble() *Estate {
	b.checkPages()
	b.hold()
	b.noteUse()
	b.join()
	a := &assembly{
		builder: b, systems: map[string]*system{}, byScope: map[string]*scoped{}, over: map[string]bool{}, memberOf: b.memberships(),
		prevented: map[string]bool{},
	}
	b.settle()
	for ref, enforced := range b.prevention {
		a.prevented[b.tree.canonical(ref)] = enforced
	}
	for _, n := range b.tree.projects() {
		a.begin(n)
	}
	a.placePolicies()
	a.placeDenials()
	a.placeResources()
	a.placeWorkloads()
	a.placeFirewalls()
	a.inherit()
	a.limit()
	a.sortPeople()
	for _, s := range a.ordered() {
		a.roles(s)
		a.identities(s)
	}
	a.nobodys()
	e := &Estate{Stats: b.counted(), Problems: b.problems.list()}
	for _, s := range a.ordered() {
		e.Systems = append(e.Systems, s.inv)
	}
	return e
}

// settle notes what homes and policies tell of projects, before inventories are
// made.
func (b *builder) settle() {
	for _, home := range b.homes {
		if strings.HasPrefix(home, "projects/") {
			b.tree.node(home).present = true
		}
	}
	for _, a := range b.owned {
		if len(a.keys) > 0 && a.home != "" {
			b.tree.node(a.home).present = true
		}
	}
	for _, l := range b.lines {
		if n := len(l.refs); n > 0 && l.list > 0 { // A list of ancestors ends at the top.
			last := b.tree.node(l.refs[n-1])
			last.top = last.top || last.parent == ""
		}
	}
}

// memberships returns the groups that each member is in, by itself.
func (b *builder) memberships() map[entitlement.IdentityID][]entitlement.IdentityID {
	of := map[entitlement.IdentityID][]entitlement.IdentityID{}
	for _, email := range slices.Sorted(maps.Keys(b.groups)) {
		for _, m := range b.groups[email].members {
			id := entitlement.IdentityID(m)
			of[id] = append(of[id], entitlement.IdentityID(email))
		}
	}
	return of
}

func (a *assembly) begin(n *node) {
	id := strings.TrimPrefix(n.ref, "projects/")
	above, whole := a.tree.ancestors(n.ref)
	s := &system{node: n, index: map[entitlement.IdentityID]int{}, inv: &entitlement.Inventory{
		System: entitlement.System{ID: entitlement.SystemID(id), Cloud: entitlement.GCP, Name: n.name, Number: n.number},
		Roles:  map[entitlement.RoleID]entitlement.RoleDefinition{}, Domains: maps.Clone(a.domains), Memberships: a.memberOf,
		Ancestors: a.tree.scopes(above), CollectedAt: a.now,
	}}
	for _, ref := range above {
		a.over[ref] = true
	}
	if !whole {
		s.problem(Incomplete, id, "what is above the project is not known, and so not what organizations and folders grant in it; "+
			"export assets with their ancestors, or add the answers of gcloud projects get-ancestors-iam-policy")
	}
	if isNumber(id) {
		s.problem(Incomplete, id, "the project's id is not known, but its number; add the answer of gcloud projects describe")
	}
	a.systems[n.ref] = s
}

func (s *system) problem(reason records.Reason, subject, format string, args ...any) {
	s.inv.Problems = append(s.inv.Problems, entitlement.Problem{
		Code: string(reason), Subject: subject, Message: fmt.Sprintf(format, args...),
	})
}

func (a *assembly) ordered() []*system {
	var out []*system
	for _, ref := range slices.Sorted(maps.Keys(a.systems)) {
		out = append(out, a.systems[ref])
	}
	return out
}

// place tells which container a resource belongs to: a project where it is one
// or in one; the only project where nothing tells, "" where there are several.
func (a *assembly) place(name string) string {
	ref := cmp.Or(containerOf(name), a.homes[name], projectIn(name))
	if bucket := bucketIn(name); ref == "" && bucket != "" {
		ref = a.homes[bucket]
	}
	if _, email, ok := strings.Cut(name, "/projects/-/serviceAccounts/"); ref == "" && ok {
		ref = a.accounts.homeProject(strings.ToLower(email))
	}
	if ref == "" && len(a.systems) == 1 {
		for only := range a.systems {
			return only
		}
	}
	return a.tree.canonical(ref)
}

// name returns the canonical full name of a resource: projects by id, service
// accounts by address.
func (a *assembly) name(full string) string {
	full = a.tree.name(full)
	if before, id, ok := strings.Cut(full, "/serviceAccounts/"); ok {
		if email, known := a.uniques[id]; known {
			id = email
		}
		if home := a.accounts.homeProject(strings.ToLower(id)); home != "" && strings.HasSuffix(before, "/projects/-") {
			before = "//iam.googleapis.com/" + a.tree.canonical(home)
		}
		return before + "/serviceAccounts/" + id
	}
	return full
}

func (a *assembly) scoped(ref string) *scoped {
	s, ok := a.byScope[ref]
	if !ok {
		s = &scoped{}
		a.byScope[ref] = s
	}
	return s
}

// inherit gives each project what stands in it and above it.
func (a *assembly) inherit() {
	for _, s := range a.ordered() {
		refs := []string{s.node.ref}
		for _, scope := range s.inv.Ancestors {
			refs = append(refs, containerOf(string(scope.ID)))
		}
		for _, ref := range refs {
			if from := a.byScope[ref]; from != nil {
				s.inv.Grants = append(s.inv.Grants, from.grants...)
				s.inv.Denials = append(s.inv.Denials, from.denials...)
			}
		}
	}
}

// nobodys reports what stands in containers that no project is below, as far as
// is known.
func (a *assembly) nobodys() {
	for _, ref := range slices.Sorted(maps.Keys(a.byScope)) {
		s := a.byScope[ref]
		if a.systems[ref] != nil || a.over[ref] || len(s.grants)+len(s.denials) == 0 {
			continue
		}
		for _, src := range s.sources {
			a.reject(src, NoProject, "no project below %s is known: %d grants and %d denials of it are left out; "+
				"export the projects, too, with their ancestors", ref, len(s.grants), len(s.denials))
		}
	}
}
