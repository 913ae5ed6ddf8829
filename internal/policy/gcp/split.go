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
	service := strings.TrimSuffix(host, ".googleapis.com")
	if short, ok := shortServices()[service]; ok {
		service = short
	}
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
		kind = parentTypes()[kind]
		if kind == "" {
			return false
		}
		if kind == container {
			return true
		}
	}
	return false
}

// parentTypes are the types whose resources lie in those of another type, and
// inherit the access to them.
func parentTypes() map[string]string {
	return map[string]string{
		"storage.objects": "storage.buckets", "storage.folders": "storage.buckets", "storage.managedFolders": "storage.buckets",
		"storage.multipartUploads": "storage.buckets", "storage.anywhereCaches": "storage.buckets", "storage.bucketOperations": "storage.buckets",
		"bigquery.tables": "bigquery.datasets", "bigquery.models": "bigquery.datasets", "bigquery.routines": "bigquery.datasets",
		"bigquery.rowAccessPolicies": "bigquery.tables",
		"cloudkms.cryptoKeys":        "cloudkms.keyRings",
		"cloudkms.importJobs":        "cloudkms.keyRings",
		"cloudkms.cryptoKeyVersions": "cloudkms.cryptoKeys",
		"secretmanager.versions":     "secretmanager.secrets",
		"spanner.databases":          "spanner.instances",
		"spanner.backups":            "spanner.instances",
		"spanner.sessions":           "spanner.databases",
		"bigtable.tables":            "bigtable.instances",
		"bigtable.clusters":          "bigtable.instances",
		"bigtable.backups":           "bigtable.clusters",
		"iam.serviceAccountKeys":     "iam.serviceAccounts",
		"artifactregistry.packages":  "artifactregistry.repositories",
		"artifactregistry.versions":  "artifactregistry.packages",
		"artifactregistry.tags":      "artifactregistry.packages",
		"artifactregistry.files":     "artifactregistry.repositories",
		"dns.resourceRecordSets":     "dns.managedZones",
		"dns.changes":                "dns.managedZones",
		"healthcare.fhirStores":      "healthcare.datasets",
		"healthcare.dicomStores":     "healthcare.datasets",
		"healthcare.hl7V2Stores":     "healthcare.datasets",
		"datacatalog.entries":        "datacatalog.entryGroups",
		"privateca.certificates":     "privateca.caPools",
		"servicedirectory.services":  "servicedirectory.namespaces",
		"servicedirectory.endpoints": "servicedirectory.services",
		"run.revisions":              "run.services",
		"run.routes":                 "run.services",
		"run.executions":             "run.jobs",
		"clouddeploy.releases":       "clouddeploy.deliveryPipelines",
		"clouddeploy.rollouts":       "clouddeploy.releases",
		"workstations.workstations":  "workstations.workstationConfigs",
		"securesourcemanager.hooks":  "securesourcemanager.repositories",
		"container.pods":             "container.clusters",
	}
}
