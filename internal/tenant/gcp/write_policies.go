package gcp

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/tenant/files"
)

// policy gathers the bindings of an allow policy.
type policy struct {
	members map[binding][]string
}

// binding is a role with its condition.
type binding struct{ role, title, expression string }

func (p *policy) add(role, member string) { p.under(binding{role: role}, member) }

func (p *policy) under(b binding, member string) {
	if p.members == nil {
		p.members = map[binding][]string{}
	}
	p.members[b] = append(p.members[b], member)
}

func (p *policy) object() object {
	keys := slices.SortedFunc(maps.Keys(p.members), func(a, b binding) int {
		return slices.Compare([]string{a.role, a.expression}, []string{b.role, b.expression})
	})
	var bindings []object
	for _, b := range keys {
		o := object{"role": b.role, "members": p.members[b]}
		if b.expression != "" {
			o["condition"] = object{"title": b.title, "expression": b.expression}
		}
		bindings = append(bindings, o)
	}
	return object{"version": 3, "etag": "BwYz", "bindings": bindings}
}

// contractor has a role that expired long ago.
const contractor = "contractor@" + partner

// writePolicies writes the allow policies as `gcloud asset export
// --content-type=iam-policy` does.
func (o *Organization) writePolicies(create files.Create) error {
	var list []object
	add := func(name, typ string, p *policy, ancestors ...string) {
		list = append(list, object{"name": name, "assetType": typ, "iamPolicy": p.object(), "ancestors": ancestors})
	}
	of := o.policies()
	add(manager+organization, "cloudresourcemanager.googleapis.com/Organization", of[organization], organization)
	seen := map[string]bool{}
	for _, p := range o.projects {
		if f := p.folder.ref; !seen[f] {
			seen[f] = true
			add(manager+f, "cloudresourcemanager.googleapis.com/Folder", of[f], f, organization)
		}
		add(p.full(), "cloudresourcemanager.googleapis.com/Project", of[p.ref()], p.ancestors()...)
		for _, step := range [][2]string{{relay, provisioner}, {runner, relay}} {
			act := &policy{}
			act.add("roles/iam.serviceAccountTokenCreator", "serviceAccount:"+p.account(step[0]))
			add("//iam.googleapis.com/"+p.ref()+"/serviceAccounts/"+p.account(step[1]), "iam.googleapis.com/ServiceAccount", act, p.ancestors()...)
		}
		for _, b := range o.buckets(p) {
			add("//storage.googleapis.com/"+b.name, "storage.googleapis.com/Bucket", b.policy(p), p.ancestors()...)
		}
	}
	first := o.account(0)
	federated := &policy{}
	federated.add("roles/iam.workloadIdentityUser", o.repository())
	add("//iam.googleapis.com/"+first.home.ref()+"/serviceAccounts/"+first.email, "iam.googleapis.com/ServiceAccount", federated, first.home.ancestors()...)
	return files.Lines(create, entitlements+"assets-iam-policy.ndjson", slices.Values(list))
}

// repository is the set of principals of the pipeline's repository.
func (o *Organization) repository() string {
	return "principalSet://iam.googleapis.com/projects/" + o.account(0).home.number +
		"/locations/global/workloadIdentityPools/github/attribute.repository/examplecorp/" + o.opts.Pipeline
}

// policies returns the allow policies of the organization, folders and projects.
func (o *Organization) policies() map[string]*policy {
	of := map[string]*policy{organization: {}}
	for _, p := range o.projects {
		of[p.folder.ref], of[p.ref()] = &policy{}, &policy{}
	}
	for _, g := range o.groups {
		for _, role := range g.roles {
			of[g.on].add(role, "group:"+g.email)
		}
	}
	for x := range o.identities() {
		if len(x.groups) == 0 {
			x.grant(of[x.home.ref()])
		}
	}
	for _, p := range o.projects {
		mine := of[p.ref()]
		mine.add("roles/owner", "serviceAccount:"+p.account(provisioner))
		for _, email := range slices.Sorted(maps.Keys(p.agents())) {
			mine.add(p.agents()[email], "serviceAccount:"+email)
		}
		if p.env == "dev" { // As it is where nobody forbade the automatic grant.
			mine.add("roles/editor", "serviceAccount:"+p.computeDefault())
			mine.under(binding{"roles/editor", "until the end of the project", `request.time < timestamp("2025-01-01T00:00:00Z")`}, "user:"+contractor)
		}
	}
	return of
}

// grant gives an identity the roles of its profile.
func (x *identity) grant(p *policy) {
	for _, role := range x.profile.roles {
		if x.limited && role == "roles/storage.objectViewer" {
			p.under(binding{role, "reports only", `resource.name.startsWith("projects/_/buckets/` + x.home.id + `-` + x.team + `-reports")`}, x.member())
			continue
		}
		p.add(role, x.member())
	}
}

// policy returns the allow policy of a bucket, which begins with those of the
// project's basic roles.
func (b bucket) policy(p *project) *policy {
	own := &policy{}
	own.add("roles/storage.legacyBucketOwner", "projectEditor:"+p.id)
	own.add("roles/storage.legacyBucketOwner", "projectOwner:"+p.id)
	own.add("roles/storage.legacyBucketReader", "projectViewer:"+p.id)
	if b.public {
		own.add("roles/storage.objectViewer", "allUsers")
	}
	return own
}
