package reports

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

func identityPermissions() Definition {
	return Definition{
		Kind: report.IdentityPermissions, Title: "Identity Permissions",
		Help: "Which users, groups, roles and other identities hold or used certain actions, such as to delete a bucket; without an action, " +
			"how many hold and used each, and how many each identity holds and used.",
		Audience: auditors(), Clouds: allClouds(),
		Filters: []Source{{Tables: []string{holdersTable}, Optional: true, CompleteFrom: "actions"}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{
			{
				ID: "holders", Title: "Who holds or used it", Table: holdersTable, With: "action", Chart: countBy("state", "Use", "permissions"),
				Columns: []string{
					"action", "cloud", "system", "system_name", "identity", "name", "type", "owner", "severity", "granted", "reach", "conditional", "state",
					"first_used", "last_used", "uses", "denied",
				},
			},
			{
				ID: "actions", Title: "Actions", Table: "actions", Without: "action", Fixed: map[string][]string{"by": {"all"}},
				Columns: []string{
					"action", "service", "type", "severity", "identities_granted", "identities_used", "identities_unused", "resources", "uses", "denied", "last_used",
				},
				Sort: []api.TableOrder{{By: "action"}},
			},
			{
				ID: "identities", Title: "Who holds and used any", Table: "identities", Without: "action",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "type", "owner", "granted", "granted_high", "used", "used_high", "last_active"},
				Sort:    bySystemFirst("name", "identity"),
			},
		}}},
	}
}

func allPermissions() Definition {
	return Definition{
		Kind: report.AllPermissionsOfOne, Title: "All Permissions for Identity",
		Help:     "Every action that the chosen identities may do, whether and when they did, and by which statements they hold it.",
		Audience: []string{"Identity and access management", "Security assurance and audit", "Incident response", "Technical owners of systems"},
		Clouds:   allClouds(),
		Filters:  []Source{{Tables: []string{"permissions"}}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{{
			ID: "permissions", Title: "Permissions", Table: "permissions", Chart: countBy("state", "Permissions by state", "permissions"),
			Columns: []string{
				"cloud", "system", "system_name", "identity", "name", "action", "service", "severity", "type", "reach", "conditional", "state",
				"first_used", "last_used", "uses", "denied", "via",
			},
			Sort: bySystemFirst("name", "identity", "action"),
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
			Columns: []string{
				"cloud", "system", "system_name", "policy", "name", "kind", "assigned", "used", "control", "identities", "attached", "boundaries",
				"granted", "granted_high", "used_actions", "used_high",
			},
			Sort: bySystemFirst("name", "policy"),
		}}}},
	}
}
