package azure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// building is the inventory of one subscription as it is made.
type building struct {
	a       *assembly
	inv     *entitlement.Inventory
	above   map[string]bool // Management groups above.
	known   map[string]bool // Those of them that are known to be.
	whole   bool            // No others are.
	assumed []string        // Those that are taken to be above, since nothing tells that they are not.
	in      map[entitlement.IdentityID]bool
	order   []entitlement.IdentityID
}

func (a *assembly) system(id entitlement.SystemID) *entitlement.Inventory {
	b := &building{a: a, above: map[string]bool{}, known: map[string]bool{}, in: map[entitlement.IdentityID]bool{}}
	b.inv = &entitlement.Inventory{
		System:      entitlement.System{ID: id, Cloud: entitlement.Azure, Name: cmp.Or(a.hierarchy.of(id).name, string(id))},
		Policies:    map[entitlement.PolicyID]entitlement.Policy{},
		Roles:       map[entitlement.RoleID]entitlement.RoleDefinition{},
		CollectedAt: a.now,
	}
	b.ancestors()
	b.grants()
	b.denials()
	b.roles()
	b.workloads()
	b.things()
	b.identities()
	b.problems()
	return b.inv
}

func (b *building) ancestors() {
	chain, whole := b.a.hierarchy.above(b.inv.System.ID)
	b.whole = whole
	for _, name := range chain {
		b.above[name], b.known[name] = true, true
		b.inv.Ancestors = append(b.inv.Ancestors, b.a.hierarchy.groups[name].scope)
	}
}

// applies reports whether what is granted on a management group holds here. It
// does where nothing tells otherwise: access that is there and not shown is
// worse than the reverse.
func (b *building) applies(name string) bool {
	if b.above[name] {
		return true
	}
	if b.whole || b.a.hierarchy.elsewhere(name, b.inv.System.ID) {
		return false
	}
	b.above[name] = true
	b.assumed = append(b.assumed, name)
	g := b.a.hierarchy.group(name, "", "")
	b.inv.Ancestors = append(b.inv.Ancestors, g.scope)
	return true
}

// elsewhere reports whether a management group is known not to be above a
// subscription: both have their place in the tree, and the subscription's way
// up leads past it to where the group's own way up joins it.
func (h *hierarchy) elsewhere(name string, id entitlement.SystemID) bool {
	chain, _ := h.above(id)
	if len(chain) == 0 {
		return false
	}
	for range len(h.groups) + 1 {
		g := h.groups[name]
		if g == nil || g.parent == "" {
			return false
		}
		if name = g.parent; slices.Contains(chain, name) {
			return true
		}
	}
	return false
}

func (b *building) grants() {
	take := func(list []int) {
		for _, i := range list {
			b.inv.Grants = append(b.inv.Grants, b.a.grants[i])
		}
	}
	take(b.a.root)
	for _, name := range sortedKeys(b.a.management) {
		if b.applies(name) {
			take(b.a.management[name])
		}
	}
	take(b.a.inside[b.inv.System.ID])
	for i := range b.inv.Grants {
		b.enter(entitlement.IdentityID(b.inv.Grants[i].Member))
	}
}

// enter takes an identity with all that are in it.
func (b *building) enter(id entitlement.IdentityID) {
	if b.in[id] || id == everyone || id == "" {
		return
	}
	b.in[id] = true
	b.order = append(b.order, id)
	if p := b.a.directory.known[id]; p != nil {
		for _, m := range p.members {
			b.enter(m)
		}
	}
}

// roles are those that grants name, and the custom ones that may be assigned
// here.
func (b *building) roles() {
	for i := range b.inv.Grants {
		if r := b.a.roles[b.inv.Grants[i].Role]; r != nil {
			b.inv.Roles[r.ID] = *r
		}
	}
	for id, r := range b.a.roles {
		if !r.Managed && slices.ContainsFunc(r.AssignableScopes, b.covers) {
			b.inv.Roles[id] = *r
		}
	}
}

// covers reports whether a scope is above the subscription or in it.
func (b *building) covers(scope entitlement.ResourceID) bool {
	at, name := locate(string(scope))
	return at == atRoot || at == inManagement && b.above[name] || at == inSubscription && name == string(b.inv.System.ID)
}

func (b *building) problems() {
	if len(b.assumed) > 0 {
		slices.Sort(b.assumed)
		b.problem(HierarchyUnknown, "subscription "+string(b.inv.System.ID), fmt.Sprintf(
			"whether %s above it is not known, so that what is granted there is taken to hold; give the tree as well: az account management-group show --name <tenant id> --expand --recurse",
			list("management group", " is", b.assumed)))
	}
	b.groupProblems()
}

// groupProblems tells of groups of whose members not all are known.
func (b *building) groupProblems() {
	var closed, cut []string
	for _, id := range b.order {
		p := b.a.directory.known[id]
		switch {
		case p == nil || p.Kind != entitlement.Group || p.membersRead:
		case len(p.members) == 0:
			closed = append(closed, cmp.Or(p.Name, string(id)))
		default:
			cut = append(cut, cmp.Or(p.Name, string(id)))
		}
	}
	const remedy = "; export the members of groups, too: see docs/files-azure.md"
	if len(closed) > 0 {
		slices.Sort(closed)
		b.problem(MembersUnknown, "subscription "+string(b.inv.System.ID), "nothing tells who is in "+list("group", "", closed)+
			", so that the access of their members is not shown"+remedy)
	}
	if len(cut) > 0 {
		slices.Sort(cut)
		b.problem(MembersUnknown, "subscription "+string(b.inv.System.ID), "there may be more members than those that were read of "+list("group", "", cut)+
			": a page is missing, or they came with $expand, which gives 20 at most"+remedy)
	}
}

func (b *building) problem(code, subject, message string) {
	b.inv.Problems = append(b.inv.Problems, entitlement.Problem{Code: code, Subject: subject, Message: message})
}

// list names the first few of many: "the 3 groups a, b and c".
func list(noun, verb string, names []string) string {
	if len(names) == 1 {
		return "the " + noun + " " + names[0] + verb
	}
	if verb == " is" {
		verb = " are"
	}
	const most = 5
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("the %d %ss %s%s", len(names), noun, text, verb)
}

// report tells what concerns no subscription alone.
func (a *assembly) report(e *Estate) {
	for _, k := range a.pages.missing() {
		name := cmp.Or(string(k), "record")
		a.problems.add(MorePages, "pages of "+name+"s", "a page names the address of a next one, and there are fewer last pages than lists: "+
			"records are missing; export all pages, as the Azure CLI does by itself")
	}
	if above := len(a.root) + len(a.management); len(e.Systems) == 0 && above > 0 {
		a.problems.add(OutsideSubscriptions, "role assignments", "there are role assignments at the tenant root or on management groups and no subscription to show them for; "+
			"give the list of subscriptions, too: az account list --all")
	}
	for _, id := range slices.Sorted(maps.Keys(a.strangers)) {
		a.problems.add(KindUnknown, string(id), "no assignment and no directory tells what sort of identity it is, and it is taken for a service principal; "+
			"export users, groups and service principals, too")
	}
}
