package gcp_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
)

// A policy is inherited: what a folder grants holds in its projects. See
// https://cloud.google.com/iam/docs/resource-hierarchy-access-control.
func TestInheritance(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.grant("user:org@example.com", "roles/storage.objectViewer", org+"333")
	w.grant("user:folder@example.com", "roles/storage.objectViewer", folder+"222")
	w.grant("user:project@example.com", "roles/storage.objectViewer", project+"p")
	w.grant("user:number@example.com", "roles/storage.objectViewer", project+"111")
	w.grant("user:bucket@example.com", "roles/storage.objectViewer", bucket+"b")
	w.want(t,
		"org@example.com storage.objects.get //storage.googleapis.com/b allowed",
		"folder@example.com storage.objects.get //storage.googleapis.com/b/objects/o allowed",
		"project@example.com storage.objects.get //storage.googleapis.com/b allowed",
		"number@example.com storage.objects.get //storage.googleapis.com/b allowed",
		"number@example.com storage.objects.get //storage.googleapis.com/projects/_/buckets/b/objects/o allowed",
		"bucket@example.com storage.objects.get //storage.googleapis.com/b/objects/o allowed",
		"bucket@example.com storage.objects.get projects/_/buckets/b allowed",
		"bucket@example.com storage.objects.get //storage.googleapis.com/bb implicitly_denied",
		"bucket@example.com storage.objects.get //storage.googleapis.com/other implicitly_denied",
		"bucket@example.com storage.objects.get //cloudresourcemanager.googleapis.com/projects/p implicitly_denied",
		"project@example.com storage.objects.get //cloudresourcemanager.googleapis.com/folders/222 implicitly_denied",
		"folder@example.com storage.objects.get //cloudresourcemanager.googleapis.com/folders/222 allowed",
		"folder@example.com storage.objects.get //cloudresourcemanager.googleapis.com/organizations/333 implicitly_denied",
		"project@example.com storage.objects.delete //storage.googleapis.com/b implicitly_denied",
		"PROJECT@Example.com Storage.Objects.Get //storage.googleapis.com/b allowed",
		"user:project@example.com storage.googleapis.com/objects.get //storage.googleapis.com/b allowed",
	)
	p := w.compile()
	for who, want := range map[string]string{"org": "all", "folder": "all", "project": "all", "number": "all", "bucket": "part", "none": "none"} {
		if got := reach(t, p, who+"@example.com", "storage.objects.get"); got != want {
			t.Errorf("%s reaches %s, want %s", who, got, want)
		}
	}
	w.grant("user:bucket@example.com", "roles/storage.legacyBucketReader", bucket+"b")
	if got := reach(t, w.compile(), "bucket@example.com", "storage.buckets.get"); got != "named" {
		t.Errorf("the bucket itself is reached %s, want named", got)
	}
}

// Members of each kind. See
// https://cloud.google.com/iam/docs/principal-identifiers#allow.
func TestMembers(t *testing.T) {
	t.Parallel()
	const (
		get      = "storage.objects.get"
		workload = "iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/wp/"
		staff    = "iam.googleapis.com/locations/global/workforcePools/staff/"
	)
	for _, tt := range []struct{ member, who, want string }{
		{"user:alice@example.com", "alice@example.com", "allowed"},
		{"user:Alice@Example.com", "alice@example.com", "allowed"},
		{"user:alice@example.com", "bob@example.com", "implicitly_denied"},
		{"serviceAccount:s@p.iam.gserviceaccount.com", "s@p.iam.gserviceaccount.com", "allowed"},
		{"group:all@example.com", "alice@example.com", "allowed"},   // By way of inner@.
		{"group:inner@example.com", "alice@example.com", "allowed"}, // Directly.
		{"group:all@example.com", "bob@example.com", "implicitly_denied"},
		{"domain:example.com", "anyone@example.com", "allowed"},
		{"domain:example.com", "anyone@other.com", "implicitly_denied"},
		{"domain:example.com", "s@p.iam.gserviceaccount.com", "implicitly_denied"},
		{"allUsers", "anyone@other.com", "allowed"},
		{"allUsers", "allUsers", "allowed"},
		{"allUsers", "principal://" + staff + "subject/x", "allowed"},
		{"allAuthenticatedUsers", "anyone@other.com", "allowed"},
		{"allAuthenticatedUsers", "allUsers", "implicitly_denied"},
		{"allAuthenticatedUsers", "principal://" + staff + "subject/x", "implicitly_denied"},
		{"deleted:user:alice@example.com?uid=1", "alice@example.com", "implicitly_denied"},
		{"deleted:serviceAccount:s@p.iam.gserviceaccount.com?uid=1", "s@p.iam.gserviceaccount.com", "implicitly_denied"},
		{"principal://" + workload + "subject/s", "principal://" + workload + "subject/s", "allowed"},
		{"principal://iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/wp/subject/s", "principal://" + workload + "subject/s", "allowed"},
		{"principal://" + workload + "subject/s", "principal://" + workload + "subject/t", "implicitly_denied"},
		{"principalSet://" + workload + "*", "principal://" + workload + "subject/t", "allowed"},
		{"principalSet://" + workload + "*", "principal://" + staff + "subject/t", "implicitly_denied"},
		{"principalSet://" + workload + "attribute.repo/x", "principal://" + workload + "subject/t", "conditional"},
		{"principalSet://" + staff + "group/admins", "principal://" + staff + "subject/x", "conditional"},
		{"principalSet://" + staff + "group/admins", "principal://" + staff + "subject/admin", "allowed"}, // Its groups say so.
		{"principalSet://" + staff + "group/admins", "alice@example.com", "implicitly_denied"},
		{"principalSet://cloudresourcemanager.googleapis.com/projects/111", "s@p.iam.gserviceaccount.com", "allowed"},
		{"principalSet://cloudresourcemanager.googleapis.com/projects/111/type/ServiceAccount", "s@p.iam.gserviceaccount.com", "allowed"},
		{"principalSet://cloudresourcemanager.googleapis.com/organizations/333", "s@p.iam.gserviceaccount.com", "allowed"},
		{"principalSet://cloudresourcemanager.googleapis.com/projects/111", "s@q.iam.gserviceaccount.com", "implicitly_denied"},
		{"principalSet://goog/cloudIdentityCustomerId/C0example", "alice@example.com", "allowed"},
		{"principalSet://goog/cloudIdentityCustomerId/C0other", "alice@example.com", "implicitly_denied"},
		{"projectOwner:p", "owner@example.com", "allowed"},
		{"projectEditor:p", "owner@example.com", "implicitly_denied"},
		{"projectOwner:q", "owner@example.com", "implicitly_denied"},
		{"user:", "alice@example.com", "implicitly_denied"},
		{"nonsense", "alice@example.com", "implicitly_denied"},
	} {
		w := newWorld()
		w.group("inner@example.com", "alice@example.com")
		w.group("all@example.com", "inner@example.com")
		w.group("inner@example.com", "all@example.com") // A cycle.
		w.identity("inner@example.com", entitlement.Group).Kind = entitlement.Group
		w.identity("principal://"+staff+"subject/admin", entitlement.User).Groups = []entitlement.IdentityID{"principalSet://" + staff + "group/admins"}
		w.grant("user:owner@example.com", "roles/owner", project+"p")
		w.gives(tt.member, get, bucket+"b")
		w.Grants[0].Condition, w.Grants[0].Role = nil, "roles/owner"
		if tt.who == "owner@example.com" {
			w.Identities[0].Name = "owner"
			d := w.decide(t, tt.who, get, bucket+"b/objects/o")
			via := len(w.compile().Grants("owner@example.com")) == 2
			if via != (tt.want == "allowed") {
				t.Errorf("%s reaches the owner: %t, want %s (%v)", tt.member, via, tt.want, d)
			}
			continue
		}
		if got := w.decide(t, tt.who, get, bucket+"b/objects/o"); got.Verdict.String() != tt.want {
			t.Errorf("%s for %s: got %s (%+v), want %s", tt.member, tt.who, got.Verdict, got.Because, tt.want)
		}
	}
}

// The example of the documentation of deny policies: everybody but the
// administrators of the project is denied its deletion. See
// https://cloud.google.com/iam/docs/deny-overview#examples.
func TestDenyPolicies(t *testing.T) {
	t.Parallel()
	const res = "//cloudresourcemanager.googleapis.com/projects/p"
	w := newWorld()
	w.group("project-admins@example.com", "lucian@example.com", "ann@example.com")
	for _, u := range []string{"lucian", "ann", "bob"} {
		w.grant("user:"+u+"@example.com", "roles/owner", project+"p")
		w.grant("user:"+u+"@example.com", "roles/storage.admin", project+"p") // An owner has no permission on what buckets hold.
	}
	w.deny(org+"333", "cloudresourcemanager.googleapis.com/projects.delete", "principalSet://goog/public:all except principalSet://goog/group/project-admins@example.com")
	w.deny(project+"111", "iam.googleapis.com/roles.* except iam.googleapis.com/roles.get", "principal://goog/subject/lucian@example.com")
	w.deny(folder+"222", "storage.googleapis.com/buckets.delete", "principalSet://goog/public:all", "resource.matchTag('333/env', 'prod')")
	w.want(t,
		"lucian@example.com resourcemanager.projects.delete "+res+" allowed",
		"bob@example.com resourcemanager.projects.delete "+res+" explicitly_denied",
		"stranger@other.com resourcemanager.projects.delete "+res+" explicitly_denied",
		"lucian@example.com iam.roles.delete "+res+" explicitly_denied",
		"lucian@example.com iam.roles.get "+res+" allowed",
		"ann@example.com iam.roles.delete "+res+" allowed",
		"bob@example.com storage.buckets.delete //storage.googleapis.com/b conditional",
		"stranger@other.com storage.buckets.delete //storage.googleapis.com/b implicitly_denied",
		"bob@example.com storage.buckets.get //storage.googleapis.com/b allowed",
	)
	p := w.compile()
	for _, tt := range []struct{ who, action, want string }{
		{"lucian", "resourcemanager.projects.delete", "all"},
		{"bob", "resourcemanager.projects.delete", "none"},
		{"lucian", "iam.roles.delete", "none"},
		{"lucian", "iam.roles.get", "all"},
		{"bob", "storage.buckets.delete", "all?"},
		{"bob", "storage.buckets.get", "all"},
	} {
		if got := reach(t, p, tt.who+"@example.com", tt.action); got != tt.want {
			t.Errorf("%s reaches %s %s, want %s", tt.who, tt.action, got, tt.want)
		}
	}
	if p.Access("bob@example.com").Super {
		t.Error("who is denied something is super")
	}
}

// Whoever owns the project is super, unconditionally only.
func TestSuper(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.grant("user:owner@example.com", "roles/owner", folder+"222")
	w.grant("user:later@example.com", "roles/owner", project+"p", `request.time < timestamp("2030-01-01T00:00:00Z")`)
	w.grant("user:expired@example.com", "roles/owner", project+"p", `request.time < timestamp("2020-01-01T00:00:00Z")`)
	w.grant("user:day@example.com", "roles/owner", project+"p", `request.time.getHours("Europe/Berlin") < 18`)
	w.grant("user:editor@example.com", "roles/editor", project+"p")
	p := w.compile()
	for who, want := range map[string]bool{"owner": true, "later": true, "expired": false, "day": false, "editor": false} {
		if got := p.Access(entitlement.IdentityID(who + "@example.com")).Super; got != want {
			t.Errorf("%s is super: %t, want %t", who, got, want)
		}
	}
	if got := reach(t, p, "day@example.com", "storage.buckets.list"); got != "all?" {
		t.Errorf("day reaches %s, want all?", got)
	}
	if got := reach(t, p, "expired@example.com", "storage.buckets.list"); got != "none" {
		t.Errorf("expired reaches %s, want none", got)
	}
}

// A boundary for the whole organization keeps its people to it. See
// https://cloud.google.com/iam/docs/principal-access-boundary-policies.
func TestAccessBoundary(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const account = "s@p.iam.gserviceaccount.com"
	for _, m := range []string{"user:alice@example.com", "user:guest@other.com", "serviceAccount:" + account} {
		w.grant(m, "roles/owner", project+"p")
		w.grant(m, "roles/storage.admin", project+"p")
	}
	bound := func(target string, resources ...entitlement.ResourceID) {
		w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Binding: "binding", Target: target, Resources: resources, Version: "1"}}
	}
	b := "storage.objects.get //storage.googleapis.com/b "
	bound("//cloudresourcemanager.googleapis.com/organizations/333", org+"333")
	w.want(t, "alice@example.com "+b+"allowed", account+" "+b+"allowed")
	bound("//cloudresourcemanager.googleapis.com/organizations/333", org+"999", project+"q")
	w.want(t, "alice@example.com "+b+"explicitly_denied", account+" "+b+"explicitly_denied", "guest@other.com "+b+"allowed",
		"alice@example.com compute.instances.list - allowed", "alice@example.com storage.objects.list - allowed")
	if got := reach(t, w.compile(), "alice@example.com", "storage.objects.get"); got != "none" {
		t.Errorf("alice reaches %s, want none", got)
	}
	bound("//cloudresourcemanager.googleapis.com/projects/111", project+"q")
	w.want(t, "alice@example.com "+b+"allowed", account+" "+b+"explicitly_denied")
	bound("//iam.googleapis.com/locations/global/workspace/C0example", folder+"222")
	w.want(t, "alice@example.com "+b+"allowed", account+" "+b+"allowed")
	bound("//iam.googleapis.com/locations/global/workspace/C0example", folder+"223")
	w.want(t, "alice@example.com "+b+"explicitly_denied", account+" "+b+"allowed", "guest@other.com "+b+"allowed")
	w.Boundaries[0].Condition = &entitlement.Condition{Expression: "principal.subject != 'alice@example.com'"}
	w.want(t, "alice@example.com "+b+"allowed")
	// Two boundaries add up.
	w.Boundaries[0].Condition = nil
	w.Boundaries = append(w.Boundaries, entitlement.AccessBoundary{ID: "2", Target: "//cloudresourcemanager.googleapis.com/organizations/333", Resources: []entitlement.ResourceID{project + "111"}, Version: "1"})
	w.want(t, "alice@example.com "+b+"allowed")
}

// Roles that are deleted, disabled or unknown grant nothing, and are reported.
func TestRoles(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for name, change := range map[string]func(*entitlement.RoleDefinition){
		"kept":     func(*entitlement.RoleDefinition) {},
		"deleted":  func(r *entitlement.RoleDefinition) { r.Deleted = true },
		"disabled": func(r *entitlement.RoleDefinition) { r.Stage = "DISABLED" },
	} {
		id := w.role(name, "storage.objects.get")
		def := w.Roles[id]
		change(&def)
		w.Roles[id] = def
		w.grant("user:"+name+"@example.com", id, project+"p")
	}
	w.grant("user:unknown@example.com", "organizations/333/roles/unknown", project+"p")
	w.want(t, "kept@example.com storage.objects.get - allowed", "deleted@example.com storage.objects.get - implicitly_denied",
		"disabled@example.com storage.objects.get - implicitly_denied", "unknown@example.com storage.objects.get - implicitly_denied")
	got := map[string]bool{}
	for _, p := range w.compile().Problems() {
		got[p.Code+" "+p.Subject] = true
	}
	for _, want := range []string{"deleted_role projects/p/roles/deleted", "deleted_role projects/p/roles/disabled", "unknown_role organizations/333/roles/unknown"} {
		if !got[want] || len(got) != 3 {
			t.Errorf("problems %v lack %q, or there are more", got, want)
		}
	}
}

// Conditions that Google documents. See
// https://cloud.google.com/iam/docs/conditions-overview and
// https://cloud.google.com/storage/docs/access-control/iam#conditions.
func TestConditions(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for who, condition := range map[string]string{
		"dev":   `resource.name.startsWith("projects/_/buckets/dev-") && resource.type == "storage.googleapis.com/Bucket"`,
		"name":  `resource.name.startsWith("projects/_/buckets/dev-")`,
		"objs":  `resource.type == "storage.googleapis.com/Object" && resource.name.extract("/objects/{folder}/") == "logs"`,
		"not":   `resource.service != "storage.googleapis.com"`,
		"list":  `resource.name.startsWith("projects/_/buckets/b/objects/x") || api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("x")`,
		"until": `request.time < timestamp("2027-01-01T00:00:00Z")`,
		"tag":   `resource.hasTagKey("333/env")`,
		"odd":   `resource.name ==`,
	} {
		w.grant("user:"+who+"@example.com", "roles/storage.admin", project+"p", condition)
	}
	w.want(t,
		"dev@example.com storage.buckets.get //storage.googleapis.com/dev-1 allowed",
		"dev@example.com storage.buckets.get //storage.googleapis.com/prod-1 implicitly_denied",
		"dev@example.com storage.buckets.get - conditional",
		"name@example.com storage.objects.get //storage.googleapis.com/dev-1 allowed",
		"name@example.com storage.objects.get //storage.googleapis.com/dev-1/objects/o allowed",
		"name@example.com storage.objects.get //storage.googleapis.com/prod-1 implicitly_denied",
		"objs@example.com storage.objects.get //storage.googleapis.com/b conditional",
		"objs@example.com storage.objects.get //storage.googleapis.com/b/objects/logs/1 allowed",
		"objs@example.com storage.objects.get //storage.googleapis.com/b/objects/data/1 implicitly_denied",
		"not@example.com storage.objects.get //storage.googleapis.com/b implicitly_denied",
		"not@example.com storage.buckets.list //cloudresourcemanager.googleapis.com/projects/p allowed",
		"list@example.com storage.objects.get //storage.googleapis.com/b/objects/x1 allowed",
		"list@example.com storage.objects.get //storage.googleapis.com/b/objects/y1 implicitly_denied",
		"list@example.com storage.objects.list //storage.googleapis.com/b conditional",
		"until@example.com storage.objects.get //storage.googleapis.com/b allowed",
		"tag@example.com storage.objects.get //storage.googleapis.com/b conditional",
		"odd@example.com storage.objects.get //storage.googleapis.com/b conditional",
	)
	if p := w.compile().Problems(); len(p) != 1 || p[0].Code != "unreadable_condition" {
		t.Errorf("problems are %v, want the one condition", p)
	}
}
