package entitle

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// subtypeOnAzure tells where an identity comes from: another directory, this
// one, or the subscription itself, in which managed identities live. Microsoft's
// own applications are services.
func (w *who) subtypeOnAzure() string {
	switch {
	case w.Kind == entitlement.Function || w.Kind == entitlement.Instance || w.ServiceManaged:
		return service
	case w.Guest:
		return guest
	case w.Kind == entitlement.ManagedIdentity:
		return local
	}
	return directory
}

// subtypeOnGCP tells where an identity comes from: an identity pool, the
// organization's directory, another one, the project itself, or another.
func (w *who) subtypeOnGCP() string {
	switch {
	case w.Kind == entitlement.Function || w.Kind == entitlement.Instance || w.ServiceManaged:
		return service
	case strings.HasPrefix(string(w.ID), "principal://"):
		return federated
	case w.Kind == entitlement.ServiceAccount:
		return w.ofProject()
	case w.Guest:
		return guest
	}
	_, domain, _ := strings.Cut(string(w.ID), "@")
	if _, own := w.sys.inventory().Domains[domain]; own {
		return directory
	}
	return "" // Which domains are the organization's own is not known.
}

// ofProject tells a project's own service accounts from those of others. See
// https://cloud.google.com/iam/docs/service-account-types.
func (w *who) ofProject() string {
	account, host, _ := strings.Cut(string(w.ID), "@")
	s := &w.sys.System
	owner, found := strings.CutSuffix(host, ".iam.gserviceaccount.com")
	switch {
	case host == "appspot.gserviceaccount.com":
		owner = account
	case host == "developer.gserviceaccount.com":
		owner, _, _ = strings.Cut(account, "-")
	case !found:
		return ""
	}
	if domain, project, scoped := strings.Cut(string(s.ID), ":"); scoped && (owner == project+"."+domain) {
		return local
	}
	if owner == string(s.ID) || owner == s.Number && s.Number != "" {
		return local
	}
	return crossAccount
}
