// Package found has the tables about findings.
package found

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// Definitions returns the tables of this package.
func Definitions() []tables.Definition {
	return []tables.Definition{findings(), counts(), exemptions()}
}

// The families of findings that are not about one kind of identity each.
const (
	storage  = "storage"
	network  = "network"
	external = "external_access"
	keys     = "access_key"
	signIn   = "sign_in"
	exempt   = "exempt"
)

// family is what categories have in common that differ by what they are about.
func family(c entitlement.Category) string {
	if f, ok := families()[c]; ok {
		return f
	}
	kind, _ := alert.SubjectKind(c)
	return strings.TrimSuffix(string(c), "_"+string(kind))
}

// families are those of the categories whose family is not their name without
// the kind of identity.
//
//nolint:gochecknoglobals // It is made once, and never changes: each of many findings asks for it.
var families = sync.OnceValue(func() map[entitlement.Category]string {
	return map[entitlement.Category]string{
		entitlement.BucketUnencrypted: storage, entitlement.BucketManagedKeys: storage, entitlement.StorageManagedKeys: storage,
		entitlement.BucketPublic: storage, entitlement.BucketObjectACLs: storage,
		entitlement.BucketCrossAccount: storage, entitlement.InstanceBucketAccess: storage, entitlement.OpenSecurityGroup: network,
		entitlement.ExternalAccount: external, entitlement.RoleTrustsAccount: external, entitlement.RoleReachesExternal: external,
		entitlement.AccessKeyOld: keys, entitlement.AccessKeyUnused: keys, entitlement.UserWithoutMFA: signIn, entitlement.ExcludedFromReports: exempt,
	}
})

// familyNames are all families, in the order of the categories.
func familyNames() []string {
	var list []string
	for _, c := range finding.Categories() {
		if f := family(c); !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

func categoryNames() []string {
	var list []string
	for _, c := range finding.Categories() {
		list = append(list, string(c))
	}
	return list
}

func title(c entitlement.Category) string {
	text, _ := finding.Describe(c)
	return text
}

// The types of what findings are about that is no identity.
const (
	bucket        = "bucket"
	securityGroup = "security_group"
	account       = "account"
)

// typeOf says what a finding is about: a kind of identity, or of resource.
func typeOf(f *entitlement.Finding) string {
	switch {
	case f.Identity != "":
		return string(f.Kind)
	case f.Category == entitlement.ExternalAccount:
		return account
	case f.Category == entitlement.OpenSecurityGroup, finding.Firewall(f.Resource):
		return securityGroup
	}
	return bucket
}

func typeNames() []string {
	list := make([]string, 0, 16)
	for _, k := range entitlement.Kinds() {
		list = append(list, string(k))
	}
	return append(list, bucket, securityGroup, account)
}

// byCategory are the filters that every table of findings has.
func byCategory() []api.TableFilter {
	return []api.TableFilter{
		tables.Enum("category", "Category", "", true, categoryNames()...),
		tables.Enum("family", "Family", "Categories that differ by the kind of identity alone, or belong together.", true, familyNames()...),
	}
}

func keepsCategory(q *tables.Question, c entitlement.Category) bool {
	return q.Keeps("category", string(c)) && q.Keeps("family", family(c))
}

// evidence puts facts into one text.
func evidence(list []entitlement.Evidence) string {
	facts := make([]string, 0, len(list))
	for _, e := range list {
		facts = append(facts, e.Name+": "+e.Value)
	}
	return strings.Join(facts, "; ")
}

func nameOf(f *entitlement.Finding) string {
	return cmp.Or(f.Name, string(f.Identity), f.Resource)
}
