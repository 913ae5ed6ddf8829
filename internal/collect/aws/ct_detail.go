package aws

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// parameters reads what the call's own parameters tell: which resources it
// names, and what a search should find.
func (n *normaliser) parameters(ev *auditlog.Event, r *ctRecord) {
	n.detail.Reset()
	if len(r.parameters) > 0 {
		names := n.namings(ev.Source)
		n.detail.Add(r.parameters, func(key, value []byte) { n.name(ev, names, key, value) })
	}
	if n.detail.Lean {
		return
	}
	if issues := issuesKeys(ev); len(r.response) > 0 {
		n.detail.Add(r.response, func(key, value []byte) {
			if issues && string(key) == "accessKeyId" && len(value) > 0 {
				ev.Issued = append(ev.Issued, entitlement.AccessKeyID(value))
			}
		})
	}
	ev.Detail = n.detail.String()
}

// namings is namedBy, put together once for each service.
func (n *normaliser) namings(source string) []naming {
	names, ok := n.named[source]
	if !ok {
		if len(n.named) >= maxCalls {
			clear(n.named)
		}
		names = namedBy(source)
		n.named[source] = names
	}
	return names
}

// issuesKeys knows the calls whose answers hold access keys that the call made:
// those of the sessions of STS, Identity Center, Cognito and Roles Anywhere,
// and the long-lived ones of users and of Lightsail's buckets.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
func issuesKeys(ev *auditlog.Event) bool {
	switch ev.Source {
	case "sts.amazonaws.com":
		return strings.HasPrefix(ev.Name, "AssumeR") || ev.Name == "GetSessionToken" || ev.Name == "GetFederationToken"
	case "iam.amazonaws.com":
		return ev.Name == "CreateAccessKey"
	case "lightsail.amazonaws.com":
		return ev.Name == "CreateBucketAccessKey"
	case "sso.amazonaws.com", "portal.sso.amazonaws.com":
		return ev.Name == "GetRoleCredentials"
	case "cognito-identity.amazonaws.com":
		return ev.Name == "GetCredentialsForIdentity"
	case "rolesanywhere.amazonaws.com":
		return ev.Name == "CreateSession"
	}
	return false
}
