package gcp

import (
	"net/url"
	"regexp"
	"strings"
)

// The beginning of full resource names of projects, folders and organizations.
// https://cloud.google.com/asset-inventory/docs/resource-name-format
const managerHost = "//cloudresourcemanager.googleapis.com/"

// container reports whether a name such as "projects/p" is that of a project, a
// folder or an organization, and nothing below it.
func container(ref string) bool {
	kind, id, ok := strings.Cut(ref, "/")
	return ok && id != "" && !strings.Contains(id, "/") && (kind == "projects" || kind == "folders" || kind == "organizations")
}

// containerOf returns "projects/p" of a full name such as
// "//cloudresourcemanager.googleapis.com/projects/p", "" for other resources.
func containerOf(full string) string {
	if ref, ok := strings.CutPrefix(full, managerHost); ok && container(ref) {
		return ref
	}
	return ""
}

// fullName returns the full resource name of what an export names: by a full
// name, a name relative to the service of an asset type, a URL of a bucket. It is
// "" where the service cannot be told.
func fullName(name, assetType string) string {
	name = strings.TrimSuffix(name, "/")
	switch {
	case strings.HasPrefix(name, "//storage.googleapis.com/projects/_/buckets/") && strings.Count(name, "/") == 6:
		return "//storage.googleapis.com/" + name[strings.LastIndexByte(name, '/')+1:]
	case strings.HasPrefix(name, "//"):
		return name
	case strings.HasPrefix(name, "gs://"):
		bucket, _, _ := strings.Cut(name[len("gs://"):], "/")
		return "//storage.googleapis.com/" + bucket
	case strings.HasPrefix(name, "https://"):
		return selfLink(name)
	case container(name):
		return managerHost + name
	case strings.HasPrefix(name, "projects/_/buckets/"):
		return fullName("//storage.googleapis.com/"+name, "")
	case strings.HasPrefix(name, "projects/") && strings.Contains(name, "/serviceAccounts/"):
		return "//iam.googleapis.com/" + name
	}
	if service, _, ok := strings.Cut(assetType, "/"); ok && name != "" && !strings.HasPrefix(name, "/") {
		return "//" + service + "/" + name
	}
	return ""
}

// selfLink turns "https://www.googleapis.com/compute/v1/projects/p/…" into a full
// resource name, "" where it is another URL.
func selfLink(link string) string {
	host, path, _ := strings.Cut(strings.TrimPrefix(link, "https://"), "/")
	i := strings.Index(path, "projects/")
	if i < 0 {
		return ""
	}
	if strings.HasPrefix(path, "compute/") {
		host = "compute.googleapis.com"
	}
	return "//" + host + "/" + path[i:]
}

// projectIn returns "projects/p" where a full name is of a resource of that
// project, "" where the name does not tell.
func projectIn(full string) string {
	_, rest, ok := strings.Cut(strings.TrimPrefix(full, "//"), "/projects/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	if id == "" || id == "_" || id == "-" {
		return ""
	}
	return "projects/" + id
}

// bucketIn returns the full name of the bucket that something in Cloud Storage
// belongs to, "" for other services.
func bucketIn(full string) string {
	rest, ok := strings.CutPrefix(full, "//storage.googleapis.com/")
	if !ok {
		return ""
	}
	rest = strings.TrimPrefix(rest, "projects/_/buckets/")
	bucket, _, _ := strings.Cut(rest, "/")
	return "//storage.googleapis.com/" + bucket
}

func lastOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// isNumber reports whether a project is named by its number; ids begin with a
// letter, or with the domain before the colon.
func isNumber(id string) bool { return id != "" && strings.Trim(id, "0123456789") == "" }

// attachment returns the full name of the resource that a deny policy is attached
// to, which stands in the policy's name in URL encoding:
// "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F123/denypolicies/p".
// https://cloud.google.com/iam/docs/deny-overview#attachment-point
func attachment(name string) string {
	rest := name[strings.Index(name, "policies/")+len("policies/"):]
	point, _, ok := strings.Cut(rest, "/denypolicies/")
	if !ok {
		return ""
	}
	plain, err := url.PathUnescape(point)
	if err != nil || !strings.Contains(plain, "/") {
		return ""
	}
	return "//" + strings.TrimPrefix(plain, "//")
}

// accountKind tells what sort of service account an address is.
type accountKind uint8

const (
	notAccount     accountKind = iota
	ownedAccount               // One that a project's owners made.
	defaultAccount             // One that Google made for a project's owners.
	googleAccount              // One of Google's own, as service agents.
)

// accounts tells service accounts by their addresses.
// https://cloud.google.com/iam/docs/service-account-types
type accounts struct{ agent, compute *regexp.Regexp }

func newAccounts() accounts {
	return accounts{
		agent:   regexp.MustCompile(`^([a-z]+-)*\d+$`),
		compute: regexp.MustCompile(`^\d+-compute@developer\.gserviceaccount\.com$`),
	}
}

// kind tells what sort of service account an address is, in lower case.
func (a accounts) kind(email string) accountKind {
	local, domain, _ := strings.Cut(email, "@")
	project, isOwned := strings.CutSuffix(domain, ".iam.gserviceaccount.com")
	switch {
	case !strings.HasSuffix(domain, "gserviceaccount.com"):
		return notAccount
	case a.compute.MatchString(email), domain == "appspot.gserviceaccount.com":
		return defaultAccount
	case domain == "developer.gserviceaccount.com":
		return ownedAccount
	case !isOwned: // 123@cloudservices.gserviceaccount.com, 123@cloudbuild.gserviceaccount.com, ….
		return googleAccount
	case strings.HasPrefix(project, "gcp-sa-"), agentProjects(project) && a.agent.MatchString(local):
		return googleAccount
	}
	return ownedAccount
}

// agentProjects knows the projects of Google that service agents are of, other
// than those that begin with "gcp-sa-".
// https://cloud.google.com/iam/docs/service-agents
func agentProjects(project string) bool {
	switch project {
	case "bigquery-encryption", "cloud-filer", "cloud-iot", "cloud-memcache-sa", "cloud-ml", "cloud-redis",
		"cloud-tpu", "cloud-trace", "cloudcomposer-accounts", "cloudscheduler", "compute-system", "container-engine-robot",
		"containerregistry", "dataflow-service-producer-prod", "dataproc-accounts", "dlp-api", "endpoints-portal",
		"firebase-rules", "gae-api-prod.google.com", "gcf-admin-robot", "gcp-gae-service", "genomics-api", "gs-project-accounts",
		"monitoring-notification", "remotebuildexecution", "security-center-api", "serverless-robot-prod",
		"service-consumer-management", "service-networking", "sourcerepo-service-accounts", "stackdriver",
		"storage-transfer-service", "workspace-prod":
		return true
	}
	return false
}

// homeProject returns the project that a service account is of, as its address
// says: by id or, for the default one of Compute Engine, by number. It is "" for
// Google's own.
func (a accounts) homeProject(email string) string {
	switch local, domain, _ := strings.Cut(email, "@"); a.kind(email) {
	case ownedAccount, defaultAccount:
		if project, ok := strings.CutSuffix(domain, ".iam.gserviceaccount.com"); ok {
			return "projects/" + domainScoped(project)
		}
		if domain == "appspot.gserviceaccount.com" {
			return "projects/" + domainScoped(local)
		}
		number, _, _ := strings.Cut(local, "-")
		if isNumber(number) {
			return "projects/" + number
		}
	case notAccount, googleAccount:
	}
	return ""
}

// domainScoped turns "p.example.com" into the project id "example.com:p".
func domainScoped(project string) string {
	if id, domain, ok := strings.Cut(project, "."); ok {
		return domain + ":" + id
	}
	return project
}
