package reports

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// Definitions returns the system reports, in the order in which they are
// offered.
func Definitions() []Definition {
	return []Definition{
		permissionsAnalytics(), users(), groups(), accessKeys(), identityPermissions(),
		allPermissions(), policies(), pciHistory(), crossAccount(), rolePolicyAudit(),
	}
}

// The people for whom reports are meant, as the operations guide of Entra
// Permissions Management has them.
func auditors() []string {
	return []string{"Identity and access management", "Security assurance and audit", "Technical owners of systems"}
}

func bySystemFirst(columns ...string) []api.TableOrder {
	order := []api.TableOrder{{By: "system"}}
	for _, c := range columns {
		order = append(order, api.TableOrder{By: c})
	}
	return order
}

func permissionsAnalytics() Definition {
	return Definition{
		Kind: report.PermissionsAnalytics, Title: "Permissions Analytics Report",
		Help:     "What the collections found, by category, with the indices of the systems, what the logs cannot show and what could not be read.",
		Audience: auditors(), Clouds: allClouds(),
	}
}

func pciHistory() Definition {
	return Definition{
		Kind: report.PCIHistory, Title: "PCI History",
		Help:     "The Permission Creep Index of each authorization system, folder or cloud at the end of each month, and now.",
		Audience: []string{"Security operations", "Cloud infrastructure", "Security assurance and audit"}, Clouds: allClouds(),
		Filters: []Source{{Tables: []string{"pci_history"}}}, Months: 12,
		Parts: []Part{{Name: Summary, Title: "Summary", Sheets: []Sheet{{
			ID: "pci_history", Title: "PCI by month", Table: "pci_history", Step: "1d", Thin: monthly, Chart: trend,
			Columns: []string{"time", "key", "name", "pci", "band", "pci_lower", "pci_upper", "observability", "identities", "low", "medium", "high", "catalog"},
			Sort:    []api.TableOrder{{By: "key"}, {By: "time"}},
		}}}},
	}
}

func crossAccount() Definition {
	return Definition{
		Kind: report.CrossAccountAccess, Title: "Cross Account Access Details",
		Help: "Who of other accounts may enter: the roles and the ways in, whom they trust, and the identities of those accounts " +
			"where they are known.",
		Audience: []string{"Information security operations", "Security assurance and audit", "Technical owners of systems"},
		Clouds:   []entitlement.Cloud{entitlement.AWS}, BySystem: true,
		Filters: []Source{{Tables: []string{"external_access"}}},
		Parts: []Part{{Name: Detailed, Title: "Detailed", Sheets: []Sheet{{
			ID: "external_access", Title: "Access from other accounts", Table: "external_access",
			Chart: countBy("from", "Ways in by origin", "ways in"),
			Columns: []string{
				"cloud", "system", "system_name", "from", "from_name", "from_kind", "role", "role_name", "method", "via", "trusts_all", "identities",
				"identity_list", "conditional", "condition_keys", "pci", "band", "granted", "used", "last_active",
			},
			Sort: bySystemFirst("from", "role"),
		}}}},
	}
}

func rolePolicyAudit() Definition {
	return Definition{
		Kind: report.AWSRolePolicyAudit, Title: "AWS Role Policy Audit",
		Help:     "Which roles may be assumed, and by which users, groups, resources, services and other roles.",
		Audience: []string{"Identity and access management", "Information security operations", "Technical owners of systems"},
		Clouds:   []entitlement.Cloud{entitlement.AWS}, BySystem: true,
		Filters: []Source{{Tables: []string{"assumable_roles"}}},
		Parts: []Part{{Name: Detailed, Title: "Detailed", Sheets: []Sheet{{
			ID: "assumable_roles", Title: "Roles and who may assume them", Table: "assumable_roles",
			Chart: countBy("by_kind", "Who may assume roles", "ways"),
			Columns: []string{
				"cloud", "system", "system_name", "role", "role_name", "by", "by_name", "by_kind", "how", "via", "conditional", "condition_keys",
				"pci", "band", "super", "granted", "last_active",
			},
			Sort: bySystemFirst("role", "by_kind", "by"),
		}}}},
	}
}
