package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// caller is who called, in the spelling of inventories.
type caller struct {
	id        entitlement.IdentityID
	kind      string
	name      string
	byService bool
}

// identify fills in who called: the account that holds the permissions, be it
// that another acted as it.
// https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog#AuthenticationInfo
func (n *normaliser) identify(ev *auditlog.Event, p *payload) {
	var email, subject, key jsonscan.Text
	var chain []byte
	jsonscan.Members(p.authentication, func(name, v []byte) {
		var buf [maxKey]byte
		switch string(camel(name, buf[:0])) {
		case "principalEmail":
			email.Set(v)
		case "principalSubject":
			subject.Set(v)
		case "serviceAccountKeyName":
			key.Set(v)
		case "serviceAccountDelegationInfo":
			chain = v
		}
	})
	principal := email
	if len(principal) == 0 {
		principal = subject
	}
	c := n.caller(n.names.Text(principal))
	ev.Identity, ev.IdentityType, ev.IdentityName, ev.ByService = c.id, c.kind, c.name, c.byService
	if len(key) > 0 {
		ev.AccessKey = entitlement.AccessKeyID(n.names.Text(key[strings.LastIndexByte(string(key), '/')+1:]))
	}
	ev.Session = n.impersonator(chain)
}

// caller remembers what a principal is.
func (n *normaliser) caller(principal string) caller {
	c, ok := n.who[principal]
	if !ok {
		if len(n.who) >= maxKnown {
			clear(n.who)
		}
		c = n.classify(principal)
		n.who[principal] = c
	}
	return c
}

// classify tells what a principal is. Google's own agents call for nobody.
// https://cloud.google.com/iam/docs/principal-identifiers
func (n *normaliser) classify(principal string) caller {
	for _, prefix := range []string{"user:", "serviceAccount:"} {
		principal = strings.TrimPrefix(principal, prefix)
	}
	c := caller{id: entitlement.IdentityID(principal), name: lastOf(principal)}
	lower := strings.ToLower(principal)
	switch {
	case principal == "":
		c.kind = "anonymous" // Public access, or a caller that the log hides.
	case strings.HasPrefix(principal, "principal://"), strings.HasPrefix(principal, "principalSet://"):
		c.kind = "workforce_identity"
		if strings.Contains(principal, "/workloadIdentityPools/") {
			c.kind = "workload_identity"
		}
	case strings.HasPrefix(lower, "system:"):
		c.id, c.kind, c.name = entitlement.IdentityID(lower), "kubernetes", lower
	case strings.Contains(lower, ".svc.id.goog["):
		c.kind = "workload_identity"
	default:
		c.id, c.name = entitlement.IdentityID(lower), lower
		c.kind, c.byService = n.account(lower)
	}
	return c
}

func (n *normaliser) account(email string) (kind string, byService bool) {
	switch n.accounts.kind(email) {
	case googleAccount:
		return "service_agent", true
	case ownedAccount, defaultAccount:
		return "service_account", false
	case notAccount:
	}
	if _, domain, _ := strings.Cut(email, "@"); email == "system@google.com" || domain == "prod.google.com" {
		return "google", true
	}
	return "user", false
}

// impersonator returns who acts as a service account: the first of those that
// delegated to one another who is not Google's own. The agent by which an
// instance or a function got its service account's token is no impersonator.
func (n *normaliser) impersonator(chain []byte) string {
	who := ""
	jsonscan.Elements(chain, func(v []byte) {
		if c := n.caller(n.delegate(v)); who == "" && c.id != "" && !c.byService {
			who = string(c.id)
		}
	})
	return who
}

func (n *normaliser) delegate(v []byte) string {
	var email, subject jsonscan.Text
	jsonscan.Members(v, func(key, v []byte) {
		var buf [maxKey]byte
		switch string(camel(key, buf[:0])) {
		case "principalSubject":
			subject.Set(v)
		case "firstPartyPrincipal":
			jsonscan.Members(v, func(key, v []byte) {
				if k := string(key); k == "principalEmail" || k == "principal_email" {
					email.Set(v)
				}
			})
		}
	})
	if len(email) > 0 {
		return n.names.Text(email)
	}
	return n.names.Text(subject)
}

// requester fills in from where the call came.
func (n *normaliser) requester(ev *auditlog.Event, value []byte) {
	jsonscan.Members(value, func(key, v []byte) {
		var buf [maxKey]byte
		switch string(camel(key, buf[:0])) {
		case "callerIp":
			ev.Address = n.names.Text(jsonscan.TextOf(v))
		case "callerSuppliedUserAgent":
			ev.UserAgent = n.names.Text(jsonscan.TextOf(v))
		}
	})
}
