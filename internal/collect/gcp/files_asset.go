package gcp

import (
	"cmp"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// asset is a resource that is kept as one.
type asset struct {
	entitlement.Resource
	src *source
}

// asset takes an asset of Cloud Asset Inventory, of whatever content type:
// resource, IAM policy, organization policy.
// https://cloud.google.com/asset-inventory/docs/reference/rest/v1/Asset
func (b *builder) asset(src *source, o object, a *around) {
	kind := o.text("assetType")
	name := fullName(o.text("name"), kind)
	if name == "" {
		b.reject(src, records.MissingField, "name: %q is not a full resource name such as //storage.googleapis.com/my-bucket", clip(o.text("name")))
		return
	}
	b.placed(src, name, o)
	data := o.object("resource", "data")
	if data != nil {
		b.data(src, name, kind, data, a)
	}
	if isResource(kind) && containerOf(name) == "" {
		about := data
		if about == nil {
			about = o // A result of a search.
		}
		b.keep(src, name, kind, about)
	}
	b.constraints(name, o)
	if p := o.value("iamPolicy"); p != nil {
		b.policy(src, name, kind, p, o)
	}
	b.present(name)
}

// temporal takes a change of an asset, as feeds and histories have it. Of what
// was deleted nothing is there any longer.
// https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TemporalAsset
func (b *builder) temporal(src *source, o object, a *around) {
	if !o.is("deleted") {
		b.asset(src, o.object("asset"), a)
	}
}

// data takes what an asset says of its resource, in the shape of that
// resource's own API.
func (b *builder) data(src *source, name, kind string, data object, a *around) {
	take := b.byType(kind)
	if take == nil {
		return // The resource is kept with its name and labels.
	}
	take(src, data.named(name), a)
}

// fullNameKey is where the full name of an asset stands in its data, beside the
// members that Google Cloud writes.
const fullNameKey = "//"

// named returns the data of an asset with the asset's full name.
func (o object) named(name string) object {
	o[fullNameKey] = name
	return o
}

func (b *builder) byType(kind string) taker {
	switch kind {
	case "cloudresourcemanager.googleapis.com/Project":
		return b.project
	case "cloudresourcemanager.googleapis.com/Folder":
		return b.folder
	case "cloudresourcemanager.googleapis.com/Organization":
		return b.organization
	case "iam.googleapis.com/Role":
		return b.role
	case "iam.googleapis.com/ServiceAccount":
		return b.serviceAccount
	case "iam.googleapis.com/ServiceAccountKey":
		return b.key
	case "iam.googleapis.com/DenyPolicy":
		return b.deny
	case "iam.googleapis.com/PrincipalAccessBoundaryPolicy":
		return b.limit
	case "iam.googleapis.com/PolicyBinding":
		return b.limitBinding
	case "cloudfunctions.googleapis.com/CloudFunction", "cloudfunctions.googleapis.com/Function":
		return b.function
	case "run.googleapis.com/Service", "run.googleapis.com/Job":
		return b.runAsset
	case "compute.googleapis.com/Instance":
		return b.instance
	case "compute.googleapis.com/Firewall":
		return b.firewall
	case "compute.googleapis.com/Project":
		return b.computeProject
	case "storage.googleapis.com/Bucket":
		return b.bucket
	}
	return nil
}

// isResource reports whether assets of a type are kept as resources: all but
// the containers and what has a place of its own in an inventory.
func isResource(kind string) bool {
	switch kind {
	case "cloudresourcemanager.googleapis.com/Project", "cloudresourcemanager.googleapis.com/Folder",
		"cloudresourcemanager.googleapis.com/Organization", "iam.googleapis.com/Role", "iam.googleapis.com/ServiceAccountKey",
		"iam.googleapis.com/DenyPolicy", "iam.googleapis.com/PrincipalAccessBoundaryPolicy", "iam.googleapis.com/PolicyBinding":
		return false
	}
	return true
}

// keep notes a resource, or what one more record knows of it.
func (b *builder) keep(src *source, name, kind string, data object) *asset {
	r, ok := b.resources[name]
	if !ok {
		r = &asset{src: src}
		r.ID = entitlement.ResourceID(name)
		b.resources[name] = r
		b.order = append(b.order, name)
	}
	r.Type = cmp.Or(r.Type, kind)
	r.Name = cmp.Or(data.text("displayName"), r.Name, lastOf(name))
	if r.Tags == nil {
		r.Tags = data.labels()
	}
	return r
}
