package escalation

// The tables of this package hold facts of the list of paths at
// https://pathfinding.cloud, Copyright 2025-Present Datadog, Inc., licensed
// under the Apache License 2.0: identifiers, names, categories, required
// permissions, what they must be granted on, and which services must be
// trusted. This product includes software developed at Datadog
// (https://www.datadoghq.com/). The words are our own.

func iamPaths() []Path {
	self, principal := SelfEscalation, PrincipalAccess
	return []Path{
		{ID: "iam-001", Category: self, shape: onSelf, Needs: needs("iam:CreatePolicyVersion own policy")},
		{ID: "iam-002", Category: principal, shape: onUser, Needs: needs("iam:CreateAccessKey other user")},
		{ID: "iam-003", Category: principal, shape: onUser, Needs: needs("iam:CreateAccessKey other user", "iam:DeleteAccessKey other user")},
		{ID: "iam-004", Category: principal, shape: onUser, Needs: needs("iam:CreateLoginProfile other user")},
		{ID: "iam-005", Category: self, shape: onSelf, Needs: needs("iam:PutRolePolicy self")},
		{ID: "iam-006", Category: principal, shape: onUser, Needs: needs("iam:UpdateLoginProfile other user")},
		{ID: "iam-007", Category: self, shape: onSelf, Needs: needs("iam:PutUserPolicy self")},
		{ID: "iam-008", Category: self, shape: onSelf, Needs: needs("iam:AttachUserPolicy self")},
		{ID: "iam-009", Category: self, shape: onSelf, Needs: needs("iam:AttachRolePolicy self")},
		{ID: "iam-010", Category: self, shape: onSelf, Needs: needs("iam:AttachGroupPolicy own group")},
		{ID: "iam-011", Category: self, shape: onSelf, Needs: needs("iam:PutGroupPolicy own group")},
		{ID: "iam-012", Category: principal, shape: onRole, Needs: needs("iam:UpdateAssumeRolePolicy other role")},
		{ID: "iam-013", Category: self, shape: onSelf, Needs: needs("iam:AddUserToGroup other group")},
		{ID: "iam-014", Category: principal, shape: onRole, Needs: needs("iam:AttachRolePolicy other role", "sts:AssumeRole role to assume")},
		{ID: "iam-015", Category: principal, shape: onUser, Needs: needs("iam:AttachUserPolicy other user", "iam:CreateAccessKey other user")},
		{ID: "iam-016", Category: principal, shape: onRole, Needs: needs("iam:CreatePolicyVersion role's policy", "sts:AssumeRole role to assume")},
		{ID: "iam-017", Category: principal, shape: onRole, Needs: needs("iam:PutRolePolicy other role", "sts:AssumeRole role to assume")},
		{ID: "iam-018", Category: principal, shape: onUser, Needs: needs("iam:PutUserPolicy other user", "iam:CreateAccessKey other user")},
		{ID: "iam-019", Category: principal, shape: onRole, Needs: needs("iam:AttachRolePolicy other role", "iam:UpdateAssumeRolePolicy other role")},
		{ID: "iam-020", Category: principal, shape: onRole, Needs: needs("iam:CreatePolicyVersion role's policy", "iam:UpdateAssumeRolePolicy other role")},
		{ID: "iam-021", Category: principal, shape: onRole, Needs: needs("iam:PutRolePolicy other role", "iam:UpdateAssumeRolePolicy other role")},
		{ID: "sts-001", Category: principal, shape: onRole, Needs: needs("sts:AssumeRole role to assume")},
		// Not of the published list: an older version of a policy that the
		// identity has may grant more. Inventories hold the version in force
		// alone, so that the older one cannot be shown.
		{
			ID: "leastward-001", Category: self, shape: onSelf, Own: true,
			Needs: needs("iam:SetDefaultPolicyVersion own policy"), Exists: "older policy version",
		},
	}
}
