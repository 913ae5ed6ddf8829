package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// split parts what a grant on a resource gives: the actions on what lies in the
// resource, and the others.
func (p *Project) split(g *grant) (part, named entitlement.ActionSet) {
	kind := scopeType(g.scope)
	both, ok := g.role.deep[kind]
	if !ok {
		part = entitlement.NewActionSet(p.universe.size())
		for _, i := range g.role.indices {
			if isBelow(actionType(string(p.universe.name(i))), kind) {
				part.Add(i)
			}
		}
		both = [2]entitlement.ActionSet{part, g.role.set.Minus(part)}
		g.role.deep[kind] = both
	}
	return both[0], both[1]
}

// scopeType returns the type of a resource as permissions name it, such as
// "storage.buckets".
func scopeType(name string) string {
	host := first(name[2:])
	service := shortService(strings.TrimSuffix(host, ".googleapis.com"))
	segments := strings.Split(strings.TrimPrefix(name[2:], host+"/"), "/")
	if service == "storage" {
		if len(segments) < 3 {
			return "storage.buckets"
		}
		return "storage." + segments[1]
	}
	if len(segments) < 2 {
		return service
	}
	return service + "." + segments[len(segments)-2+len(segments)%2]
}

// actionType returns a permission without its verb: "storage.objects".
func actionType(permission string) string {
	return permission[:max(0, strings.LastIndexByte(permission, '.'))]
}

// isBelow reports whether resources of a type lie in those of another.
func isBelow(kind, container string) bool {
	for range 4 {
		kind = parentType(kind)
		if kind == "" {
			return false
		}
		if kind == container {
			return true
		}
	}
	return false
}

// parentType returns the type in whose resources those of a type lie, and from
// which they inherit the access to them; "" if there is none or it is not known.
func parentType(kind string) string {
	switch kind {
	case "storage.objects", "storage.folders", "storage.managedFolders", "storage.multipartUploads", "storage.anywhereCaches", "storage.bucketOperations":
		return "storage.buckets"
	case "bigquery.tables", "bigquery.models", "bigquery.routines":
		return "bigquery.datasets"
	case "bigquery.rowAccessPolicies":
		return "bigquery.tables"
	case "cloudkms.cryptoKeys", "cloudkms.importJobs":
		return "cloudkms.keyRings"
	case "cloudkms.cryptoKeyVersions":
		return "cloudkms.cryptoKeys"
	case "secretmanager.versions":
		return "secretmanager.secrets"
	case "spanner.databases", "spanner.backups":
		return "spanner.instances"
	case "spanner.sessions":
		return "spanner.databases"
	case "bigtable.tables", "bigtable.clusters":
		return "bigtable.instances"
	case "bigtable.backups":
		return "bigtable.clusters"
	case "iam.serviceAccountKeys":
		return "iam.serviceAccounts"
	case "artifactregistry.packages", "artifactregistry.files":
		return "artifactregistry.repositories"
	case "artifactregistry.versions", "artifactregistry.tags":
		return "artifactregistry.packages"
	case "dns.resourceRecordSets", "dns.changes":
		return "dns.managedZones"
	case "healthcare.fhirStores", "healthcare.dicomStores", "healthcare.hl7V2Stores":
		return "healthcare.datasets"
	case "datacatalog.entries":
		return "datacatalog.entryGroups"
	case "privateca.certificates":
		return "privateca.caPools"
	case "servicedirectory.services":
		return "servicedirectory.namespaces"
	case "servicedirectory.endpoints":
		return "servicedirectory.services"
	case "run.revisions", "run.routes":
		return "run.services"
	case "run.executions":
		return "run.jobs"
	case "clouddeploy.releases":
		return "clouddeploy.deliveryPipelines"
	case "clouddeploy.rollouts":
		return "clouddeploy.releases"
	case "workstations.workstations":
		return "workstations.workstationConfigs"
	case "securesourcemanager.hooks":
		return "securesourcemanager.repositories"
	case "container.pods":
		return "container.clusters"
	}
	return ""
}
