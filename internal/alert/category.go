package alert

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// SubjectKind returns the kind of identity that findings of category c are
// about, the first of them where [SubjectOf] takes several. It is "" where any
// kind may be, and where the finding is about a resource, see [OfResource]; ok
// is false where c is unknown.
func SubjectKind(c entitlement.Category) (kind entitlement.Kind, ok bool) {
	switch c {
	case entitlement.InactiveUser, entitlement.SuperUser, entitlement.OverprovisionedUser,
		entitlement.EscalationUser, entitlement.SecurityToolUser, entitlement.SecretAccessUser,
		entitlement.AccessKeyOld, entitlement.AccessKeyUnused, entitlement.UserWithoutMFA:
		return entitlement.User, true
	case entitlement.InactiveServicePrincipal, entitlement.SuperServicePrincipal, entitlement.OverprovisionedServicePrincipal:
		return entitlement.ServicePrincipal, true
	case entitlement.InactiveServiceAccount, entitlement.SuperServiceAccount, entitlement.OverprovisionedServiceAccount,
		entitlement.EscalationServiceAccount:
		return entitlement.ServiceAccount, true
	case entitlement.InactiveRole, entitlement.SuperRole, entitlement.OverprovisionedRole,
		entitlement.EscalationRole, entitlement.SecurityToolRole, entitlement.SecretAccessRole,
		entitlement.RoleTrustsAccount, entitlement.RoleReachesExternal:
		return entitlement.Role, true
	case entitlement.InactiveGroup, entitlement.SuperGroup, entitlement.OverprovisionedGroup, entitlement.EscalationGroup:
		return entitlement.Group, true
	case entitlement.InactiveFunction, entitlement.SuperFunction, entitlement.OverprovisionedFunction,
		entitlement.EscalationFunction, entitlement.SecurityToolFunction, entitlement.SecretAccessFunction:
		return entitlement.Function, true
	case entitlement.InactiveInstance, entitlement.SuperInstance, entitlement.OverprovisionedInstance,
		entitlement.EscalationInstance, entitlement.SecurityToolInstance, entitlement.SecretAccessInstance,
		entitlement.InstanceBucketAccess:
		return entitlement.Instance, true
	case entitlement.BucketUnencrypted, entitlement.BucketManagedKeys, entitlement.StorageManagedKeys,
		entitlement.BucketPublic, entitlement.BucketObjectACLs, entitlement.BucketCrossAccount,
		entitlement.OpenSecurityGroup, entitlement.ExternalAccount, entitlement.ExcludedFromReports:
		return "", true
	}
	return "", false
}

// SubjectOf reports whether findings of category c may be about an identity of
// kind k. Those about service principals may be about managed identities, which
// the field calls system identities together.
func SubjectOf(c entitlement.Category, k entitlement.Kind) bool {
	if c == entitlement.ExcludedFromReports {
		return knownKind(k)
	}
	if k == entitlement.ManagedIdentity {
		k = entitlement.ServicePrincipal
	}
	if c == entitlement.AccessKeyOld || c == entitlement.AccessKeyUnused {
		return k == entitlement.User || k == entitlement.ServicePrincipal || k == entitlement.ServiceAccount
	}
	kind, _ := SubjectKind(c)
	return kind != "" && k == kind
}

// OfResource reports whether findings of category c are about a resource or an
// outside account, which stands in the resource label, and about no identity.
// Those of ExcludedFromReports may be about either.
func OfResource(c entitlement.Category) bool {
	kind, known := SubjectKind(c)
	return known && kind == "" && c != entitlement.ExcludedFromReports
}

func knownKind(k entitlement.Kind) bool { return slices.Contains(entitlement.Kinds(), k) }

func knownCloud(c entitlement.Cloud) bool {
	switch c {
	case entitlement.AWS, entitlement.Azure, entitlement.GCP, entitlement.Platform:
		return true
	}
	return false
}
