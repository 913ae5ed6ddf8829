package alert

import "github.com/leastward/leastward/internal/entitlement"

// SubjectKind returns the kind of identity that findings of category c are
// about. It is "" where any kind may be; ok is false where c is unknown.
func SubjectKind(c entitlement.Category) (kind entitlement.Kind, ok bool) {
	switch c {
	case entitlement.InactiveUser, entitlement.SuperUser, entitlement.OverprovisionedUser,
		entitlement.AccessKeyOld, entitlement.AccessKeyUnused, entitlement.UserWithoutMFA:
		return entitlement.User, true
	case entitlement.InactiveRole, entitlement.SuperRole, entitlement.OverprovisionedRole:
		return entitlement.Role, true
	case entitlement.InactiveGroup, entitlement.SuperGroup, entitlement.OverprovisionedGroup:
		return entitlement.Group, true
	case entitlement.InactiveFunction, entitlement.SuperFunction, entitlement.OverprovisionedFunction:
		return entitlement.Function, true
	case entitlement.InactiveInstance, entitlement.SuperInstance, entitlement.OverprovisionedInstance:
		return entitlement.Instance, true
	case entitlement.ExcludedFromReports:
		return "", true
	}
	return "", false
}

func knownKind(k entitlement.Kind) bool {
	switch k {
	case entitlement.User, entitlement.Role, entitlement.Group, entitlement.Function, entitlement.Instance:
		return true
	}
	return false
}

func knownCloud(c entitlement.Cloud) bool {
	switch c {
	case entitlement.AWS, entitlement.Azure, entitlement.GCP, entitlement.Platform:
		return true
	}
	return false
}
