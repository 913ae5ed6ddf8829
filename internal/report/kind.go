package report

// Kind names one of the system reports, such as "permissions-analytics". It
// stands in file names and on the command line.
type Kind string

// The system reports, as Entra Permissions Management had them.
const (
	AccessKeyEntitlements Kind = "access-key-entitlements-and-usage"
	UserEntitlements      Kind = "user-entitlements-and-usage"
	GroupEntitlements     Kind = "group-entitlements-and-usage"
	IdentityPermissions   Kind = "identity-permissions"
	PermissionsAnalytics  Kind = "permissions-analytics"
	RolePolicyDetails     Kind = "role-policy-details"
	PCIHistory            Kind = "pci-history"
	AllPermissionsOfOne   Kind = "all-permissions-for-identity"
	AWSRolePolicyAudit    Kind = "aws-role-policy-audit"
	CrossAccountAccess    Kind = "cross-account-access-details"
)

// Kinds lists the system reports, in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{
		PermissionsAnalytics, UserEntitlements, GroupEntitlements, AccessKeyEntitlements, IdentityPermissions,
		AllPermissionsOfOne, RolePolicyDetails, PCIHistory, CrossAccountAccess, AWSRolePolicyAudit,
	}
}
