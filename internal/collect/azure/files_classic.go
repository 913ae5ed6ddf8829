package azure

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// owner is the role definition "Owner", which a classic administrator has on
// the subscription.
// https://learn.microsoft.com/azure/role-based-access-control/classic-administrators
const owner entitlement.RoleID = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

// classicDocument has the fields of a classic administrator, and those that the
// Azure CLI lists it with among role assignments.
type classicDocument struct {
	ID, EmailAddress, Role     string
	PrincipalName, PrincipalID string
	RoleDefinitionName, Scope  string
}

// classicAdministrator takes one as a grant of Owner. It is known by its mail
// address, and by its object id once the directory tells.
func (c *collection) classicAdministrator(d *document) *refusal {
	var a classicDocument
	if no := d.decode(&a); no != nil {
		return no
	}
	mail := strings.ToLower(strings.TrimSpace(cmp.Or(a.EmailAddress, a.PrincipalName)))
	scope := scopeOf(cmp.Or(a.Scope, before(a.ID, "Microsoft.Authorization/classicAdministrators")))
	at, _ := locate(string(scope))
	role := classicRole(cmp.Or(a.Role, a.RoleDefinitionName))
	switch {
	case mail == "":
		return missing(d.what, "emailAddress")
	case at != inSubscription:
		return missing(d.what, "an id or scope in a subscription")
	case role == "":
		return refused(NotRBAC, "%s of %s answers for the bill and has no access to resources", cmp.Or(a.Role, a.RoleDefinitionName), scope)
	}
	g := entitlement.RoleGrant{
		ID: a.ID, Role: owner, Member: cmp.Or(string(objectID(a.PrincipalID)), mail), MemberType: "User", Scope: scope, Classic: role,
	}
	if strings.HasPrefix(g.ID, "NA(") || g.ID == "" {
		g.ID = string(scope) + "/providers/Microsoft.Authorization/classicAdministrators/" + mail
	}
	key := mail + "|" + strings.ToLower(string(scope)) + "|" + role
	if c.classic[key] {
		return again()
	}
	c.classic[key] = true
	c.grants = append(c.grants, g)
	return nil
}

// classicRole picks the role that gives access out of
// "ServiceAdministrator;AccountAdministrator".
func classicRole(roles string) string {
	for _, want := range []string{"ServiceAdministrator", "CoAdministrator"} {
		for role := range strings.SplitSeq(roles, ";") {
			if strings.EqualFold(strings.TrimSpace(role), want) {
				return want
			}
		}
	}
	return ""
}
