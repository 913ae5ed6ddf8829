package gcp

import (
	"regexp"
	"strings"
)

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
