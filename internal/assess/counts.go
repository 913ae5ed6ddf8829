package assess

import "github.com/leastward/leastward/internal/entitlement"

// counts reports whether an identity enters its system's index: it is one that
// holds permissions itself, is not exempt, and somebody granted what it holds.
//
// Groups do not, for their members hold what they grant; functions and instances
// do not, for the identity that they run as does. The root user does not: what
// it may do is no grant that anybody made or could take back. Of Google Cloud's
// service accounts the default ones and those that Google manages do not.
//
// Users and applications of a directory, which many systems share, are of those
// systems alone in which they hold something.
func counts(one *Identity, cloud entitlement.Cloud) bool {
	if one.Root || one.Exempt(entitlement.TagExcludeFromPCI) {
		return false
	}
	switch one.Kind {
	case entitlement.User, entitlement.ServicePrincipal:
		shared := cloud == entitlement.Azure || cloud == entitlement.GCP
		return !shared || one.Granted > 0 || len(one.Access.Literal) > 0
	case entitlement.Role, entitlement.ManagedIdentity:
		return true
	case entitlement.ServiceAccount:
		return !one.Default && !one.ServiceManaged
	case entitlement.Group, entitlement.Function, entitlement.Instance:
	}
	return false
}
