package starter

import (
	"slices"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

// Triggers returns the thirteen activity triggers, all of them switched off:
// which ones an organisation needs, and with which names, it knows best.
func Triggers() []trigger.Definition {
	list := slices.Concat(everywhere(), onAzure(), onAWS(), onGCP())
	slices.SortFunc(list, func(a, b trigger.Definition) int { return number(a.Name) - number(b.Name) })
	for i := range list {
		list[i].Description += " This is our interpretation of the guide's alert of that title."
	}
	return list
}

// number is the trigger's number in the guide: its name is "a7-…".
func number(name string) (n int) {
	for _, c := range name[1:] {
		if c == '-' {
			break
		}
		n = 10*n + int(c-'0')
	}
	return n
}

func clouds(list ...entitlement.Cloud) []entitlement.Cloud { return list }

func where(n query.Node) trigger.Condition { return trigger.Condition{Node: &n} }

func parameter(name, help string, values ...string) trigger.Parameter {
	return trigger.Parameter{Name: name, Help: help, Values: values}
}

func required(name, help string) trigger.Parameter {
	return trigger.Parameter{Name: name, Help: help, Required: true}
}

func everywhere() []trigger.Definition {
	emergency := []string{"*break*glass*", "*emergency*", "*firecall*"}
	return []trigger.Definition{
		{
			Name: "a1-emergency-access", Title: "Emergency-access (break-glass) account activity", Severity: alert.Critical,
			Where:       where(anyOf(matches(query.Username, "$accounts"), matches(query.Role, "$accounts"))),
			Parameters:  []trigger.Parameter{parameter("accounts", "Patterns of the names of emergency-access users and roles.", emergency...)},
			Description: "Any call of an emergency-access (break-glass) user or role, found by its name.",
			Why:         "Such an account is for emergencies alone: any other use is misuse, or somebody has taken it over.",
			Response:    "Ask the owner whether there is an emergency. If there is none, disable the account's credentials and trace what it did.",
		},
		{
			Name: "a2-critical-resources", Title: "Activity on critical resources", Severity: alert.Warning,
			Where:       where(anyOf(critical(), matches(query.Resource, "$resources"))),
			Parameters:  []trigger.Parameter{parameter("resources", "Patterns of the names of critical resources, such as arn:aws:s3:::payments-*.")},
			Description: "Calls that concern resources with the tag critical, keys, secrets and parameters, or the resources that you name; and calls that open data to others or switch off what watches.",
			Why:         "Whoever is after something goes there.",
			Response:    "Check that the identity has a reason to work on the resource; if not, trace what else it did and revoke its access.",
		},
		{
			Name: "a12-permission-assignment", Title: "Permission assignment done outside of approved administrators", Severity: alert.Critical,
			Where: where(all(
				anyOf(matches(query.Action, assignments()...), in(query.Name, directoryAssignments()...)), is(query.Outcome, "success"), is(query.ByService, "false"),
				notIn(query.Username, "$administrators"), notIn(query.Role, "$administrators"),
			)),
			Parameters:  []trigger.Parameter{parameter("administrators", "Names of the users and roles that may assign permissions. Without any, every assignment matches.")},
			Description: "Somebody who is not an approved administrator gave permissions to an identity, changed what a role or policy allows, lifted a boundary, or opened a resource by its policy.",
			Why:         "An attacker who has got in widens what it may do; so does an administrator who goes around the process.",
			Response:    "Ask the identity's owner. If nobody wanted it, take the assignment back, disable the credentials that made it, and trace what they did.",
		},
	}
}

// directoryAssignments are the activities of Microsoft Entra that give roles of
// the directory, or permissions on its APIs; none of them is an action of Azure.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
func directoryAssignments() []string {
	return []string{
		"Add member to role", "Add eligible member to role", "Add member to role in PIM completed (permanent)", "Add eligible member to role in PIM completed (permanent)",
		"Add app role assignment to service principal", "Consent to application", "Add owner to application", "Add owner to service principal",
	}
}

// assignments are the actions that give permissions, of every cloud: to
// identities, by lifting what bounds them, and by policies of resources.
func assignments() []string {
	return []string{
		"iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:PutRolePolicy",
		"iam:AddUserToGroup", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
		"iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:PutRolePermissionsBoundary",
		"sso:CreateAccountAssignment", "sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet",
		"sso:AttachCustomerManagedPolicyReferenceToPermissionSet", "sso:PutPermissionsBoundaryToPermissionSet",
		"sso:DeletePermissionsBoundaryFromPermissionSet", "sso-directory:AddMemberToGroup", "identitystore:CreateGroupMembership",
		"organizations:DetachPolicy", "organizations:UpdatePolicy",
		"organizations:PutResourcePolicy", "organizations:RegisterDelegatedAdministrator", "eks:CreateAccessEntry", "eks:AssociateAccessPolicy", "lakeformation:GrantPermissions",
		"s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl", "s3:PutAccessPointPolicy", "s3:PutAccessPointPolicyForObjectLambda",
		"s3:PutMultiRegionAccessPointPolicy", "s3:CreateAccessGrant", "s3:PutAccessGrantsInstanceResourcePolicy", "kms:PutKeyPolicy", "kms:CreateGrant", "lambda:AddPermission",
		"secretsmanager:PutResourcePolicy", "sns:AddPermission", "sqs:AddPermission", "ecr:SetRepositoryPolicy",
		"Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleDefinitions/write",
		"Microsoft.Authorization/elevateAccess/action", "Microsoft.Authorization/classicAdministrators/write",
		"*.setIamPolicy", "iam.roles.update", "iam.roles.create",
	}
}
