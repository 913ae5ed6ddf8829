package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

const (
	manager        = "//cloudresourcemanager.googleapis.com/"
	projects       = manager + "projects/"
	folders        = manager + "folders/"
	organizations  = manager + "organizations/"
	storageHost    = "//storage.googleapis.com/"
	serviceAccount = "/serviceAccounts/"
)

// namer knows the several names that one thing has.
type namer struct {
	project, number string
	accounts        map[string]string // E-mail address of a service account by its unique id.
	known           map[entitlement.ResourceID]string
}

func newNamer(inv *entitlement.Inventory) *namer {
	n := &namer{project: string(inv.System.ID), number: inv.System.Number, accounts: map[string]string{}, known: map[entitlement.ResourceID]string{}}
	for i := range inv.Identities {
		if id := &inv.Identities[i]; id.Kind == entitlement.ServiceAccount {
			for _, unique := range []string{id.AppID, id.UniqueID} {
				if unique != "" {
					n.accounts[unique] = strings.ToLower(string(id.ID))
				}
			}
		}
	}
	return n
}

// is reports whether a project's id or number is known to be the project's.
func (n *namer) is(project string) bool {
	return project != "" && (project == n.project || project == n.number)
}

// own reports whether a project's id or number is that of the project.
func (n *namer) own(project string) bool {
	return project == n.project || project == n.number && n.number != "" ||
		n.number == "" && project != "" && strings.Trim(project, "0123456789") == ""
}

// canonical returns the one spelling of a full resource name that names are
// compared in: the project by its id, buckets as Cloud Asset Inventory names
// them, service accounts by their e-mail address. "" is the project itself. See
// https://cloud.google.com/asset-inventory/docs/asset-names.
func (n *namer) canonical(id entitlement.ResourceID) string {
	s := strings.TrimRight(strings.ReplaceAll(string(id), "%2F", "/"), "/")
	if s == "" {
		return projects + n.project
	}
	s = withHost(s)
	if rest, ok := strings.CutPrefix(s, storageHost+"projects/_/buckets/"); ok {
		s = storageHost + rest
	}
	s = n.byEmail(s)
	host, path, ok := strings.Cut(s[2:], "/projects/")
	if !ok {
		return s
	}
	project, rest, more := strings.Cut(path, "/")
	if n.own(project) {
		project = n.project
	}
	s = "//" + host + "/projects/" + project
	if more {
		s += "/" + rest
	}
	return s
}

// remembered is canonical for the names of an inventory, of which many are the
// same. It is for the compilation alone.
func (n *namer) remembered(id entitlement.ResourceID) string {
	name, ok := n.known[id]
	if !ok {
		name = n.canonical(id)
		n.known[id] = name
	}
	return name
}

// withHost completes a name that lacks its service.
func withHost(s string) string {
	switch {
	case strings.HasPrefix(s, "//"):
		return s
	case strings.Contains(first(s), ".googleapis.com"):
		return "//" + s
	case strings.HasPrefix(s, "projects/_/buckets/"):
		return storageHost + s
	case strings.HasPrefix(s, "projects/") && strings.Contains(s, serviceAccount):
		return "//iam.googleapis.com/" + s
	case strings.Count(s, "/") == 1 && (strings.HasPrefix(s, "projects/") || strings.HasPrefix(s, "folders/") || strings.HasPrefix(s, "organizations/")):
		return manager + s
	case strings.HasPrefix(s, "projects/"):
		return "//-/" + s // Of a service that is not named.
	case strings.HasPrefix(s, "gs://"):
		return withObject(s[len("gs://"):])
	case !strings.Contains(s, "/") && isServiceAccount(strings.ToLower(s)):
		return "//iam.googleapis.com/projects/-" + serviceAccount + s
	}
	return "//" + s
}

// withObject names a bucket or an object by what follows "gs://".
func withObject(s string) string {
	if bucket, object, ok := strings.Cut(s, "/"); ok {
		return storageHost + bucket + "/objects/" + object
	}
	return storageHost + s
}

// first returns what stands before the first slash.
func first(s string) string {
	part, _, _ := strings.Cut(s, "/")
	return part
}

// byEmail names a service account by its e-mail address and its project.
func (n *namer) byEmail(s string) string {
	i := strings.Index(s, serviceAccount)
	if i < 0 || !strings.HasPrefix(s, "//iam.googleapis.com/projects/") {
		return s
	}
	account, rest, more := strings.Cut(s[i+len(serviceAccount):], "/")
	if email, ok := n.accounts[account]; ok {
		account = email
	}
	account = strings.ToLower(account)
	project := strings.TrimPrefix(s[:i], "//iam.googleapis.com/projects/")
	if of := projectOfAccount(account); project == "-" && of != "" {
		project = of
	}
	s = "//iam.googleapis.com/projects/" + project + serviceAccount + account
	if more {
		s += "/" + rest
	}
	return s
}

// projectOf returns the project that a canonical name says it is in, "" if it
// says none.
func projectOf(name string) string {
	_, path, ok := strings.Cut(name[2:], "/projects/")
	if !ok {
		return ""
	}
	p := first(path)
	if p == "_" || p == "-" {
		return ""
	}
	return p
}

// covers reports whether a resource is a scope or lies below it, by their
// canonical names.
func covers(scope, resource string) bool {
	return strings.HasPrefix(resource, scope) && (len(resource) == len(scope) || resource[len(scope)] == '/')
}

// projectOfAccount returns the project, by id or number, in which a service
// account was made, as far as its e-mail address tells; "" otherwise. See
// https://cloud.google.com/iam/docs/service-account-types.
func projectOfAccount(email string) string {
	name, domain, _ := strings.Cut(email, "@")
	project, ok := strings.CutSuffix(domain, ".iam.gserviceaccount.com")
	switch {
	case ok && (strings.HasPrefix(project, "gcp-sa-") || project == "" || isAgentName(name)):
		return numberOfAgent(name)
	case ok:
		// Of a domain-scoped project, "p.example.com" stands for "example.com:p".
		if id, org, scoped := strings.Cut(project, "."); scoped {
			return org + ":" + id
		}
		return project
	case domain == "appspot.gserviceaccount.com":
		return name
	case domain == "developer.gserviceaccount.com":
		return strings.TrimSuffix(name, "-compute")
	case domain == "cloudservices.gserviceaccount.com", domain == "cloudbuild.gserviceaccount.com":
		return name
	}
	return ""
}

// isAgentName reports whether a service account has a name as service agents
// have, after the number of the project that they work for. See
// https://cloud.google.com/iam/docs/service-agents.
func isAgentName(name string) bool {
	number, ok := strings.CutPrefix(name, "service-")
	return ok && len(number) >= 8 && strings.Trim(number, "0123456789") == ""
}

// numberOfAgent returns the number of the project that a service agent works
// for.
func numberOfAgent(name string) string {
	number := strings.TrimPrefix(name, "service-")
	if strings.Trim(number, "0123456789") == "" {
		return number
	}
	return ""
}

// isServiceAccount reports whether an e-mail address is one of a service
// account.
func isServiceAccount(email string) bool { return strings.HasSuffix(email, "gserviceaccount.com") }

// isAgent reports whether a service account is one that Google made and runs.
func isAgent(email string) bool {
	name, domain, _ := strings.Cut(email, "@")
	return strings.HasPrefix(domain, "gcp-sa-") || isServiceAccount(email) && isAgentName(name) || domain == "cloudservices.gserviceaccount.com" ||
		domain == "cloudbuild.gserviceaccount.com" || isServiceAccount(email) && projectOfAccount(email) == ""
}
