package reports

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

func users() Definition {
	return Definition{
		Kind: report.UserEntitlements, Title: "User Entitlements and Usage",
		Help: "Each identity with its index and how much of what it may do it does (summary), with its policies beside that (detailed), or " +
			"what is assigned to it alone (permissions). Groups have a report of their own; with the type group they are here, too.",
		Audience: auditors(), Clouds: allClouds(), BySystem: true,
		Filters: []Source{{Tables: []string{"identities"}, Otherwise: map[string][]string{"type": butGroups()}}},
		Parts: []Part{
			{Name: Summary, Title: "Summary", Help: "A row for each identity.", Sheets: []Sheet{{
				ID: "identities", Title: "Identities", Table: "identities", Chart: bandsBy("type", "Identities by band", "identities"),
				Columns: []string{
					"cloud", "system", "system_name", "identity", "name", "type", "subtype", "state", "owner", "pci", "band", "band_days",
					"granted", "granted_high", "used", "used_high", "resources_used", "groups", "last_active",
				},
				Sort: bySystemFirst("name", "identity"),
			}}},
			{Name: Detailed, Title: "Detailed", Help: "A row for each policy that bears on an identity, with its index and usage.", Sheets: []Sheet{{
				ID: "identity_assignments", Title: "Identities with what is assigned", Short: "Identities, assigned", Table: "assignments",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "type", "policy", "policy_name", "kind", "way", "through", "scope", "conditional"},
				Sort:    bySystemFirst("name", "identity", "way", "policy"),
				Join:    &Join{Table: "identities", On: sameIdentity(), Columns: []string{"pci", "band", "granted", "used", "last_active"}},
			}}},
			{Name: Permissions, Title: "Permissions", Help: "A row for each policy that bears on an identity.", Sheets: []Sheet{{
				ID: "assignments", Title: "Assignments", Table: "assignments",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "type", "policy", "policy_name", "kind", "way", "through", "scope", "conditional"},
				Sort:    bySystemFirst("name", "identity", "way", "policy"),
				Join:    &Join{Table: "identities", On: sameIdentity()},
			}}},
		},
	}
}

// butGroups are the kinds of identity that are no groups.
func butGroups() []string {
	return slices.DeleteFunc(tables.Kinds(), func(k string) bool { return k == string(entitlement.Group) })
}

func groups() Definition {
	return Definition{
		Kind: report.GroupEntitlements, Title: "Group Entitlements and Usage",
		Help:     "Each group with its members, what it grants, how much of that the members use, and its policies.",
		Audience: auditors(), Clouds: allClouds(), BySystem: true,
		Filters: []Source{{Tables: []string{"groups"}}},
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{
			{
				ID: "groups", Title: "Groups", Table: "groups",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "owner", "pci", "band", "granted", "granted_high", "used", "used_high", "members", "members_active", "policies", "last_active"},
				Sort:    bySystemFirst("name", "identity"),
			},
			{
				ID: "group_assignments", Title: "Policies of groups", Table: "assignments",
				Columns: []string{"cloud", "system", "system_name", "identity", "name", "policy", "policy_name", "kind", "way", "scope", "conditional"},
				Sort:    bySystemFirst("name", "identity", "way", "policy"),
				Join:    &Join{Table: "groups", On: sameIdentity()},
			},
		}}},
	}
}

func accessKeys() Definition {
	chart := countBy("age_bucket", "Access keys by age in days", "access keys", "0-30", "31-90", "91-180", "181-365", "over 365")
	return Definition{
		Kind: report.AccessKeyEntitlements, Title: "Access Key Entitlements and Usage",
		Help: "Each access key with its age and last use (summary), and with what its owner may do and does (detailed): which to rotate, " +
			"to deactivate, to delete.",
		Audience: []string{"Information security operations", "Technical owners of systems"}, Clouds: allClouds(), BySystem: true,
		Filters: []Source{{Tables: []string{"access_keys"}}},
		Parts: []Part{
			{Name: Summary, Title: "Summary", Help: "Ages and last uses.", Sheets: []Sheet{{
				ID: "access_keys", Title: "Access keys", Table: "access_keys", Chart: chart,
				Columns: []string{"cloud", "system", "system_name", "access_key", "identity", "name", "owner", "status", "created", "age_days", "age_bucket", "last_used", "unused_days", "use"},
				Sort:    bySystemFirst("name", "access_key"),
			}}},
			{Name: Detailed, Title: "Detailed", Help: "Also what the owner of the key may do and does.", Sheets: []Sheet{{
				ID: "access_keys_detailed", Title: "Access keys with entitlements", Table: "access_keys",
				Columns: []string{
					"cloud", "system", "system_name", "access_key", "identity", "name", "owner", "status", "created", "age_days", "age_bucket", "last_used", "unused_days", "use",
					"pci", "band", "granted", "granted_high", "used", "used_high",
				},
				Sort: bySystemFirst("name", "access_key"),
			}}},
		},
	}
}
