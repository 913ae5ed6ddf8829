package reports

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

func identityPermissions() Definition {
	return Definition{
		Kind: report.IdentityPermissions, Title: "Identity Permissions",
		Help: "Which users, groups, roles and other identities may do a certain action, such as to delete any bucket, and which did; without " +
			"an action, how many hold and used each.",
		Audience: auditors(), Clouds: allClouds(),
		Filters: []Source{{Tables: []string{"who_can"}, Names: []string{"action", "resource"}, Optional: true}, {Tables: []string{"actions"}}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{
			{ID: "who_can", Title: "Who may", Table: "who_can", Each: "action", With: "action"},
			{
				ID: "actions", Title: "Actions", Table: "actions", Without: "action",
				Columns: []string{"cloud", "system", "system_name", "action", "service", "type", "severity", "identities_granted", "identities_used", "resources", "last_used", "denied"},
				Sort:    []api.TableOrder{{By: "action"}, {By: "system"}},
			},
			{
				ID: "identities", Title: "Who holds and used any", Table: "identities", Without: "action",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "type", "granted", "granted_high", "used", "used_high", "last_active"},
				Sort:    bySystemFirst("name", "identity"),
			},
		}}},
	}
}

func allPermissions() Definition {
	return Definition{
		Kind: report.AllPermissionsOfOne, Title: "All Permissions for Identity",
		Help:     "Every action that the chosen identities may do, whether and when they did, and by which policy or role they hold it.",
		Audience: []string{"Identity and access management", "Security assurance and audit", "Incident response", "Technical owners of systems"},
		Clouds:   allClouds(),
		Filters:  []Source{{Tables: []string{"permissions"}}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{{
			ID: "permissions", Title: "Permissions", Table: "permissions", Each: "identity", Chart: countBy("state", "Permissions by state", "permissions"),
		}}}},
	}
}

func policies() Definition {
	return Definition{
		Kind: report.RolePolicyDetails, Title: "Role/Policy Details",
		Help:     "Each policy and role definition: assigned or not, the cloud's own or custom, used or not.",
		Audience: auditors(), Clouds: allClouds(), BySystem: true,
		Filters: []Source{{Tables: []string{"policies"}}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{{
			ID: "policies", Title: "Policies", Table: "policies", Chart: countBy("kind", "Policies by kind", "policies"),
		}}}},
	}
}
