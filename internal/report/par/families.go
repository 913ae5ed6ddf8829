package par

import (
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// families are the sections of findings, in the order of the report.
func families() []family {
	name := named("identity", "Name")
	list := []family{
		{
			"inactive", "Inactive identities", "They used none of their granted permissions within the window. Remove what is no longer needed; a needed one can be exempted by the tag " + entitlement.TagExcludeFromReports + ".",
			alike(ofUse(name), entitlement.InactiveUser, entitlement.InactiveRole, entitlement.InactiveServicePrincipal, entitlement.InactiveServiceAccount,
				entitlement.InactiveInstance, entitlement.InactiveFunction),
		},
		{
			"inactive-groups", "Inactive groups", "No member used, within the window, the permissions given through the group.",
			alike(ofUse(name), entitlement.InactiveGroup),
		},
		{
			"super", "Super identities", "They may do every action on every resource of their system. Keep no more than five per system.",
			alike(ofUse(name), entitlement.SuperUser, entitlement.SuperRole, entitlement.SuperServicePrincipal, entitlement.SuperServiceAccount,
				entitlement.SuperInstance, entitlement.SuperFunction, entitlement.SuperGroup),
		},
		{
			"overprovisioned", "Over-provisioned active identities", "They are active and use only a part of what they are granted. What the logs can't show does not count as unused.",
			alike(ofUse(name), entitlement.OverprovisionedUser, entitlement.OverprovisionedRole, entitlement.OverprovisionedServicePrincipal,
				entitlement.OverprovisionedServiceAccount, entitlement.OverprovisionedInstance,
				entitlement.OverprovisionedFunction, entitlement.OverprovisionedGroup),
		},
		{
			"escalation", "Privilege escalation", "They can raise their own permissions: each way names the published path, what it is done to and the permissions that it needs. Take away one of the permissions of each. Conditional ways hang on condition keys, or on things that would have to exist, of which nothing is known.",
			alike(ofEscalation(), entitlement.EscalationUser, entitlement.EscalationRole, entitlement.EscalationServiceAccount,
				entitlement.EscalationInstance, entitlement.EscalationFunction, entitlement.EscalationGroup),
		},
	}
	return append(append(list, storage()...), reach()...)
}

// storage are the sections about buckets and the way to them.
func storage() []family {
	return []family{
		{
			"encryption", "Storage encryption", "Who manages the encryption at rest of buckets, by their default.",
			alike(ofEncryption(), entitlement.BucketUnencrypted, entitlement.BucketManagedKeys, entitlement.StorageManagedKeys),
		},
		{
			"open-storage", "Storage accessible externally", "Buckets that somebody outside of their account has access to. What Block Public Access or a condition holds back does not count as public.",
			alike(ofOpenBuckets(), entitlement.BucketPublic, entitlement.BucketObjectACLs, entitlement.BucketCrossAccount),
		},
		{
			"instances-and-buckets", "Instances that reach storage", "Whoever takes over such an instance has the buckets that its role reaches.",
			alike(ofInstances(), entitlement.InstanceBucketAccess),
		},
		{
			"security-groups", "Open security groups", "They let in the whole internet.",
			alike(ofSecurityGroups(), entitlement.OpenSecurityGroup),
		},
	}
}

// reach are the sections about security tools, secrets and other accounts, and
// those that every report ends with.
func reach() []family {
	tools := fact("security_tools", "Security tools", finding.EvidenceSecurityTools)
	secrets := fact("secret_stores", "Secret stores", finding.EvidenceSecrets)
	accounts, conditional := fact("accounts", "Accounts", finding.EvidenceAccounts), fact("conditional", "Conditional", finding.EvidenceConditional)
	return []family{
		{
			"security-tools", "Identities that can administer security tools", "They can administer, and so switch off, what watches over the system.",
			alike(ofReach(tools), entitlement.SecurityToolUser, entitlement.SecurityToolRole, entitlement.SecurityToolInstance, entitlement.SecurityToolFunction),
		},
		{
			"secrets", "Identities that can access secret information", "They can read secret material.",
			alike(ofReach(secrets), entitlement.SecretAccessUser, entitlement.SecretAccessRole, entitlement.SecretAccessInstance, entitlement.SecretAccessFunction),
		},
		{
			"cross-account", "Cross-account access", "Outside accounts that can enter by assuming a role, at once or through other roles; roles that trust a whole outside account or identity provider; and roles that lead out.",
			append(alike(ofAccounts(), entitlement.ExternalAccount),
				alike(ofReach(accounts, conditional), entitlement.RoleTrustsAccount, entitlement.RoleReachesExternal)...),
		},
		{
			"hygiene", "Hygiene of credentials", "Second factors and access keys.",
			append(alike(ofUse(named("identity", "Name")), entitlement.UserWithoutMFA),
				alike(ofKeys(), entitlement.AccessKeyOld, entitlement.AccessKeyUnused)...),
		},
		{
			"excluded", "Excluded from reports", "These carry the tag " + entitlement.TagExcludeFromReports + " and are left out of the findings above. They are listed so that exemptions stay visible.",
			alike(ofExcluded(), entitlement.ExcludedFromReports),
		},
	}
}
