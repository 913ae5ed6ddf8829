package azure

import (
	"cmp"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// eligibility takes a role that its holder may activate. Schedules and their
// instances tell the same, and so does each scope at which it is listed.
// https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances
func (c *collection) eligibility(d *document) *refusal {
	g, a, no := c.grantOf(d, typeInID(d))
	if no == nil {
		no = inForce(a.Status)
	}
	if no != nil {
		return no
	}
	c.directory.name(g.Member, g.MemberType, a)
	g.Eligible = true
	key := grantKey(&g) + span(&g)
	if c.eligible[key] {
		return again()
	}
	c.eligible[key] = true
	c.grants = append(c.grants, g)
	return nil
}

// schedule takes a role assignment for a time, or one that an eligible holder
// activated. While it is in force it is a role assignment, too, to which its
// times are added when everything was read.
func (c *collection) schedule(d *document) *refusal {
	g, a, no := c.grantOf(d, typeInID(d))
	if no == nil {
		no = inForce(a.Status)
	}
	if no != nil {
		return no
	}
	c.directory.name(g.Member, g.MemberType, a)
	g.Activated = strings.EqualFold(a.AssignmentType, "Activated") ||
		a.LinkedRoleEligibilityScheduleID != "" || a.LinkedRoleEligibilityInstanceID != ""
	if a.OriginRoleAssignmentID != "" {
		g.ID = a.OriginRoleAssignmentID
	}
	key := "scheduled|" + grantKey(&g) + span(&g)
	if c.eligible[key] {
		return again()
	}
	c.eligible[key] = true
	c.scheduled = append(c.scheduled, g)
	return nil
}

func typeInID(d *document) string {
	return cmp.Or(d.typ, typeOf(d.id))
}

// inForce knows the states of schedules that grant; an instance that is there
// has been provisioned.
// https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedules/get#status
func inForce(status string) *refusal {
	switch strings.ToLower(status) {
	case "", "provisioned", "accepted", "granted", "provisioningstarted", "schedulecreated", "adminapproved":
		return nil
	}
	return &refusal{reason: NotInForce, quiet: true}
}

func span(g *entitlement.RoleGrant) string {
	return "|" + g.From.Format(time.RFC3339Nano) + "|" + g.Until.Format(time.RFC3339Nano)
}

// mergeSchedules adds the times of schedules to the role assignments that they
// are, and makes grants of those that are none yet. One that names its role
// assignment is that whatever the time is: the files may be read long after
// they were exported. Others are those of the same principal, role and scope
// while they are in force.
func (c *collection) mergeSchedules() {
	for i := range c.scheduled {
		g := &c.scheduled[i]
		at, ok := c.grantIndex[strings.ToLower(g.ID)]
		if !ok && !g.From.After(c.now) && (g.Until.IsZero() || g.Until.After(c.now)) {
			at, ok = c.grantIndex[grantKey(g)]
		}
		if !ok {
			c.grants = append(c.grants, *g)
			continue
		}
		had := &c.grants[at]
		had.From, had.Until, had.Activated = g.From, g.Until, g.Activated
		had.MemberType = cmp.Or(had.MemberType, g.MemberType)
	}
	c.scheduled = nil
}
