package finding

import (
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// byKind gives a family of categories its member for each kind of identity.
type byKind map[entitlement.Kind]entitlement.Category

func (m byKind) of(k entitlement.Kind) entitlement.Category { return m[k] }

func inactive() byKind {
	return byKind{
		entitlement.User: entitlement.InactiveUser, entitlement.Role: entitlement.InactiveRole,
		entitlement.Group: entitlement.InactiveGroup, entitlement.Function: entitlement.InactiveFunction,
		entitlement.Instance:         entitlement.InactiveInstance,
		entitlement.ServicePrincipal: entitlement.InactiveServicePrincipal, entitlement.ManagedIdentity: entitlement.InactiveServicePrincipal,
		entitlement.ServiceAccount: entitlement.InactiveServiceAccount,
	}
}

func super() byKind {
	return byKind{
		entitlement.User: entitlement.SuperUser, entitlement.Role: entitlement.SuperRole,
		entitlement.Group: entitlement.SuperGroup, entitlement.Function: entitlement.SuperFunction,
		entitlement.Instance:         entitlement.SuperInstance,
		entitlement.ServicePrincipal: entitlement.SuperServicePrincipal, entitlement.ManagedIdentity: entitlement.SuperServicePrincipal,
		entitlement.ServiceAccount: entitlement.SuperServiceAccount,
	}
}

func overprovisioned() byKind {
	return byKind{
		entitlement.User: entitlement.OverprovisionedUser, entitlement.Role: entitlement.OverprovisionedRole,
		entitlement.Group: entitlement.OverprovisionedGroup, entitlement.Function: entitlement.OverprovisionedFunction,
		entitlement.Instance:         entitlement.OverprovisionedInstance,
		entitlement.ServicePrincipal: entitlement.OverprovisionedServicePrincipal, entitlement.ManagedIdentity: entitlement.OverprovisionedServicePrincipal,
		entitlement.ServiceAccount: entitlement.OverprovisionedServiceAccount,
	}
}

func escalation() byKind {
	return byKind{
		entitlement.User: entitlement.EscalationUser, entitlement.Role: entitlement.EscalationRole,
		entitlement.Group: entitlement.EscalationGroup, entitlement.Function: entitlement.EscalationFunction,
		entitlement.Instance: entitlement.EscalationInstance, entitlement.ServiceAccount: entitlement.EscalationServiceAccount,
	}
}

func securityTools() byKind {
	return byKind{
		entitlement.User: entitlement.SecurityToolUser, entitlement.Role: entitlement.SecurityToolRole,
		entitlement.Function: entitlement.SecurityToolFunction, entitlement.Instance: entitlement.SecurityToolInstance,
	}
}

func secretAccess() byKind {
	return byKind{
		entitlement.User: entitlement.SecretAccessUser, entitlement.Role: entitlement.SecretAccessRole,
		entitlement.Function: entitlement.SecretAccessFunction, entitlement.Instance: entitlement.SecretAccessInstance,
	}
}

// family is categories that differ by the kind of identity alone.
type family struct {
	members       byKind
	before, after string // Of the plural of the kind, in a title.
	meaning       string
}

func families() []family {
	return []family{
		{inactive(), "Inactive ", "", "used none of their granted permissions within the window"},
		{super(), "Super ", "", "may do every action on every resource of the system"},
		{overprovisioned(), "Over-provisioned active ", "", "are active and do not use all that they are granted"},
		{escalation(), "", " with privilege escalation", "can raise their own permissions"},
		{securityTools(), "", " that can administer security tools", "can administer, and so switch off, services that watch over the system"},
		{secretAccess(), "", " that can access secret information", "can read secret material"},
	}
}

// kinds lists the kinds that have categories of their own, in the order of
// reports. Managed identities have those of service principals: the field calls
// both of them system identities.
func kinds() []entitlement.Kind {
	return []entitlement.Kind{
		entitlement.User, entitlement.Role, entitlement.ServicePrincipal, entitlement.ServiceAccount,
		entitlement.Instance, entitlement.Function, entitlement.Group,
	}
}

// Categories lists every category in the order in which reports show them.
func Categories() []entitlement.Category {
	list := make([]entitlement.Category, 0, 64)
	add := func(families ...byKind) {
		for _, f := range families {
			for _, k := range kinds() {
				if c := f.of(k); c != "" {
					list = append(list, c)
				}
			}
		}
	}
	add(inactive(), super(), overprovisioned(), escalation())
	list = append(list, entitlement.BucketUnencrypted, entitlement.BucketManagedKeys, entitlement.StorageManagedKeys,
		entitlement.BucketPublic, entitlement.BucketObjectACLs, entitlement.BucketCrossAccount, entitlement.InstanceBucketAccess, entitlement.OpenSecurityGroup)
	add(securityTools(), secretAccess())
	return append(list, entitlement.ExternalAccount, entitlement.RoleTrustsAccount, entitlement.RoleReachesExternal,
		entitlement.UserWithoutMFA, entitlement.AccessKeyOld, entitlement.AccessKeyUnused, entitlement.ExcludedFromReports)
}

// Describe returns the category's title and what it means, for people.
func Describe(c entitlement.Category) (title, meaning string) {
	if d, ok := described()[c]; ok {
		return d[0], d[1]
	}
	return string(c), ""
}

// described has titles and meanings by category.
//
//nolint:gochecknoglobals // It is made once, and never changes: tables ask for each of many findings.
var described = sync.OnceValue(func() map[entitlement.Category][2]string {
	all := map[entitlement.Category][2]string{}
	for _, c := range Categories() {
		title, meaning := worded(c)
		all[c] = [2]string{title, meaning}
	}
	return all
})

func worded(c entitlement.Category) (title, meaning string) {
	for _, f := range families() {
		for _, k := range kinds() {
			if f.members.of(k) == c {
				return capital(f.before + plural(k) + f.after), f.meaning + explained(k)
			}
		}
	}
	if d, ok := single()[c]; ok {
		return d[0], d[1]
	}
	return string(c), ""
}

// single describes the categories that stand by themselves.
func single() map[entitlement.Category][2]string {
	return map[entitlement.Category][2]string{
		entitlement.BucketUnencrypted:    {"Unencrypted buckets", "are not encrypted by default"},
		entitlement.StorageManagedKeys:   {"Storage with managed keys", "are encrypted with keys that Microsoft or Google manages"},
		entitlement.BucketObjectACLs:     {"Buckets subject to object ACLs", "hold objects that may be public by access lists of their own"},
		entitlement.BucketManagedKeys:    {"SSE-S3 buckets", "are encrypted with keys that the storage service manages"},
		entitlement.BucketPublic:         {"Public buckets", "are open to anybody"},
		entitlement.BucketCrossAccount:   {"Buckets open to other accounts", "give access to named other accounts"},
		entitlement.InstanceBucketAccess: {"Instances with access to buckets", "reach buckets through their role"},
		entitlement.OpenSecurityGroup:    {"Open security groups", "let in the whole internet"},
		entitlement.ExternalAccount:      {"External accounts", "can enter the system by assuming a role"},
		entitlement.RoleTrustsAccount:    {"Roles that allow all identities", "may be assumed by every identity of an outside account or identity provider"},
		entitlement.RoleReachesExternal:  {"Roles that reach external accounts", "can assume roles of other accounts"},
		entitlement.UserWithoutMFA:       {"Users without MFA", "have a console password, or can sign in to the directory, and no second factor"},
		entitlement.AccessKeyOld:         {"Old access keys", "are active and past the age at which keys should be rotated"},
		entitlement.AccessKeyUnused:      {"Unused access keys", "are active and were not used within the limit"},
		entitlement.ExcludedFromReports:  {"Excluded from reports", "carry the tag " + entitlement.TagExcludeFromReports},
	}
}

// plural names a kind in titles.
func plural(k entitlement.Kind) string {
	switch k {
	case entitlement.ServicePrincipal, entitlement.ManagedIdentity:
		return "system identities"
	case entitlement.ServiceAccount:
		return "service accounts"
	case entitlement.User, entitlement.Role, entitlement.Group, entitlement.Function, entitlement.Instance:
	}
	return string(k) + "s"
}

// explained says what a title's word stands for, where it is the field's own.
func explained(k entitlement.Kind) string {
	if k == entitlement.ServicePrincipal {
		return " (service principals and managed identities)"
	}
	return ""
}

// capital makes the first letter, which is of ASCII, a capital one.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
