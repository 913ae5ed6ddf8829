package azure

import (
	"cmp"
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
