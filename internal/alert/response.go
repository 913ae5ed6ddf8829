package alert

import "github.com/leastward/leastward/internal/entitlement"

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
	switch c {
	case entitlement.InactiveUser:
		return Response{InactiveUserReadOnly, Warning}, true
	case entitlement.InactiveRole, entitlement.InactiveGroup, entitlement.InactiveFunction, entitlement.InactiveInstance:
		return Response{InactiveIdentityReview, Warning}, true
	case entitlement.SuperUser, entitlement.SuperRole, entitlement.SuperGroup, entitlement.SuperFunction, entitlement.SuperInstance:
		return Response{SuperIdentityReview, Warning}, true
	case entitlement.OverprovisionedUser, entitlement.OverprovisionedRole, entitlement.OverprovisionedGroup,
		entitlement.OverprovisionedFunction, entitlement.OverprovisionedInstance:
		return Response{OverprovisionedRightSize, Warning}, true
	case entitlement.EscalationUser, entitlement.EscalationRole, entitlement.EscalationGroup,
		entitlement.EscalationFunction, entitlement.EscalationInstance:
		return Response{EscalationReview, Warning}, true
	case entitlement.SecurityToolUser, entitlement.SecurityToolRole, entitlement.SecurityToolFunction, entitlement.SecurityToolInstance:
		return Response{SecurityToolReview, Warning}, true
	case entitlement.SecretAccessUser, entitlement.SecretAccessRole, entitlement.SecretAccessFunction, entitlement.SecretAccessInstance:
		return Response{SecretAccessReview, Info}, true
	}
	return respondToThing(c)
}

// respondToThing is Respond for findings about keys, sign-ins, outsiders and
// resources.
func respondToThing(c entitlement.Category) (Response, bool) {
	things := map[entitlement.Category]Response{
		entitlement.ExternalAccount:      {ExternalAccessReview, Warning},
		entitlement.RoleTrustsAccount:    {ExternalAccessReview, Warning},
		entitlement.RoleReachesExternal:  {ExternalAccessReview, Info},
		entitlement.BucketPublic:         {BucketReview, Critical},
		entitlement.BucketCrossAccount:   {BucketReview, Warning},
		entitlement.BucketUnencrypted:    {BucketReview, Warning},
		entitlement.BucketManagedKeys:    {BucketReview, Info},
		entitlement.InstanceBucketAccess: {BucketReview, Info},
		entitlement.OpenSecurityGroup:    {SecurityGroupReview, Warning},
		entitlement.AccessKeyOld:         {AccessKeyRotate, Warning},
		entitlement.AccessKeyUnused:      {AccessKeyDeactivate, Warning},
		entitlement.UserWithoutMFA:       {UserMFAEnforce, Warning},
	}
	r, ok := things[c]
	return r, ok
}

// Alerts returns the severity of the alert that the rules make of a finding
// that stays; "" where they make none.
func Alerts(f *entitlement.Finding) Severity {
	r, ok := Respond(f.Category)
	limit := 0.0
	switch f.Category {
	case entitlement.OverprovisionedUser:
		limit = UserLimit
	case entitlement.OverprovisionedRole, entitlement.OverprovisionedGroup,
		entitlement.OverprovisionedFunction, entitlement.OverprovisionedInstance:
		limit = WorkloadLimit
	default:
		return r.Severity
	}
	if !ok || f.PCI <= limit {
		return ""
	}
	return r.Severity
}
