package azure

import (
	"iter"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeSchedules writes what Privileged Identity Management knows: who may
// activate a role, and who has.
// See https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances.
func (t *Tenant) writeSchedules(create files.Create) error {
	for name, records := range map[string]iter.Seq[object]{"eligible.json": t.eligible(), "activated.json": t.activated()} {
		if err := files.Within(create, folder+name, `{"value": `, records, "}"); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tenant) eligible() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.users {
			x := t.identity(kindUser, i)
			if x.eligible == "" {
				continue
			}
			o := t.schedule(x, "roleEligibility", "eligible")
			p := o["properties"].(object) //nolint:errcheck // It is schedule's.
			p["roleEligibilityScheduleId"] = scheduleID(x, "roleEligibilitySchedules", t.opts.Seed.UUID("eligibility", i, 0))
			p["startDateTime"], p["endDateTime"] = stamp(x.created.AddDate(0, 1, 0)), stamp(t.opts.Until.AddDate(1, 0, 0))
			if !yield(o) {
				return
			}
		}
	}
}

func (t *Tenant) activated() iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.users {
			x := t.identity(kindUser, i)
			if !x.activated {
				continue
			}
			o, g := t.schedule(x, "roleAssignment", "active"), t.activation(x)
			p := o["properties"].(object) //nolint:errcheck // It is schedule's.
			p["assignmentType"] = "Activated"
			p["linkedRoleEligibilityScheduleId"] = scheduleID(x, "roleEligibilitySchedules", t.opts.Seed.UUID("eligibility", i, 0))
			p["originRoleAssignmentId"] = x.home.path() + "/providers/Microsoft.Authorization/roleAssignments/" + g.id
			p["startDateTime"], p["endDateTime"] = stamp(g.created), stamp(g.created.Add(8*60*60*1e9))
			if !yield(o) {
				return
			}
		}
	}
}

func scheduleID(x *identity, typ, name string) string {
	return x.home.path() + "/providers/Microsoft.Authorization/" + typ + "/" + name
}

// schedule is what instances of both sorts have.
func (t *Tenant) schedule(x *identity, typ, label string) object {
	name, r := t.opts.Seed.UUID(label, x.index, 0), t.roles[x.eligible]
	return object{
		"id": scheduleID(x, typ+"ScheduleInstances", name), "name": name, "type": "Microsoft.Authorization/" + typ + "ScheduleInstances",
		"properties": object{
			"scope": x.home.path(), "roleDefinitionId": x.home.path() + r.definition(), "principalId": x.id, "principalType": "User",
			"status": "Provisioned", "memberType": "Direct", "condition": nil, "conditionVersion": nil, "createdOn": stamp(x.created.AddDate(0, 1, 0)),
			"expandedProperties": object{
				"principal":      object{"id": x.id, "displayName": x.name, "email": x.login, "type": "User"},
				"roleDefinition": object{"id": x.home.path() + r.definition(), "displayName": r.name, "type": "BuiltInRole"},
				"scope":          object{"id": x.home.path(), "displayName": x.home.name, "type": "subscription"},
			},
		},
	}
}
