package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// visitor is somebody outside who might enter a role: any identity of an
// account, a named one, whoever an identity provider vouches for, or, with no
// field set, anybody who has AWS credentials.
type visitor struct {
	account  string
	arn      string // Of a user, role or session.
	unique   string // Its unique id, if known.
	provider string
	known    *aws.Account // Its account, if among the documents.
	trust    *trust       // Of the role that it enters.
}

// Lookup answers what a context key holds as far as it follows from who the
// visitor is and which role it enters.
func (v *visitor) Lookup(k *condition.Key) condition.Value {
	if value := v.ofRole(k); value.State != condition.Unknown {
		return value
	}
	if v.provider != "" {
		if k.Name == "aws:federatedprovider" {
			return present(v.provider)
		}
		return condition.Value{}
	}
	return v.ofPrincipal(k)
}

func present(s string) condition.Value {
	return condition.Value{State: condition.Present, One: s}
}

// ofPrincipal answers the keys of the principal, who is no AWS service.
func (v *visitor) ofPrincipal(k *condition.Key) condition.Value {
	hidden := condition.Value{State: condition.Hidden}
	switch k.Kind { //nolint:exhaustive // nothing is known of the others
	case condition.PrincipalArn:
		if v.arn != "" && !v.session() {
			return present(v.arn)
		}
		return hidden
	case condition.PrincipalAccount:
		if v.account != "" {
			return present(v.account)
		}
		return hidden
	case condition.PrincipalIsAWSService:
		return present("false")
	case condition.PrincipalServiceName, condition.PrincipalServiceNamesList:
		return condition.Value{State: condition.Absent}
	case condition.PrincipalOrgID, condition.PrincipalOrgPaths:
		return v.organization(k.Kind == condition.PrincipalOrgPaths)
	case condition.UserID:
		return hidden
	case condition.PrincipalType:
		return v.principalType()
	}
	return condition.Value{}
}

func (v *visitor) session() bool { return partOf(v.arn, servicePart) == "sts" }

func (v *visitor) principalType() condition.Value {
	switch kind, _, _ := strings.Cut(partOf(v.arn, resourcePart), "/"); kind {
	case "user":
		return present("User")
	case "role", "assumed-role":
		return present("AssumedRole")
	}
	return condition.Value{State: condition.Hidden}
}

// organization answers from the documents of the visitor's account, else from
// the list of members of the role's own organisation.
func (v *visitor) organization(path bool) condition.Value {
	own := v.trust.account.Inventory().Organization
	if v.known != nil && v.known.Inventory().Organization != nil {
		own = v.known.Inventory().Organization
	} else if own == nil || path || !slices.Contains(own.Members, entitlement.SystemID(v.account)) {
		return condition.Value{}
	}
	value := own.ID
	if path {
		value = own.Path
	}
	if value == "" {
		return condition.Value{}
	}
	return present(value)
}

// ofRole answers the keys of the role.
func (v *visitor) ofRole(k *condition.Key) condition.Value {
	inv := v.trust.account.Inventory()
	switch k.Kind { //nolint:exhaustive // the others are not the role's
	case condition.ResourceAccount:
		return present(string(inv.System.ID))
	case condition.ResourceOrgID:
		if inv.Organization != nil && inv.Organization.ID != "" {
			return present(inv.Organization.ID)
		}
	case condition.ResourceTag:
		for tag, value := range v.trust.role.Tags {
			if strings.EqualFold(tag, k.Tag) {
				return present(value)
			}
		}
		return condition.Value{State: condition.Absent}
	}
	return condition.Value{}
}
