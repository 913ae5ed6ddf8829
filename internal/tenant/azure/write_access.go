package azure

import (
	"iter"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeHierarchy writes the subscriptions and the management groups, as
// `az account list` and `az account management-group show --expand --recurse`
// do.
func (t *Tenant) writeHierarchy(create files.Create) error {
	var list []object
	below := map[string][]object{}
	for i, s := range t.subscriptions {
		list = append(list, object{
			"cloudName": "AzureCloud", "homeTenantId": tenantID, "id": s.id, "isDefault": i == 0, "managedByTenants": []string{},
			"name": s.name, "state": "Enabled", "tenantId": tenantID, "user": object{"name": "auditor@" + domain, "type": "user"},
		})
		below[s.group] = append(below[s.group], object{"id": s.path(), "name": s.id, "displayName": s.name, "type": "/subscriptions", "children": nil})
	}
	if err := files.Document(create, folder+"subscriptions.json", list); err != nil {
		return err
	}
	node := func(name, display string, parent any, children []object) object {
		return object{
			"id": managements + name, "name": name, "type": "Microsoft.Management/managementGroups", "displayName": display,
			"tenantId": tenantID, "details": object{"parent": parent, "version": 1}, "children": children,
		}
	}
	var groups []object
	for _, name := range []string{"production", "development"} {
		up := object{"id": root, "name": tenantID, "displayName": "Tenant Root Group"}
		groups = append(groups, node(name, "Example Corp "+capital(name), up, below[name]))
	}
	return files.Document(create, folder+"management-groups.json", node(tenantID, "Tenant Root Group", nil, groups))
}

// writeAccess writes role assignments, custom roles and the deny assignment of
// the managed application.
func (t *Tenant) writeAccess(create files.Create) error {
	if err := files.Array(create, folder+"role-assignments.json", t.assignmentRecords()); err != nil {
		return err
	}
	var custom []object
	for _, name := range []string{"release", "support"} {
		custom = append(custom, t.roles[name].record())
	}
	if err := files.Document(create, folder+"role-definitions.json", custom); err != nil {
		return err
	}
	return files.Document(create, folder+"deny-assignments.json", object{"value": []object{t.denial()}})
}

// assignmentRecords yields assignments as `az role assignment list --all` writes
// them.
func (t *Tenant) assignmentRecords() iter.Seq[object] {
	return func(yield func(object) bool) {
		for g := range t.grants() {
			o := object{
				"canDelegate": nil, "condition": nil, "conditionVersion": nil, "createdBy": t.administrator(), "createdOn": stamp(g.created),
				"delegatedManagedIdentityResourceId": nil, "description": nil, "id": g.scope + "/providers/Microsoft.Authorization/roleAssignments/" + g.id,
				"name": g.id, "principalId": g.member, "principalName": g.name, "principalType": g.kind, "roleDefinitionId": g.role.definition(),
				"roleDefinitionName": g.role.name, "scope": g.scope, "type": "Microsoft.Authorization/roleAssignments",
				"updatedBy": t.administrator(), "updatedOn": stamp(g.created),
			}
			if g.condition != "" {
				o["condition"], o["conditionVersion"] = g.condition, "2.0"
			}
			if !yield(o) {
				return
			}
		}
	}
}

// administrator is who made everything; he has left since.
func (t *Tenant) administrator() string { return t.opts.Seed.UUID("founder", 0, 0) }

func (r role) record() object {
	return object{
		"assignableScopes": r.scopes, "description": r.description, "id": r.definition(), "name": r.id, "roleName": r.name,
		"roleType": "CustomRole", "type": "Microsoft.Authorization/roleDefinitions",
		"permissions": []object{{
			"actions": some(r.actions), "notActions": some(r.notActions), "dataActions": some(r.dataActions), "notDataActions": []string{},
			"condition": nil, "conditionVersion": nil,
		}},
	}
}

func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// denial keeps everybody but its vendor from changing what a managed application
// holds, as Azure makes it with the application.
// See https://learn.microsoft.com/azure/role-based-access-control/deny-assignments.
func (t *Tenant) denial() object {
	var s *subscription
	for _, one := range t.subscriptions {
		if one.locked {
			s = one
		}
	}
	scope, name := s.path()+"/resourceGroups/mrg-observability-"+s.env, t.opts.Seed.UUID("denial", 0, 0)
	return object{
		"id": scope + "/providers/Microsoft.Authorization/denyAssignments/" + name, "name": name, "type": "Microsoft.Authorization/denyAssignments",
		"properties": object{
			"denyAssignmentName": "System deny assignment created by managed application " + scope, "description": "Created by managed application",
			"permissions": []object{{"actions": []string{"*"}, "notActions": []string{"*/read"}, "dataActions": []string{}, "notDataActions": []string{}}},
			"scope":       scope, "doNotApplyToChildScopes": false, "isSystemProtected": true,
			"principals":        []object{{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}},
			"excludePrincipals": []object{{"id": t.identity(kindPrincipal, 1).id, "type": "ServicePrincipal"}},
		},
	}
}
