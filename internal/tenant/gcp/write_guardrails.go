package gcp

import "github.com/leastward/leastward/internal/tenant/files"

// writeGuardrails writes what stands before grants: the deny policy, the
// boundary and the organization policy.
func (o *Organization) writeGuardrails(create files.Create) error {
	var denials, constraints []object
	for _, p := range o.projects {
		if !p.locked {
			continue
		}
		denials = append(denials, object{
			"name": "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F" + p.number + "/denypolicies/no-keys", "kind": "DenyPolicy",
			"displayName": "No keys of service accounts", "createTime": "2024-02-03T04:05:06Z", "rules": []object{{
				"description": "Workloads have tokens, not keys.",
				"denyRule":    object{"deniedPrincipals": []string{"principalSet://goog/public:all"}, "deniedPermissions": []string{"iam.googleapis.com/serviceAccountKeys.create"}},
			}},
		})
		constraints = append(constraints, object{
			"name": p.full(), "assetType": "cloudresourcemanager.googleapis.com/Project", "ancestors": p.ancestors(),
			"orgPolicy": []object{{"constraint": "constraints/storage.publicAccessPrevention", "booleanPolicy": object{"enforced": true}, "updateTime": "2024-02-03T04:05:06Z"}},
		})
	}
	for name, value := range map[string]any{"deny-policies.json": denials, "assets-org-policy.json": constraints, "boundaries.json": o.boundary()} {
		if err := files.Document(create, entitlements+name, value); err != nil {
			return err
		}
	}
	return nil
}

// boundary keeps the service accounts of development within the organization.
// See https://cloud.google.com/iam/docs/principal-access-boundary-policies.
func (o *Organization) boundary() []object {
	name := organization + "/locations/global/principalAccessBoundaryPolicies/inside"
	return []object{
		{"name": name, "displayName": "Inside the organization", "details": object{
			"enforcementVersion": "1", "rules": []object{{"effect": "ALLOW", "resources": []string{manager + organization}}},
		}},
		{
			"name": organization + "/locations/global/policyBindings/development", "policyKind": "PRINCIPAL_ACCESS_BOUNDARY", "policy": name,
			"target": object{"principalSet": o.projects[len(o.projects)-1].full()}, "condition": object{"expression": "principal.type == 'iam.googleapis.com/ServiceAccount'"},
		},
	}
}
