package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Names of members and keys that are no identity's.
const (
	allUsers      = "allUsers"
	authenticated = "allAuthenticatedUsers"

	domainKey     = "domain:"
	customerKey   = "customer:"
	anyCustomer   = "customer?" // Of users whose customer is not known.
	poolKey       = "pool?:"    // Of identities of a pool, whose attributes are not known.
	inKey         = "in:"       // Of what lies in a project, folder or organization.
	poolsOf       = "//iam.googleapis.com/"
	subjectPrefix = "principal://iam.googleapis.com/"
	setPrefix     = "principalSet://iam.googleapis.com/"
)

// member is what one member of a policy stands for: whoever has one of the
// keys. See https://cloud.google.com/iam/docs/principal-identifiers.
type member struct {
	keys []string
	// problem says why nobody is meant; "" if somebody is.
	problem string
}

// readMember reads a member of an allow policy, such as
// "user:alice@example.com", or a principal identifier as deny policies write
// it, such as "principal://goog/subject/alice@example.com".
func (n *namer) readMember(s string) member {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "deleted:") {
		return member{problem: deletedMember}
	}
	switch s {
	case allUsers, "principalSet://goog/public:all":
		return member{keys: []string{allUsers}}
	case authenticated, "principalSet://goog/public:allAuthenticatedUsers":
		return member{keys: []string{authenticated}}
	}
	if strings.HasPrefix(s, "principal://") || strings.HasPrefix(s, "principalSet://") {
		return n.readIdentifier(s)
	}
	kind, rest, ok := strings.Cut(s, ":")
	rest = strings.ToLower(rest)
	switch kind {
	case "user", "serviceAccount", "group":
		// A Kubernetes service account is "p.svc.id.goog[namespace/name]".
		if ok && (strings.Contains(rest, "@") || strings.Contains(rest, ".svc.id.goog[")) {
			return member{keys: []string{rest}}
		}
	case "domain":
		if rest != "" {
			return member{keys: []string{domainKey + rest}}
		}
	case "projectOwner", "projectEditor", "projectViewer":
		if rest != "" {
			if n.own(rest) {
				rest = n.project
			}
			return member{keys: []string{kind + ":" + rest}}
		}
	}
	return member{problem: unknownMember}
}

// readIdentifier reads a principal identifier.
func (n *namer) readIdentifier(s string) member {
	if email, ok := cutAny(s, "principal://goog/subject/", "principalSet://goog/group/", "principal://iam.googleapis.com/projects/-/serviceAccounts/"); ok {
		return member{keys: []string{strings.ToLower(email)}}
	}
	if id, ok := strings.CutPrefix(s, "principalSet://goog/cloudIdentityCustomerId/"); ok {
		return member{keys: []string{customerKey + id, anyCustomer}}
	}
	if scope, ok := strings.CutPrefix(s, "principalSet:"+manager); ok {
		return member{keys: []string{inKey + n.canonical(entitlement.ResourceID(manager+scope))}}
	}
	if pool, rest, ok := pool(s); ok {
		s = strings.Replace(s, pool, n.poolName(pool), 1)
		if strings.HasPrefix(s, setPrefix) && rest != "*" {
			return member{keys: []string{s, poolKey + n.poolName(pool)}}
		}
		return member{keys: []string{s}}
	}
	return member{problem: unknownMember}
}

func cutAny(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok && rest != "" {
			return rest, true
		}
	}
	return "", false
}

// pool returns the pool that a principal identifier of identity federation is
// about, "projects/1/locations/global/workloadIdentityPools/p" or
// "locations/global/workforcePools/p", and what follows it.
func pool(s string) (name, rest string, ok bool) {
	s, ok = cutAny(s, subjectPrefix, setPrefix)
	if !ok {
		return "", "", false
	}
	parts := 4
	if strings.HasPrefix(s, "projects/") {
		parts = 6
	}
	split := strings.SplitN(s, "/", parts+1)
	if len(split) <= parts || !strings.HasSuffix(split[parts-2], "Pools") || split[parts] == "" {
		return "", "", false
	}
	return strings.Join(split[:parts], "/"), split[parts], true
}

// ownKey returns the key of an identity: its id, in which the project of a pool
// is named by its id as in members.
func (n *namer) ownKey(id string) string {
	if pool, _, ok := pool(id); ok {
		return strings.Replace(id, pool, n.poolName(pool), 1)
	}
	return id
}

// poolName names the project of a pool by its id.
func (n *namer) poolName(pool string) string {
	return strings.TrimPrefix(n.canonical(entitlement.ResourceID(poolsOf+pool)), poolsOf)
}
