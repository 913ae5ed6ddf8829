package alert

import (
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// Response is how the alert rules answer findings of a category.
type Response struct {
	Playbook Playbook
	Severity Severity
}

// The indexes above which the alert rules speak up about an over-provisioned
// active user, and about any other such identity.
const (
	UserLimit     = 67
	WorkloadLimit = 33
)

// Respond returns how the alert rules answer findings of category c; ok is
// false where no rule is about them.
func Respond(c entitlement.Category) (r Response, ok bool) {
	r, ok = responses()[c]
	return r, ok
}

//nolint:gochecknoglobals // It is made once, and never changes: tables ask for each of many findings.
var responses = sync.OnceValue(func() map[entitlement.Category]Response {
	all := map[entitlement.Category]Response{}
	answer := func(p Playbook, s Severity, categories ...entitlement.Category) {
		for _, c := range categories {
			all[c] = Response{p, s}
		}
	}
	answer(InactiveUserReadOnly, Warning, entitlement.InactiveUser)
	answer(InactiveIdentityReview, Warning, entitlement.InactiveRole, entitlement.InactiveGroup, entitlement.InactiveFunction, entitlement.InactiveInstance,
		entitlement.InactiveServicePrincipal, entitlement.InactiveServiceAccount)
	answer(SuperIdentityReview, Warning, entitlement.SuperUser, entitlement.SuperRole, entitlement.SuperGroup, entitlement.SuperFunction, entitlement.SuperInstance,
		entitlement.SuperServicePrincipal, entitlement.SuperServiceAccount)
	answer(OverprovisionedRightSize, Warning, entitlement.OverprovisionedUser, entitlement.OverprovisionedRole,
		entitlement.OverprovisionedGroup, entitlement.OverprovisionedFunction, entitlement.OverprovisionedInstance,
		entitlement.OverprovisionedServicePrincipal, entitlement.OverprovisionedServiceAccount)
	answer(EscalationReview, Warning, entitlement.EscalationUser, entitlement.EscalationRole, entitlement.EscalationGroup,
		entitlement.EscalationFunction, entitlement.EscalationInstance, entitlement.EscalationServiceAccount)
	answer(SecurityToolReview, Warning, entitlement.SecurityToolUser, entitlement.SecurityToolRole, entitlement.SecurityToolFunction, entitlement.SecurityToolInstance)
	answer(SecretAccessReview, Info, entitlement.SecretAccessUser, entitlement.SecretAccessRole, entitlement.SecretAccessFunction, entitlement.SecretAccessInstance)
	answer(ExternalAccessReview, Warning, entitlement.ExternalAccount, entitlement.RoleTrustsAccount)
	answer(ExternalAccessReview, Info, entitlement.RoleReachesExternal)
	answer(BucketReview, Critical, entitlement.BucketPublic)
	answer(BucketReview, Warning, entitlement.BucketCrossAccount, entitlement.BucketUnencrypted, entitlement.BucketObjectACLs)
	answer(BucketReview, Info, entitlement.BucketManagedKeys, entitlement.StorageManagedKeys, entitlement.InstanceBucketAccess)
	answer(SecurityGroupReview, Warning, entitlement.OpenSecurityGroup)
	answer(AccessKeyRotate, Warning, entitlement.AccessKeyOld)
	answer(AccessKeyDeactivate, Warning, entitlement.AccessKeyUnused)
	answer(UserMFAEnforce, Warning, entitlement.UserWithoutMFA)
	return all
})

// Alerts returns the severity of the alert that the rules make of a finding
// that stays; "" where they make none.
func Alerts(f *entitlement.Finding) Severity {
	r, _ := Respond(f.Category)
	if r.Playbook != OverprovisionedRightSize {
		return r.Severity
	}
	limit := float64(WorkloadLimit)
	if f.Category == entitlement.OverprovisionedUser {
		limit = UserLimit
	}
	if f.PCI <= limit {
		return ""
	}
	return r.Severity
}
