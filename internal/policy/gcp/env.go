package gcp

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

const timeAttribute = "request.time"

// request is a request to one project: what conditions are evaluated with.
type request struct {
	*decision.Request

	project    *Project
	permission string
	name       string // Canonical name of the resource.
	level      int
	somewhere  bool // The request names no resource: it may be any in the project.
	at         time.Time
}

// Attribute returns what is known of the request: what it says itself, then
// what follows from the resource and the permission.
func (r *request) Attribute(name string) (any, bool) {
	if v, ok := r.said(name); ok {
		return typed(name, v), true
	}
	if slices.ContainsFunc(r.Absent, func(a string) bool { return strings.EqualFold(a, name) }) {
		return nil, true
	}
	switch name {
	case timeAttribute:
		return r.at, !r.at.IsZero()
	case "resource.name", "resource.type", "resource.service":
		return r.resource(strings.TrimPrefix(name, "resource."))
	case "iam.googleapis.com/modifiedGrantsByRole":
		// Only requests to set an allow policy have it.
		return nil, !strings.HasSuffix(r.permission, ".setIamPolicy")
	case "storage.googleapis.com/objectListPrefix":
		// Only requests to list objects have it.
		return nil, !strings.HasPrefix(r.permission, "storage.") || !strings.HasSuffix(r.permission, ".list")
	}
	return nil, false
}

func (r *request) said(name string) ([]string, bool) {
	if v, ok := r.Context[name]; ok {
		return v, true
	}
	for k, v := range r.Context {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return nil, false
}

// typed returns a value that a request says as what conditions compare it with.
func typed(name string, values []string) any {
	if len(values) != 1 || strings.HasSuffix(name, "access_levels") || strings.HasSuffix(name, "audiences") {
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = v
		}
		return list
	}
	v := values[0]
	switch name {
	case timeAttribute:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return t
		}
	case "destination.port":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	}
	return v
}

// resource returns an attribute of the resource, where the service gives it to
// conditions. See
// https://cloud.google.com/iam/docs/conditions-resource-attributes.
func (r *request) resource(part string) (any, bool) {
	if r.somewhere && !strings.HasPrefix(r.permission, "resourcemanager.projects.") {
		return nil, false
	}
	host, path, _ := strings.Cut(r.name[2:], "/")
	if !slices.Contains(conditionServices(), host) {
		return nil, false
	}
	switch within := r.within(); {
	case part == "service":
		return host, true
	case part == "type" && within:
		return nil, false
	case part == "type":
		t := conditionType(host, path)
		return t, t != ""
	case within:
		name, known := r.relativeName(host, path)
		text, _ := name.(string)
		return condition.Prefix{Known: text + "/", Name: "resource.name"}, known
	}
	return r.relativeName(host, path)
}

// within reports whether the permission is checked on something in the resource
// that the request names, such as an object where it names a bucket. Lists of
// what is in a container are checked on the container.
func (r *request) within() bool {
	return !strings.HasSuffix(r.permission, ".list") && isBelow(actionType(r.permission), scopeType(r.name))
}

// relativeName returns the name of the resource as its service writes it in
// conditions: with the project's number or its id.
func (r *request) relativeName(host, path string) (any, bool) {
	if host == "storage.googleapis.com" {
		return "projects/_/buckets/" + path, true
	}
	project, rest, _ := strings.Cut(strings.TrimPrefix(path, "projects/"), "/")
	if !strings.HasPrefix(path, "projects/") || !r.project.names.own(project) {
		return path, true
	}
	if slices.Contains(numberedServices(), host) {
		if project = r.project.names.number; project == "" {
			return nil, false
		}
	}
	return strings.TrimSuffix("projects/"+project+"/"+rest, "/"), true
}

// numberedServices are those that name projects by their number in conditions.
func numberedServices() []string {
	return []string{"cloudresourcemanager.googleapis.com", "secretmanager.googleapis.com", "pubsublite.googleapis.com"}
}

// conditionServices are the services whose resources have a name, type and
// service in conditions, and whose names are derived here.
func conditionServices() []string {
	return []string{
		"bigquery.googleapis.com", "bigtableadmin.googleapis.com", "cloudkms.googleapis.com", "cloudresourcemanager.googleapis.com",
		"compute.googleapis.com", "container.googleapis.com", "secretmanager.googleapis.com", "spanner.googleapis.com",
		"sqladmin.googleapis.com", "storage.googleapis.com",
	}
}

// conditionType returns the type of a resource in conditions, "" if it is not
// known. See
// https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-type.
func conditionType(host, path string) string {
	segments := strings.Split(path, "/")
	collection := ""
	if len(segments) > 1 {
		collection = segments[len(segments)-2]
	}
	if host == "storage.googleapis.com" {
		collection = "buckets"
		if len(segments) > 2 {
			collection = segments[1]
		}
	}
	if t := conditionKind(host + "/" + collection); t != "" {
		return host + "/" + t
	}
	return ""
}

// conditionKind returns the last word of the type of what is in a collection.
func conditionKind(collection string) string {
	switch collection {
	case "storage.googleapis.com/buckets":
		return "Bucket"
	case "storage.googleapis.com/objects":
		return "Object"
	case "storage.googleapis.com/managedFolders":
		return "ManagedFolder"
	case "cloudresourcemanager.googleapis.com/projects":
		return "Project"
	case "cloudresourcemanager.googleapis.com/folders":
		return "Folder"
	case "cloudresourcemanager.googleapis.com/organizations":
		return "Organization"
	case "compute.googleapis.com/instances", "spanner.googleapis.com/instances", "sqladmin.googleapis.com/instances", "bigtableadmin.googleapis.com/instances":
		return "Instance"
	case "compute.googleapis.com/disks":
		return "Disk"
	case "compute.googleapis.com/images":
		return "Image"
	case "compute.googleapis.com/snapshots":
		return "Snapshot"
	case "compute.googleapis.com/instanceTemplates":
		return "InstanceTemplate"
	case "compute.googleapis.com/backendServices":
		return "BackendService"
	case "compute.googleapis.com/firewalls":
		return "Firewall"
	case "compute.googleapis.com/forwardingRules":
		return "ForwardingRule"
	case "secretmanager.googleapis.com/secrets":
		return "Secret"
	case "secretmanager.googleapis.com/versions":
		return "SecretVersion"
	case "cloudkms.googleapis.com/keyRings":
		return "KeyRing"
	case "cloudkms.googleapis.com/cryptoKeys":
		return "CryptoKey"
	case "cloudkms.googleapis.com/cryptoKeyVersions":
		return "CryptoKeyVersion"
	case "bigquery.googleapis.com/datasets":
		return "Dataset"
	case "bigquery.googleapis.com/tables", "bigtableadmin.googleapis.com/tables":
		return "Table"
	case "bigquery.googleapis.com/models":
		return "Model"
	case "bigquery.googleapis.com/routines":
		return "Routine"
	case "spanner.googleapis.com/databases":
		return "Database"
	case "spanner.googleapis.com/backups":
		return "Backup"
	case "bigtableadmin.googleapis.com/clusters", "container.googleapis.com/clusters":
		return "Cluster"
	}
	return ""
}
