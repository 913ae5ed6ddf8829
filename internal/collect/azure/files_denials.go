package azure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// denialDocument has the fields of a deny assignment.
// https://learn.microsoft.com/rest/api/authorization/deny-assignments
type denialDocument struct {
	ID, Scope                     string
	DenyAssignmentName            string
	Description                   string
	Permissions                   []blockDocument
	DoNotApplyToChildScopes       bool
	IsSystemProtected             bool
	Principals, ExcludePrincipals []principalDocument
	Condition, ConditionVersion   string
}

type principalDocument struct{ ID, Type, DisplayName string }

// everyone is the principal that stands for all of them.
// https://learn.microsoft.com/azure/role-based-access-control/deny-assignments#principals-property
const everyone = "00000000-0000-0000-0000-000000000000"

// denial takes a deny assignment.
func (c *collection) denial(d *document) *refusal {
	var a denialDocument
	if no := d.decode(&a); no != nil {
		return no
	}
	scope := scopeOf(cmp.Or(a.Scope, before(a.ID, "Microsoft.Authorization/denyAssignments")))
	switch at, _ := locate(string(scope)); {
	case scope == "":
		return missing(d.what, "scope")
	case len(a.Permissions) == 0:
		return missing(d.what, "permissions")
	case len(a.Principals) == 0:
		return missing(d.what, "principals")
	case at == elsewhere:
		return refused(OutsideSubscriptions, "the scope %s is in no subscription: nothing there is evaluated", clip(string(scope)))
	}
	key := strings.ToLower(cmp.Or(a.ID, string(scope)+"|"+a.DenyAssignmentName))
	if c.denialIndex[key] {
		return again()
	}
	c.denialIndex[key] = true
	c.denials = append(c.denials, a.denial(scope))
	for _, p := range append(a.Principals, a.ExcludePrincipals...) {
		c.directory.typed(objectID(p.ID), p.Type, p.DisplayName)
	}
	return nil
}

func (a *denialDocument) denial(scope entitlement.ResourceID) entitlement.Denial {
	rule := entitlement.DenialRule{
		Members: membersOf(a.Principals), ExceptMembers: membersOf(a.ExcludePrincipals),
		Condition: conditionOf(a.Condition, a.ConditionVersion),
	}
	for i := range a.Permissions {
		rule.Blocks = append(rule.Blocks, a.Permissions[i].block())
	}
	return entitlement.Denial{
		ID: a.ID, Name: a.DenyAssignmentName, Description: a.Description, Scope: scope,
		NotChildScopes: a.DoNotApplyToChildScopes, System: a.IsSystemProtected, Rules: []entitlement.DenialRule{rule},
	}
}

func membersOf(list []principalDocument) []string {
	var out []string
	for _, p := range list {
		out = append(out, string(objectID(p.ID)))
	}
	return out
}

// denials takes the deny assignments that hold in the subscription.
func (b *building) denials() {
	for i := range b.a.denials {
		d := &b.a.denials[i]
		at, name := locate(string(d.Scope))
		if !b.denies(at, name, d) || b.spares(d) {
			continue
		}
		b.inv.Denials = append(b.inv.Denials, *d)
		for _, r := range d.Rules {
			for _, m := range append(slices.Clone(r.Members), r.ExceptMembers...) {
				b.enterGroup(entitlement.IdentityID(m))
			}
		}
	}
}

// denies reports whether a deny assignment holds here. One of which that is not
// known is left out: access that is there and not shown is worse.
func (b *building) denies(at where, name string, d *entitlement.Denial) bool {
	switch at {
	case atRoot:
		return true
	case inSubscription:
		return name == string(b.inv.System.ID)
	case inManagement, elsewhere:
	}
	if at == inManagement && !b.known[name] && !b.whole && !b.a.hierarchy.elsewhere(name, b.inv.System.ID) {
		b.problem(HierarchyUnknown, "subscription "+string(b.inv.System.ID), "whether the management group "+name+" is above it is not known, so that its deny assignment "+
			d.Name+" is taken not to hold; give the tree as well: az account management-group show --name <tenant id> --expand --recurse")
	}
	return b.known[name]
}

// spares reports whether a deny assignment excludes a group of whose members not
// all are known: it may hold for nobody who has access, and is left out, too.
func (b *building) spares(d *entitlement.Denial) bool {
	for _, r := range d.Rules {
		for _, m := range r.ExceptMembers {
			group := b.unread(entitlement.IdentityID(m), map[entitlement.IdentityID]bool{})
			if group == nil {
				continue
			}
			b.problem(MembersUnknown, "deny assignment "+cmp.Or(d.Name, d.ID), "nothing tells who all are in the group "+cmp.Or(group.Name, string(group.ID))+
				", which it excludes, so that it is taken not to hold; export the members of groups, too: see docs/files-azure.md")
			return true
		}
	}
	return false
}

// unread returns a group, or one within it, of whose members not all are known.
func (b *building) unread(id entitlement.IdentityID, had map[entitlement.IdentityID]bool) *principal {
	p := b.a.directory.known[id]
	if p == nil || p.Kind != entitlement.Group || had[id] {
		return nil
	}
	had[id] = true
	if !p.membersRead {
		return p
	}
	for _, m := range p.members {
		if group := b.unread(m, had); group != nil {
			return group
		}
	}
	return nil
}

// enterGroup takes groups alone: of others a denial says nothing but their ids.
func (b *building) enterGroup(id entitlement.IdentityID) {
	if p := b.a.directory.known[id]; p != nil && p.Kind == entitlement.Group {
		b.enter(id)
	}
}
