package gcp

import (
	"strings"
)

// taker takes one record.
type taker func(src *source, o object, a *around)

// recognise tells what a record is by its content, nil if it is none.
func (b *builder) recognise(o object) taker {
	switch {
	case o.has("assetType") && o.has("name"):
		return b.asset
	case o.object("asset").has("assetType") && o.object("asset").has("name"):
		return b.temporal
	case o.object("policy") != nil && o.has("resource"):
		return b.attached
	case o.has("id") && o.has("type") && lineal(o.text("type")) && (o.object("policy") != nil || len(o) == 2):
		return b.ancestor
	case (o.has("logName") || o.has("protoPayload")) && (o.has("insertId") || o.has("timestamp")):
		return b.logRecord
	case !o.has("name") && (o.has("bindings") || o.has("etag") && len(o) <= 2):
		return b.nameless
	case o.has("activityType") && o.has("fullResourceName"):
		return b.activity
	}
	if take := b.byKind(o); take != nil {
		return take
	}
	if take := b.byName(o, o.text("name")); take != nil {
		return take
	}
	return b.byMembers(o)
}

// lineal reports whether it is a type of containers in answers of gcloud.
func lineal(kind string) bool { return kind == "project" || kind == "folder" || kind == "organization" }

// byKind goes by the member kind, which older APIs have.
func (b *builder) byKind(o object) taker {
	switch kind := o.text("kind"); kind {
	case "storage#bucket":
		return b.bucket
	case "compute#instance":
		return b.instance
	case "compute#firewall":
		return b.firewall
	case "compute#project":
		return b.computeProject
	case "admin#directory#user":
		return b.user
	case "admin#directory#group":
		return b.group
	case "admin#directory#member":
		return b.membership
	case "admin#directory#domain":
		return b.domain
	case "DenyPolicy":
		return b.deny
	case "Service", "Job":
		if v := o.text("apiVersion"); strings.HasPrefix(v, "serving.knative.dev/") || strings.HasPrefix(v, "run.googleapis.com/") {
			return b.knative
		}
	}
	return nil
}

// byName goes by the form of relative resource names.
func (b *builder) byName(o object, name string) taker {
	head, _, _ := strings.Cut(name, "/")
	switch inner := "/" + name; {
	case strings.Contains(name, "/denypolicies/"):
		return b.deny
	case strings.Contains(name, "/principalAccessBoundaryPolicies/"):
		return b.limit
	case strings.Contains(name, "/policyBindings/"):
		return b.limitBinding
	case strings.Contains(name, "/serviceAccounts/") && strings.Contains(name, "/keys/"):
		return b.key
	case strings.Contains(name, "/serviceAccounts/"):
		return b.serviceAccount
	case strings.Contains(inner, "/roles/") && (o.has("title") || o.has("includedPermissions") || o.has("stage") || o.has("deleted")):
		return b.role
	case strings.Contains(name, "/locations/") && strings.Contains(name, "/functions/"):
		return b.function
	case strings.Contains(name, "/locations/") && (strings.Contains(name, "/services/") || strings.Contains(name, "/jobs/")) && o.has("template"):
		return b.service
	case head == "groups" && strings.Contains(name, "/memberships/"):
		return b.membership
	case head == "folders" && container(name):
		return b.folder
	case head == "organizations" && container(name):
		return b.organization
	}
	return nil
}

// byMembers goes by the members that one kind of record alone has.
func (b *builder) byMembers(o object) taker {
	link := o.text("selfLink")
	switch {
	case o.has("primaryEmail"):
		return b.user
	case o.has("groupKey"):
		return b.group
	case o.has("preferredMemberKey"):
		return b.membership
	case strings.HasSuffix(o.text("email"), "gserviceaccount.com") && (o.has("uniqueId") || o.has("projectId")):
		return b.serviceAccount
	case o.has("projectId") && (o.has("projectNumber") || o.has("lifecycleState") || o.has("state") || container(o.text("name"))):
		return b.project
	case strings.Contains(link, "/instances/") && o.has("networkInterfaces"):
		return b.instance
	case strings.Contains(link, "/firewalls/"), o.has("network") && (o.has("allowed") || o.has("denied")) && o.has("direction"):
		return b.firewall
	case o.has("commonInstanceMetadata"):
		return b.computeProject
	case strings.HasPrefix(o.text("storageUrl"), "gs://"), o.has("iamConfiguration"):
		return b.bucket
	case o.has("domainName") && (o.has("isPrimary") || o.has("verified")):
		return b.domain
	}
	return nil
}
