package gcp

import (
	"cmp"
	"slices"
	"strings"
)

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
