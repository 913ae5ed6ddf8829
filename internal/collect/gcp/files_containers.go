package gcp

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
)

// project takes a project of the Resource Manager, versions 1 and 3.
// https://cloud.google.com/resource-manager/reference/rest/v3/projects,
// https://cloud.google.com/resource-manager/reference/rest/v1/projects
func (b *builder) project(src *source, o object, _ *around) {
	id := o.text("projectId")
	number := o.text("projectNumber")
	if ref := cmp.Or(o.text("name"), containerOf(o.text(fullNameKey))); number == "" && container(ref) {
		number = lastOf(ref)
	}
	if !isNumber(number) {
		number = ""
	}
	if id == "" {
		b.reject(src, records.MissingField, "projectId is missing; export the project again")
		return
	}
	n := b.tree.link(id, number)
	n.present = true
	name := o.text("displayName")
	if v1 := o.text("name"); name == "" && !container(v1) {
		name = v1
	}
	b.describe(src, n, name, o)
}

// describe notes what projects, folders and organizations have in common.
func (b *builder) describe(src *source, n *node, name string, o object) {
	n.name = cmp.Or(name, n.name)
	if tags := o.labels(); tags != nil {
		n.tags = tags
	}
	at, err := o.time("createTime")
	if err != nil {
		b.problem(src.place, records.BadTime, "%v", err)
	}
	if !at.IsZero() {
		n.created = at
	}
	parent := o.text("parent")
	if p := o.object("parent"); p != nil {
		parent = strings.TrimSuffix(p.text("type"), "s") + "s/" + p.text("id")
	}
	switch {
	case container(parent):
		if !b.tree.under(n, parent) {
			b.problem(src.place, Contradiction, "parent: %s is said to be in %s, and in %s elsewhere; export everything again",
				n.ref, parent, n.parent)
		}
	case parent != "":
		b.problem(src.place, records.UnsupportedShape, "parent: %q is not a folder or an organization, such as folders/123", clip(parent))
	case o.text(fullNameKey) == "": // An answer of the API has the parent, if there is one.
		n.top = n.parent == ""
	}
}

// folder takes a folder.
// https://cloud.google.com/resource-manager/reference/rest/v3/folders
func (b *builder) folder(src *source, o object, _ *around) {
	ref := o.text("name")
	if !container(ref) {
		ref = containerOf(o.text(fullNameKey))
	}
	if !strings.HasPrefix(ref, "folders/") {
		b.reject(src, records.MissingField, "name: %q is not that of a folder, such as folders/123", clip(o.text("name")))
		return
	}
	b.describe(src, b.tree.node(ref), o.text("displayName"), o)
}

// organization takes an organization, whose display name is its domain.
// https://cloud.google.com/resource-manager/reference/rest/v3/organizations
func (b *builder) organization(src *source, o object, _ *around) {
	ref := o.text("name")
	if !container(ref) {
		ref = containerOf(o.text(fullNameKey))
	}
	if !strings.HasPrefix(ref, "organizations/") {
		b.reject(src, records.MissingField, "name: %q is not that of an organization, such as organizations/123", clip(o.text("name")))
		return
	}
	domain := strings.ToLower(o.text("displayName"))
	n := b.tree.node(ref)
	b.describe(src, n, domain, o)
	n.customer = cmp.Or(o.text("directoryCustomerId"), o.object("owner").text("directoryCustomerId"), n.customer)
	if strings.Contains(domain, ".") {
		b.own(domain, n.customer)
	}
}

// own notes a domain of the organization's own.
func (b *builder) own(domain, customer string) {
	if domain != "" {
		b.domains[domain] = cmp.Or(customer, b.domains[domain])
	}
}

// domain takes a domain of the directory.
// https://developers.google.com/admin-sdk/directory/reference/rest/v1/domains
func (b *builder) domain(src *source, o object, a *around) {
	name := strings.ToLower(o.text("domainName"))
	if name == "" {
		b.reject(src, records.MissingField, "domainName is missing; export the domains again")
		return
	}
	b.own(name, "")
	for i, alias := range o.objects("domainAliases") {
		if n := strings.ToLower(alias.text("domainAliasName")); n != "" {
			b.own(n, "")
		} else {
			b.problem(src.within(", domainAliases[%d]", i), records.MissingField, "domainAliasName is missing; export the domains again")
		}
	}
}

// ancestor takes an element of `gcloud projects get-ancestors` and
// `get-ancestors-iam-policy`: the project first, then what is above it.
// https://cloud.google.com/sdk/gcloud/reference/projects/get-ancestors-iam-policy
func (b *builder) ancestor(src *source, o object, a *around) {
	ref := o.text("type") + "s/" + o.text("id")
	if !container(ref) {
		b.reject(src, records.MissingField, "id: %q is not that of a project, a folder or an organization", clip(o.text("id")))
		return
	}
	b.lined(src, a.line, ref)
	n := b.tree.node(ref)
	n.present = true
	if p := o.value("policy"); p != nil {
		if asObject(p).text("kind") == "DenyPolicy" || asObject(p).has("rules") {
			b.deny(src, asObject(p), a)
			return
		}
		b.policy(src, managerHost+ref, "", p, o)
	}
}

// lined adds a container to a list of ancestors, in which one may stand several
// times: with its allow policy and with deny policies.
func (b *builder) lined(src *source, l *line, ref string) {
	if n := len(l.refs); n > 0 {
		if l.refs[n-1] == ref {
			return
		}
		if !b.tree.under(b.tree.node(l.refs[n-1]), ref) {
			b.problem(src.place, Contradiction, "%s is said to be elsewhere than in %s, too; export everything again", l.refs[n-1], ref)
		}
	}
	l.refs = append(l.refs, ref)
}

// computeProject takes the project of Compute Engine, which names its default
// service account.
// https://cloud.google.com/compute/docs/reference/rest/v1/projects
func (b *builder) computeProject(src *source, o object, _ *around) {
	id := o.text("name")
	email := strings.ToLower(o.text("defaultServiceAccount"))
	number, _, _ := strings.Cut(email, "-compute@")
	switch {
	case id == "":
		b.reject(src, records.MissingField, "name is missing; export the project again")
	case isNumber(number):
		b.tree.link(id, number).present = true
		b.account(email).home = "projects/" + id
	default:
		b.tree.node("projects/" + id).present = true
	}
}
