package finding

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// byKind gives a family of categories its member for each kind of identity.
type byKind map[entitlement.Kind]entitlement.Category

func (m byKind) of(k entitlement.Kind) entitlement.Category { return m[k] }

func inactive() byKind {
	return byKind{
		entitlement.User: entitlement.InactiveUser, entitlement.Role: entitlement.InactiveRole,
		entitlement.Group: entitlement.InactiveGroup, entitlement.Function: entitlement.InactiveFunction,
		entitlement.Instance: entitlement.InactiveInstance,
	}
}

func super() byKind {
	return byKind{
		entitlement.User: entitlement.SuperUser, entitlement.Role: entitlement.SuperRole,
		entitlement.Group: entitlement.SuperGroup, entitlement.Function: entitlement.SuperFunction,
		entitlement.Instance: entitlement.SuperInstance,
	}
}

func overprovisioned() byKind {
	return byKind{
		entitlement.User: entitlement.OverprovisionedUser, entitlement.Role: entitlement.OverprovisionedRole,
		entitlement.Group: entitlement.OverprovisionedGroup, entitlement.Function: entitlement.OverprovisionedFunction,
		entitlement.Instance: entitlement.OverprovisionedInstance,
	}
}

// Categories lists every category in the order in which reports show them.
func Categories() []entitlement.Category {
	kinds := []entitlement.Kind{
		entitlement.User, entitlement.Role, entitlement.Instance, entitlement.Function, entitlement.Group,
	}
	var list []entitlement.Category
	for _, family := range []byKind{inactive(), super(), overprovisioned()} {
		for _, k := range kinds {
			list = append(list, family.of(k))
		}
	}
	return append(list, entitlement.UserWithoutMFA, entitlement.AccessKeyOld,
		entitlement.AccessKeyUnused, entitlement.ExcludedFromReports)
}

// Describe returns the category's title and what it means, for people.
func Describe(c entitlement.Category) (title, meaning string) {
	switch {
	case slices.Contains(values(inactive()), c):
		return "Inactive " + plural(c, inactive()), "used none of their granted permissions within the window"
	case slices.Contains(values(super()), c):
		return "Super " + plural(c, super()), "may do every action on every resource of the system"
	case slices.Contains(values(overprovisioned()), c):
		return "Over-provisioned active " + plural(c, overprovisioned()), "are active and do not use all that they are granted"
	}
	if d, ok := hygiene()[c]; ok {
		return d[0], d[1]
	}
	return string(c), ""
}

// hygiene describes the categories that are not about what identities hold.
func hygiene() map[entitlement.Category][2]string {
	return map[entitlement.Category][2]string{
		entitlement.UserWithoutMFA:      {"Users without MFA", "have a console password and no second factor"},
		entitlement.AccessKeyOld:        {"Old access keys", "are active and past the age at which keys should be rotated"},
		entitlement.AccessKeyUnused:     {"Unused access keys", "are active and were not used within the limit"},
		entitlement.ExcludedFromReports: {"Excluded from reports", "carry the tag " + entitlement.TagExcludeFromReports},
	}
}

func values(m byKind) []entitlement.Category {
	var list []entitlement.Category
	for _, c := range m {
		list = append(list, c)
	}
	return list
}

func plural(c entitlement.Category, m byKind) string {
	for k, v := range m {
		if v == c {
			return string(k) + "s"
		}
	}
	return "identities"
}
