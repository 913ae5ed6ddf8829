package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// resources notes what a call acted upon, by full resource names: the service
// account of the labels, what the payload names, and what permissions were
// checked on.
func (n *normaliser) resources(ev *auditlog.Event, e *entry) {
	if l := n.labels(e.resource); l.kind == "service_account" && l.email != "" && l.project != "" {
		n.add(ev, "//iam.googleapis.com/projects/"+l.project+"/serviceAccounts/"+strings.ToLower(l.email), "")
	}
	name := n.names.Text(e.audit.resource)
	if !strings.Contains(name, "/-/serviceAccounts/") || len(ev.Resources) == 0 {
		n.add(ev, resourceName(name, ev.Source), n.kindOfChecks(e.audit.resource))
	}
	for i := range n.checks {
		c := &n.checks[i]
		of := c.name
		if len(of) == 0 {
			of = c.resource
		}
		n.add(ev, resourceName(n.names.Text(of), n.serviceOf(c, ev.Source)), n.names.Text(c.kind))
	}
}

// kindOfChecks returns the type that a check gives the resource.
func (n *normaliser) kindOfChecks(name jsonscan.Text) string {
	for i := range n.checks {
		if c := &n.checks[i]; len(c.kind) > 0 && (string(c.name) == string(name) || string(c.resource) == string(name)) {
			return n.names.Text(c.kind)
		}
	}
	return ""
}

// serviceOf returns the host of a service that may be written short: "compute".
func (n *normaliser) serviceOf(c *check, otherwise string) string {
	s := n.names.Text(c.service)
	switch {
	case s == "":
		return otherwise
	case !strings.Contains(s, "."):
		return s + ".googleapis.com"
	}
	return s
}

func (n *normaliser) add(ev *auditlog.Event, name, kind string) {
	if name == "" {
		return
	}
	for i := range ev.Resources {
		if string(ev.Resources[i].ID) == name {
			return
		}
	}
	if !strings.Contains(kind, "/") || containerOf(name) != "" {
		kind = typeOf(name) // Of what is created in a project checks give the type, with the project's name.
	}
	ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(name), Type: kind})
}

// resourceName returns the full resource name of what a service's log names.
func resourceName(name, service string) string {
	switch {
	case name == "":
		return ""
	case strings.HasPrefix(name, "projects/_/buckets/"):
		return "//storage.googleapis.com/" + name[len("projects/_/buckets/"):]
	case strings.HasPrefix(name, "//"), container(name):
		return fullName(name, "")
	case strings.HasPrefix(name, "projects/") && strings.Contains(name, "/serviceAccounts/"):
		return "//iam.googleapis.com/" + name
	case service == "":
		return ""
	}
	return "//" + service + "/" + strings.TrimPrefix(name, "/")
}

// typeOf returns the type that Cloud Asset Inventory has for a resource, "" where
// that is not known.
// https://cloud.google.com/asset-inventory/docs/asset-types
func typeOf(full string) string {
	service, path, _ := strings.Cut(strings.TrimPrefix(full, "//"), "/")
	if service == "storage.googleapis.com" {
		if strings.Contains(path, "/") {
			return "" // An object.
		}
		return bucketType
	}
	parts := strings.Split(path, "/")
	if len(parts) < 2 {
		return ""
	}
	if kind := kindOfAsset(service, parts[len(parts)-2]); kind != "" {
		return service + "/" + kind
	}
	return ""
}

// kindOfAsset returns the kind of asset that a collection of a service holds.
func kindOfAsset(service, collection string) string {
	switch strings.TrimSuffix(service, ".googleapis.com") {
	case "cloudresourcemanager":
		return map[string]string{"projects": "Project", "folders": "Folder", "organizations": "Organization"}[collection]
	case "iam":
		return map[string]string{"serviceAccounts": "ServiceAccount", "keys": "ServiceAccountKey", "roles": "Role"}[collection]
	case "compute":
		return map[string]string{
			"instances": "Instance", "disks": "Disk", "networks": "Network", "subnetworks": "Subnetwork", "firewalls": "Firewall",
			"images": "Image", "snapshots": "Snapshot", "addresses": "Address", "routes": "Route", "instanceTemplates": "InstanceTemplate",
		}[collection]
	case "bigquery":
		return map[string]string{"datasets": "Dataset", "tables": "Table", "models": "Model", "routines": "Routine"}[collection]
	case "secretmanager":
		return map[string]string{"secrets": "Secret", "versions": "SecretVersion"}[collection]
	case "cloudkms":
		return map[string]string{"keyRings": "KeyRing", "cryptoKeys": "CryptoKey", "cryptoKeyVersions": "CryptoKeyVersion"}[collection]
	case "pubsub":
		return map[string]string{"topics": "Topic", "subscriptions": "Subscription", "snapshots": "Snapshot"}[collection]
	case "cloudfunctions":
		return map[string]string{"functions": "CloudFunction"}[collection]
	case "run":
		return map[string]string{"services": "Service", "jobs": "Job", "revisions": "Revision"}[collection]
	case "container":
		return map[string]string{"clusters": "Cluster", "nodePools": "NodePool"}[collection]
	case "logging":
		return map[string]string{"sinks": "LogSink", "metrics": "LogMetric", "buckets": "LogBucket"}[collection]
	}
	return ""
}
