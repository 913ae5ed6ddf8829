package gcp

import (
	"cmp"
	"slices"
	"strings"

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

// present notes that something is known of the project that a name is in.
func (b *builder) present(name string) {
	if ref := cmp.Or(containerOf(name), b.homes[name], projectIn(name)); ref != "" {
		b.tree.node(ref).present = true
	}
}

// placed notes where a resource is: its ancestors in the form of Cloud Asset
// Inventory, of its search or of older exports, or its parent.
func (b *builder) placed(src *source, name string, o object) {
	refs := lineage(o)
	own := containerOf(name)
	switch {
	case len(refs) > 0:
		if own != "" && !b.sameContainer(own, refs[0]) {
			refs = append([]string{own}, refs...)
		}
		if i := b.tree.chain(refs); i >= 0 {
			b.problem(src.place, Contradiction, "ancestors: %s is said to be in %s, and in %s elsewhere; export everything again",
				refs[i], refs[i+1], b.tree.node(refs[i]).parent)
		}
		b.homes[name] = refs[0]
	case container(o.text("project")) || container(o.text("organization")):
		b.searched(name, own, o)
	default:
		if parent := containerOf(o.object("resource").text("parent")); parent != "" && own == "" {
			b.homes[name] = parent
		} else if parent != "" && own != parent {
			b.tree.under(b.tree.node(own), parent)
		}
	}
	b.linked(name, o)
}

// sameContainer compares two containers, of which one may be named by id and the
// other by number; the first of a project's ancestors is itself.
func (b *builder) sameContainer(own, first string) bool {
	if b.tree.canonical(own) == b.tree.canonical(first) {
		return true
	}
	id, isProject := strings.CutPrefix(own, "projects/")
	number, also := strings.CutPrefix(first, "projects/")
	if isProject && also && isNumber(id) != isNumber(number) {
		if isNumber(id) {
			id, number = number, id
		}
		b.tree.link(id, number)
		return true
	}
	return false
}

// linked learns which number a project has: the name of a resource has its id
// and its place the number, or the reverse.
func (b *builder) linked(name string, o object) {
	in, home := projectIn(name), b.homes[name]
	if parent := containerOf(o.object("resource").text("parent")); home == "" {
		home = parent
	}
	id, isProject := strings.CutPrefix(in, "projects/")
	number, also := strings.CutPrefix(home, "projects/")
	if isProject && also && containerOf(name) == "" && !isNumber(id) && isNumber(number) {
		b.tree.link(id, number)
	}
}

// searched notes the place of a result of a search, whose folders have no order
// that is documented.
// https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllIamPolicies
func (b *builder) searched(name, own string, o object) {
	above := o.texts("folders")
	if org := o.text("organization"); org != "" {
		above = append(above, org)
	}
	home := o.text("project")
	if !container(home) {
		home = above[0]
	}
	b.homes[name] = home
	if own != "" && !b.sameContainer(own, home) {
		home = own
	}
	n := b.tree.node(home)
	for _, ref := range above {
		if ref != n.ref && container(ref) && !slices.Contains(n.above, ref) {
			n.above = append(n.above, ref)
		}
	}
}

// lineage returns the ancestors of an asset, the nearest first.
func lineage(o object) []string {
	if refs := o.texts("ancestors"); len(refs) > 0 {
		return refs
	}
	path := o.text("ancestryPath") // "organization/1/folder/2/project/p".
	if path == "" {
		return nil
	}
	parts := strings.Split(path, "/")
	var refs []string
	for i := len(parts) - 2; i >= 0; i -= 2 {
		ref := strings.TrimSuffix(parts[i], "s") + "s/" + parts[i+1]
		if !container(ref) || parts[i+1] == "unknown" {
			break
		}
		refs = append(refs, ref)
	}
	return refs
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
