package azure

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// HierarchyUnknown is the code of the problem that the management groups above
// a subscription are not, or not all, known.
const HierarchyUnknown = "hierarchy_unknown"

// MembersUnknown is the code of the problem that groups have roles and nothing
// tells who is in them.
const MembersUnknown = "group_members_unknown"

// KindUnknown is the code of the problem that nothing tells what sort of
// identity a principal is.
const KindUnknown = "principal_type_unknown"

// SeveralIdentities is the code of the problem that a workload may act as
// several managed identities, of which one is followed.
const SeveralIdentities = "several_identities"

// assembly is what the systems are made of.
type assembly struct {
	*collection
	root       []int                          // Grants at the tenant root.
	management map[string][]int               // By management group.
	inside     map[entitlement.SystemID][]int // By subscription.
	groupsOf   map[entitlement.IdentityID][]entitlement.IdentityID
	living     map[entitlement.SystemID][]*resource
	// strangers are the principals without anything that tells their kind.
	strangers map[entitlement.IdentityID]bool
}

// assemble makes an inventory of each subscription.
func (c *collection) assemble() *Estate {
	c.mergeSchedules()
	c.resolveClassic()
	c.resources.settle()
	a := &assembly{
		collection: c, management: map[string][]int{}, inside: map[entitlement.SystemID][]int{},
		groupsOf: map[entitlement.IdentityID][]entitlement.IdentityID{}, living: map[entitlement.SystemID][]*resource{},
		strangers: map[entitlement.IdentityID]bool{},
	}
	a.sortGrants()
	a.sortResources()
	c.directory.finish()
	a.sortMembers()
	e := &Estate{Stats: c.stats}
	for _, id := range slices.Sorted(maps.Keys(c.hierarchy.subscriptions)) {
		e.Systems = append(e.Systems, a.system(id))
	}
	a.report(e)
	e.Problems = c.problems.list()
	return e
}

// resolveClassic puts object ids in the place of mail addresses.
func (c *collection) resolveClassic() {
	logins := c.directory.byLogin()
	for i := range c.grants {
		g := &c.grants[i]
		if g.Classic == "" {
			continue
		}
		mail := g.Member
		if id, ok := logins[mail]; ok {
			g.Member = string(id)
		}
		p := c.directory.typed(entitlement.IdentityID(g.Member), g.MemberType, "")
		if strings.Contains(mail, "@") {
			p.Email = cmp.Or(p.Email, mail)
		}
	}
}

func (a *assembly) sortGrants() {
	for i := range a.grants {
		switch at, name := locate(string(a.grants[i].Scope)); at {
		case atRoot:
			a.root = append(a.root, i)
		case inManagement:
			a.management[name] = append(a.management[name], i)
		case inSubscription:
			a.hierarchy.of(entitlement.SystemID(name))
			a.inside[entitlement.SystemID(name)] = append(a.inside[entitlement.SystemID(name)], i)
		case elsewhere: // Was refused.
		}
	}
	for i := range a.denials {
		if id := systemOf(string(a.denials[i].Scope)); id != "" {
			a.hierarchy.of(id)
		}
	}
}

// sortResources brings resources to their subscriptions, and managed identities
// into the directory.
func (a *assembly) sortResources() {
	for _, key := range sortedKeys(a.resources.all) {
		x := a.resources.all[key]
		id := systemOf(string(x.ID))
		a.hierarchy.of(id)
		a.living[id] = append(a.living[id], x)
		if x.principal != "" {
			a.managed(x.principal, x, x.client)
		}
		if x.identity == nil {
			continue
		}
		if own := objectID(x.identity.PrincipalID); own != "" {
			a.managed(own, x, "")
		}
		for _, name := range sortedKeys(x.identity.UserAssignedIdentities) {
			given := x.identity.UserAssignedIdentities[name]
			if given != nil && given.PrincipalID != "" {
				a.managed(objectID(given.PrincipalID), &resource{Resource: entitlement.Resource{Name: lastOf(name)}}, strings.ToLower(given.ClientID))
			}
		}
	}
}

func (a *assembly) managed(id entitlement.IdentityID, x *resource, client string) {
	p := a.directory.of(id)
	p.Kind, p.ServiceManaged = entitlement.ManagedIdentity, false
	p.Name, p.AppID = cmp.Or(p.Name, x.Name), cmp.Or(p.AppID, client)
	for name, value := range x.Tags {
		if p.Tags == nil {
			p.Tags = map[string]string{}
		}
		p.Tags[name] = value
	}
}

func (a *assembly) sortMembers() {
	for _, id := range slices.Sorted(maps.Keys(a.directory.known)) {
		p := a.directory.known[id]
		slices.Sort(p.members)
		p.members = slices.Compact(p.members)
		for _, m := range p.members {
			a.groupsOf[m] = append(a.groupsOf[m], id)
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
