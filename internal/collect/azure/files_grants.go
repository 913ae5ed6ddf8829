package azure

import (
	"cmp"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// grantDocument has the fields of role assignments and of the schedules of
// Privileged Identity Management, those that PowerShell names otherwise, and
// those that the Azure CLI adds.
// https://learn.microsoft.com/rest/api/authorization/role-assignments
type grantDocument struct {
	RoleAssignmentID                string
	Scope                           string
	RoleDefinitionID                string
	RoleDefinitionName              string
	PrincipalID, ObjectID           string
	PrincipalType, ObjectType       string
	PrincipalName, SignInName       string
	DisplayName                     string
	Condition, ConditionVersion     string
	Description, CreatedOn          string
	CreatedBy                       string
	Status, AssignmentType          string
	StartDateTime, EndDateTime      string
	OriginRoleAssignmentID          string
	LinkedRoleEligibilityScheduleID string
	LinkedRoleEligibilityInstanceID string `json:"linkedRoleEligibilityScheduleInstanceId"`
	RoleAssignmentScheduleID        string
	TargetRoleAssignmentScheduleID  string
	ExpandedProperties              *expandedProperties
}

// expandedProperties tell names beside the ids of a schedule.
type expandedProperties struct {
	Principal struct{ DisplayName, Email string }
}

// grantOf makes the grant of a role assignment or schedule; suffix is the type
// in its id.
func (c *collection) grantOf(d *document, suffix string) (entitlement.RoleGrant, *grantDocument, *refusal) {
	var a grantDocument
	if no := d.decodeInside(&a); no != nil {
		return entitlement.RoleGrant{}, nil, no
	}
	id := cmp.Or(d.id, a.RoleAssignmentID)
	if a.Scope == "" {
		a.Scope = before(id, suffix)
	}
	g := entitlement.RoleGrant{
		ID: id, Role: roleID(a.RoleDefinitionID), Member: string(objectID(cmp.Or(a.PrincipalID, a.ObjectID))),
		MemberType: cmp.Or(a.PrincipalType, a.ObjectType), Scope: scopeOf(a.Scope),
		Condition: conditionOf(a.Condition, a.ConditionVersion), CreatedBy: strings.ToLower(a.CreatedBy), Description: a.Description,
	}
	switch {
	case g.Role == "":
		return g, &a, missing(d.what, "roleDefinitionId")
	case g.Member == "":
		return g, &a, missing(d.what, "principalId")
	case g.Scope == "":
		return g, &a, missing(d.what, "scope")
	}
	if at, _ := locate(string(g.Scope)); at == elsewhere {
		return g, &a, refused(OutsideSubscriptions, "the scope %s is in no subscription: nothing there is evaluated", clip(string(g.Scope)))
	}
	no := readTimes(d.what, timeField{"createdOn", a.CreatedOn, &g.Created},
		timeField{"startDateTime", a.StartDateTime, &g.From}, timeField{"endDateTime", a.EndDateTime, &g.Until})
	return g, &a, no
}

// assignment takes a role assignment. The same is met again where those that
// come from above are listed for each subscription.
func (c *collection) assignment(d *document) *refusal {
	if strings.HasPrefix(d.id, "NA(") {
		return c.classicAdministrator(d) // As az role assignment list --include-classic-administrators writes it.
	}
	g, a, no := c.grantOf(d, "Microsoft.Authorization/roleAssignments")
	if no != nil {
		return no
	}
	c.directory.name(g.Member, g.MemberType, a)
	key := strings.ToLower(g.ID)
	if key == "" {
		key = grantKey(&g)
	}
	if i, ok := c.grantIndex[key]; ok {
		return c.sameGrant(&c.grants[i], &g)
	}
	c.grantIndex[key] = len(c.grants)
	c.grantIndex[grantKey(&g)] = len(c.grants)
	c.grants = append(c.grants, g)
	return nil
}

func (c *collection) sameGrant(had, g *entitlement.RoleGrant) *refusal {
	if grantKey(had) != grantKey(g) || expression(had) != expression(g) {
		return refused(records.Duplicate, "the role assignment %s is there with another principal, role, scope or condition; "+
			"the first is kept: give one export only", lastOf(g.ID))
	}
	had.MemberType, had.Description = cmp.Or(had.MemberType, g.MemberType), cmp.Or(had.Description, g.Description)
	had.CreatedBy = cmp.Or(had.CreatedBy, g.CreatedBy)
	if had.Created.IsZero() {
		had.Created = g.Created
	}
	return again()
}

func expression(g *entitlement.RoleGrant) string {
	if g.Condition == nil {
		return ""
	}
	return g.Condition.Expression
}

// grantKey is what no two role assignments have in common.
func grantKey(g *entitlement.RoleGrant) string {
	return g.Member + "|" + string(g.Role) + "|" + strings.ToLower(string(g.Scope))
}

// roleID returns the GUID of a role in the id of its definition.
func roleID(id string) entitlement.RoleID { return entitlement.RoleID(strings.ToLower(lastOf(id))) }

// scopeOf drops a slash at the end.
func scopeOf(s string) entitlement.ResourceID {
	s = strings.TrimSpace(s)
	if len(s) > 1 {
		s = strings.TrimRight(s, "/")
	}
	return entitlement.ResourceID(s)
}

func conditionOf(expression, version string) *entitlement.Condition {
	if strings.TrimSpace(expression) == "" {
		return nil
	}
	return &entitlement.Condition{Expression: expression, Version: version}
}

// timeField is a time in a document.
type timeField struct {
	name, text string
	into       *time.Time
}

// readTimes reads times; an empty one is zero.
func readTimes(what kind, fields ...timeField) *refusal {
	for _, f := range fields {
		t, err := parseTime(f.text)
		if err != nil {
			return refused(records.BadTime, "%s: %s: %v", what, f.name, err)
		}
		*f.into = t
	}
	return nil
}
