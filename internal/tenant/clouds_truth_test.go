package tenant_test

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// azureTruth is what the truth says of each subscription.
func azureTruth(truth *tenant.Truth) []expectation {
	var list []expectation
	for _, s := range truth.Azure[0].Subscriptions {
		e := expectation{id: s.ID, exempt: slices.Concat(s.ExcludedFromReports, s.ExemptResources)}
		e.counts = counted(map[entitlement.Kind]int{
			entitlement.User: s.Counts.Users, entitlement.Group: s.Counts.Groups, entitlement.ServicePrincipal: s.Counts.ServicePrincipals,
			entitlement.ManagedIdentity: s.Counts.ManagedIdentities, entitlement.Function: s.Counts.Functions, entitlement.Instance: s.Counts.Machines,
		})
		e.findings = map[entitlement.Category][]string{
			entitlement.InactiveUser: s.Inactive.Users, entitlement.InactiveGroup: s.Inactive.Groups,
			entitlement.InactiveServicePrincipal: slices.Concat(s.Inactive.ServicePrincipals, s.Inactive.ManagedIdentities),
			entitlement.InactiveFunction:         s.Inactive.Functions, entitlement.InactiveInstance: s.Inactive.Machines,
			entitlement.SuperUser: s.Super.Users, entitlement.SuperGroup: s.Super.Groups,
			entitlement.SuperServicePrincipal: slices.Concat(s.Super.ServicePrincipals, s.Super.ManagedIdentities),
			entitlement.SuperFunction:         s.Super.Functions, entitlement.SuperInstance: s.Super.Machines,
			entitlement.UserWithoutMFA: s.WithoutMFA, entitlement.AccessKeyOld: s.OldSecrets, entitlement.AccessKeyUnused: s.UnusedSecrets,
			entitlement.StorageManagedKeys: s.Storage.ManagedKeys, entitlement.BucketPublic: s.Storage.Public,
			entitlement.OpenSecurityGroup: s.OpenSecurityGroups, entitlement.ExcludedFromReports: e.exempt,
		}
		list = append(list, e)
	}
	return list
}

// gcpTruth is what the truth says of each project.
func gcpTruth(truth *tenant.Truth) []expectation {
	list := make([]expectation, 0, len(truth.GCP[0].Projects))
	for _, p := range truth.GCP[0].Projects {
		e := expectation{id: p.ID, exempt: slices.Concat(p.ExcludedFromReports, p.ExemptResources)}
		e.counts = counted(map[entitlement.Kind]int{
			entitlement.User: p.Counts.Users, entitlement.Group: p.Counts.Groups, entitlement.ServiceAccount: p.Counts.ServiceAccounts,
			entitlement.Function: p.Counts.Functions, entitlement.Instance: p.Counts.Instances,
		})
		e.findings = map[entitlement.Category][]string{
			entitlement.InactiveUser: p.Inactive.Users, entitlement.InactiveGroup: p.Inactive.Groups, entitlement.InactiveServiceAccount: p.Inactive.ServiceAccounts,
			entitlement.InactiveFunction: p.Inactive.Functions, entitlement.InactiveInstance: p.Inactive.Instances,
			entitlement.SuperUser: p.Super.Users, entitlement.SuperGroup: p.Super.Groups, entitlement.SuperServiceAccount: p.Super.ServiceAccounts,
			entitlement.SuperFunction: p.Super.Functions, entitlement.SuperInstance: p.Super.Instances,
			entitlement.EscalationUser: p.Escalating.Users, entitlement.EscalationServiceAccount: p.Escalating.ServiceAccounts,
			entitlement.EscalationFunction: p.Escalating.Functions, entitlement.EscalationInstance: p.Escalating.Instances,
			entitlement.UserWithoutMFA: p.WithoutMFA, entitlement.AccessKeyOld: p.OldKeys, entitlement.AccessKeyUnused: p.UnusedKeys,
			entitlement.StorageManagedKeys: p.Buckets.ManagedKeys, entitlement.BucketPublic: p.Buckets.Public, entitlement.BucketObjectACLs: p.Buckets.ObjectACLs,
			entitlement.OpenSecurityGroup: p.OpenFirewalls, entitlement.ExcludedFromReports: e.exempt,
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b expectation) int { return slices.Compare([]string{a.id}, []string{b.id}) })
	return list
}

// counted leaves out the kinds of which there is none.
func counted(counts map[entitlement.Kind]int) map[entitlement.Kind]int {
	for k, n := range counts {
		if n == 0 {
			delete(counts, k)
		}
	}
	return counts
}
