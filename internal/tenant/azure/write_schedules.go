package azure

import (
	"iter"
	"time"

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
			p := t.schedule(x)
			p["roleEligibilityScheduleId"] = scheduleID(x, "roleEligibilitySchedules", t.opts.Seed.UUID("eligibility", i, 0))
			p["startDateTime"], p["endDateTime"] = stamp(x.created.AddDate(0, 1, 0)), stamp(t.opts.Until.AddDate(1, 0, 0))
			if !yield(t.instanceOf(x, "roleEligibility", "eligible", p)) {
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
			p, g := t.schedule(x), t.activation(x)
			p["assignmentType"] = "Activated"
			p["linkedRoleEligibilityScheduleId"] = scheduleID(x, "roleEligibilitySchedules", t.opts.Seed.UUID("eligibility", i, 0))
			p["originRoleAssignmentId"] = x.home.path() + "/providers/Microsoft.Authorization/roleAssignments/" + g.id
			p["startDateTime"], p["endDateTime"] = stamp(g.created), stamp(g.created.Add(8*time.Hour))
			if !yield(t.instanceOf(x, "roleAssignment", "active", p)) {
				return
			}
		}
	}
}

func scheduleID(x *identity, typ, name string) string {
	return x.home.path() + "/providers/Microsoft.Authorization/" + typ + "/" + name
}

func (t *Tenant) instanceOf(x *identity, typ, label string, properties object) object {
	name := t.opts.Seed.UUID(label, x.index, 0)
	return object{
		"id": scheduleID(x, typ+"ScheduleInstances", name), "name": name, "type": "Microsoft.Authorization/" + typ + "ScheduleInstances",
		"properties": properties,
	}
}

// schedule is what the properties of both sorts have.
func (t *Tenant) schedule(x *identity) object {
	r := t.roles[x.eligible]
	return object{
		"scope": x.home.path(), "roleDefinitionId": x.home.path() + r.definition(), "principalId": x.id, "principalType": "User",
		"status": "Provisioned", "memberType": "Direct", "condition": nil, "conditionVersion": nil, "createdOn": stamp(x.created.AddDate(0, 1, 0)),
		"expandedProperties": object{
			"principal":      object{"id": x.id, "displayName": x.name, "email": x.login, "type": "User"},
			"roleDefinition": object{"id": x.home.path() + r.definition(), "displayName": r.name, "type": "BuiltInRole"},
			"scope":          object{"id": x.home.path(), "displayName": x.home.name, "type": "subscription"},
		},
	}
}
