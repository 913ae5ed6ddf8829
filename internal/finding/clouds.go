package finding

import (
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// Possible reports whether findings of category c can be made in a system of
// the cloud: its kinds of identity and of resources have it, and its evaluator
// looks for it. A cloud that is not known counts as AWS.
func Possible(c entitlement.Category, cloud entitlement.Cloud) bool {
	if cloud != entitlement.Azure && cloud != entitlement.GCP {
		cloud = entitlement.AWS
	}
	return possible()[cloud][c]
}

//nolint:gochecknoglobals // It is made once, and never changes: rules ask for each of many identities.
var possible = sync.OnceValue(func() map[entitlement.Cloud]map[entitlement.Category]bool {
	all := map[entitlement.Cloud]map[entitlement.Category]bool{}
	for _, cloud := range entitlement.Clouds() {
		all[cloud] = map[entitlement.Category]bool{}
		for _, c := range append(ofIdentities(cloud), ofThings(cloud)...) {
			all[cloud][c] = true
		}
	}
	return all
})

// ofIdentities are the categories of each kind of identity that a cloud has.
func ofIdentities(cloud entitlement.Cloud) []entitlement.Category {
	sorts := []byKind{inactive(), super(), overprovisioned()}
	if cloud != entitlement.Azure {
		sorts = append(sorts, escalation())
	}
	if cloud == entitlement.AWS {
		sorts = append(sorts, securityTools(), secretAccess())
	}
	list := []entitlement.Category{
		entitlement.UserWithoutMFA, entitlement.AccessKeyOld, entitlement.AccessKeyUnused, entitlement.ExcludedFromReports,
	}
	for _, m := range sorts {
		for _, k := range entitlement.KindsOf(cloud) {
			list = append(list, m.of(k))
		}
	}
	return slices.DeleteFunc(list, func(c entitlement.Category) bool { return c == "" })
}

// ofThings are those of storage, firewalls and outsiders.
func ofThings(cloud entitlement.Cloud) []entitlement.Category {
	list := []entitlement.Category{entitlement.BucketUnencrypted, entitlement.BucketPublic, entitlement.OpenSecurityGroup}
	switch cloud {
	case entitlement.AWS:
		return append(list, entitlement.BucketManagedKeys, entitlement.BucketCrossAccount, entitlement.InstanceBucketAccess,
			entitlement.ExternalAccount, entitlement.RoleTrustsAccount, entitlement.RoleReachesExternal)
	case entitlement.GCP:
		return append(list, entitlement.StorageManagedKeys, entitlement.BucketObjectACLs)
	case entitlement.Azure:
		return append(list, entitlement.StorageManagedKeys)
	case entitlement.Platform:
	}
	return list
}

// Firewall reports whether the resource that a finding names is a security
// group, a network security group or a firewall rule, and no storage.
func Firewall(resource string) bool {
	id := strings.ToLower(resource)
	return strings.Contains(id, ":security-group/") || strings.Contains(id, "/microsoft.network/networksecuritygroups/") ||
		strings.HasPrefix(id, "//compute.googleapis.com/")
}

// Storage reports whether the resource that a finding names is a bucket or a
// storage account.
func Storage(resource string) bool {
	id := strings.ToLower(resource)
	return strings.Contains(id, ":s3:::") || strings.Contains(id, "/microsoft.storage/storageaccounts/") ||
		strings.HasPrefix(id, "//storage.googleapis.com/")
}
