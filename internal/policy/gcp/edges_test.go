package gcp_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// One thing has several names. See
// https://cloud.google.com/asset-inventory/docs/asset-names.
func TestCanonical(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.identity("s@p.iam.gserviceaccount.com", entitlement.ServiceAccount).AppID = "1234567890"
	p := w.compile()
	const account = "//iam.googleapis.com/projects/p/serviceAccounts/s@p.iam.gserviceaccount.com"
	for name, want := range map[entitlement.ResourceID]entitlement.ResourceID{
		"":                  project + "p",
		"projects/p":        project + "p",
		"projects/111":      project + "p",
		project + "111/":    project + "p",
		project + "222":     project + "222",
		"folders/222":       folder + "222",
		"organizations/333": org + "333",
		"cloudresourcemanager.googleapis.com%2Fprojects%2F111":                        project + "p",
		"projects/_/buckets/b":                                                        bucket + "b",
		"//storage.googleapis.com/projects/_/buckets/b/objects/o":                     bucket + "b/objects/o",
		"//compute.googleapis.com/projects/111/zones/z/instances/i":                   "//compute.googleapis.com/projects/p/zones/z/instances/i",
		"//iam.googleapis.com/projects/111/serviceAccounts/1234567890":                account,
		"//iam.googleapis.com/projects/-/serviceAccounts/S@p.iam.gserviceaccount.com": account,
		"projects/p/serviceAccounts/s@p.iam.gserviceaccount.com":                      account,
		"projects/p/serviceAccounts/s@p.iam.gserviceaccount.com/keys/k":               account + "/keys/k",
		"projects/p/topics/t":         "//-/projects/p/topics/t",
		"what":                        "//what",
		"gs://b":                      bucket + "b",
		"gs://b/o/1":                  bucket + "b/objects/o/1",
		"s@p.iam.gserviceaccount.com": account,
	} {
		if got := p.Canonical(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	for id, want := range map[entitlement.IdentityID]bool{
		"s@p.iam.gserviceaccount.com": true, "111-compute@developer.gserviceaccount.com": true, "p@appspot.gserviceaccount.com": true,
		"s@q.iam.gserviceaccount.com": false, "222-compute@developer.gserviceaccount.com": false, "111@cloudservices.gserviceaccount.com": false,
		"service-12345678@compute-system.iam.gserviceaccount.com": false, "a@example.com": false,
	} {
		if got := p.Houses(id); got != want {
			t.Errorf("%s is the project's: %t, want %t", id, got, want)
		}
	}
}

// Whom boundaries bind, where that is known and where it is not.
func TestBoundaryTargets(t *testing.T) {
	t.Parallel()
	const (
		get      = " storage.objects.get //storage.googleapis.com/b "
		account  = "s@p.iam.gserviceaccount.com"
		other    = "s@q.iam.gserviceaccount.com"
		staff    = "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/x"
		workload = "principal://iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/wp/subject/x"
		alice    = "alice@example.com"
	)
	everybody := []string{account, other, staff, workload, alice, "eve@evil.com"}
	for _, tt := range []struct {
		name, target string
		change       func(w world)
		want         map[string]string // Those not named are allowed.
	}{
		{"folder", folder + "222", nil, map[string]string{account: "explicitly_denied", workload: "explicitly_denied", other: "conditional"}},
		{"another folder", folder + "223", nil, map[string]string{other: "conditional"}},
		{"organization", org + "333", nil, map[string]string{account: "explicitly_denied", workload: "explicitly_denied", alice: "explicitly_denied", other: "conditional", staff: "conditional"}},
		{"another organization", org + "444", nil, map[string]string{other: "conditional", staff: "conditional", alice: "conditional"}},
		{"another organization of another customer", org + "444", func(w world) {
			w.Boundaries[0].Customer = "C0other"
		}, map[string]string{other: "conditional", staff: "conditional"}},
		{"another organization of the customer", org + "444", func(w world) {
			w.Boundaries[0].Customer = "C0example"
		}, map[string]string{other: "conditional", staff: "conditional", alice: "explicitly_denied"}},
		{"organization of unknown domains", org + "333", func(w world) { w.Domains = nil }, map[string]string{account: "explicitly_denied", workload: "explicitly_denied", alice: "conditional", "eve@evil.com": "conditional", other: "conditional", staff: "conditional"}},
		{"what is above is not known", folder + "222", func(w world) { w.Ancestors = nil }, map[string]string{account: "conditional", workload: "conditional", other: "conditional"}},
		{"workforce pool", "//iam.googleapis.com/locations/global/workforcePools/staff", nil, map[string]string{staff: "explicitly_denied"}},
		{"workload pool", "//iam.googleapis.com/projects/111/locations/global/workloadIdentityPools/wp", nil, map[string]string{workload: "explicitly_denied"}},
		{"workspace", "//iam.googleapis.com/locations/global/workspace/C0example", nil, map[string]string{alice: "explicitly_denied"}},
		{"unreadable", "//what.googleapis.com/x", nil, map[string]string{account: "conditional", other: "conditional", staff: "conditional", workload: "conditional", alice: "conditional", "eve@evil.com": "conditional"}},
		{"service accounts only", org + "333", func(w world) {
			w.Boundaries[0].Condition = &entitlement.Condition{Expression: `principal.type == "iam.googleapis.com/ServiceAccount"`}
		}, map[string]string{account: "explicitly_denied", other: "conditional"}},
		{"unreadable condition", org + "333", func(w world) {
			w.Boundaries[0].Condition = &entitlement.Condition{Expression: `principal.type ==`}
		}, map[string]string{account: "conditional", workload: "conditional", alice: "conditional", other: "conditional", staff: "conditional"}},
		{"reaches what is not known", project + "111", func(w world) {
			w.Ancestors, w.Boundaries[0].Resources = nil, []entitlement.ResourceID{org + "333"}
		}, map[string]string{account: "conditional", workload: "conditional"}},
		{"a version that blocks less", project + "111", func(w world) {
			w.grant("serviceAccount:"+account, w.role("bq", "bigquery.tables.getData"), project+"p")
		}, map[string]string{account: "explicitly_denied", workload: "explicitly_denied"}},
	} {
		w := newWorld()
		w.gives("allUsers", "storage.objects.get", bucket+"b")
		w.Boundaries = []entitlement.AccessBoundary{{ID: "pab", Binding: "b", Target: tt.target, Resources: []entitlement.ResourceID{project + "elsewhere"}, Version: "1"}}
		if tt.change != nil {
			tt.change(w)
		}
		for _, who := range everybody {
			want := tt.want[who]
			if want == "" {
				want = "allowed"
			}
			if got := w.decide(t, who, "storage.objects.get", bucket+"b"); got.Verdict.String() != want {
				t.Errorf("%s: %s%sgot %s %q, want %s", tt.name, who, get, got.Verdict, got.Keys, want)
			}
		}
		if tt.name == "a version that blocks less" {
			w.want(t, account+" bigquery.tables.getData - allowed")
		}
	}
}

// Denials: of groups, of what no role has, under conditions that fail, and of
// members that nobody understands.
func TestDenialEdges(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.group("g@example.com", "a@example.com")
	w.group("spared@example.com", "b@example.com")
	for _, m := range []string{"group:g@example.com", "group:spared@example.com", "user:c@example.com"} {
		w.grant(m, "roles/storage.admin", project+"p")
	}
	w.deny(project+"p", "storage.googleapis.com/buckets.delete", "principalSet://goog/public:all except principalSet://goog/group/spared@example.com")
	w.deny(folder+"222", "storage.googleapis.com/buckets.get", "principal://goog/subject/c@example.com", `1 / 0 == 1`)
	w.deny(folder+"222", "storage.googleapis.com/buckets.list", "principal://goog/subject/c@example.com", `request.time < timestamp("2020-01-01T00:00:00Z")`)
	w.deny(folder+"222", "storage.googleapis.com/buckets.update", "principal://goog/subject/c@example.com", `false`)
	w.deny(folder+"222", "nothing.googleapis.com/things.do", "what principal://goog/subject/c@example.com")
	w.deny(folder+"999", "storage.googleapis.com/*.*", "principalSet://goog/public:all")
	p := w.compile()
	for _, tt := range []struct{ who, action, want string }{
		{"g@example.com", "storage.buckets.delete", "none"},
		{"spared@example.com", "storage.buckets.delete", "all"},
		{"a@example.com", "storage.buckets.delete", "none"},
		{"b@example.com", "storage.buckets.delete", "all"},
		{"c@example.com", "storage.buckets.get", "none"},
		{"c@example.com", "storage.buckets.list", "all?"}, // At another time than the collection's.
		{"c@example.com", "storage.buckets.update", "all"},
	} {
		if got := reach(t, p, tt.who, tt.action); got != tt.want {
			t.Errorf("%s reaches %s %s, want %s", tt.who, tt.action, got, tt.want)
		}
	}
	w.want(t, "c@example.com storage.buckets.get - explicitly_denied", "c@example.com storage.buckets.list - allowed",
		"c@example.com nothing.things.do - explicitly_denied", "a@example.com nothing.things.do - implicitly_denied",
		"g@example.com storage.buckets.delete - explicitly_denied")
	want := map[string]bool{"unknown_permission nothing.googleapis.com/things.do": true, "unknown_member what": true, "foreign_scope " + folder + "999": true}
	for _, problem := range p.Problems() {
		if !want[problem.Code+" "+problem.Subject] || problem.Message == "" {
			t.Errorf("unexpected: %+v", problem)
		}
	}
	if len(p.Problems()) != len(want) {
		t.Errorf("problems are %v", p.Problems())
	}
}

// The types of resources in conditions. See
// https://cloud.google.com/iam/docs/conditions-resource-attributes.
func TestResourceTypes(t *testing.T) {
	t.Parallel()
	for resource, want := range map[entitlement.ResourceID]string{
		"//compute.googleapis.com/projects/p/zones/z/instances/i":                    "projects/p/zones/z/instances/i compute.googleapis.com/Instance",
		"//secretmanager.googleapis.com/projects/p/secrets/s":                        "projects/111/secrets/s secretmanager.googleapis.com/Secret",
		"//cloudkms.googleapis.com/projects/111/locations/l/keyRings/r/cryptoKeys/k": "projects/p/locations/l/keyRings/r/cryptoKeys/k cloudkms.googleapis.com/CryptoKey",
		"//bigquery.googleapis.com/projects/p/datasets/d/tables/t":                   "projects/p/datasets/d/tables/t bigquery.googleapis.com/Table",
		"//spanner.googleapis.com/projects/p/instances/i/databases/d":                "projects/p/instances/i/databases/d spanner.googleapis.com/Database",
		"//storage.googleapis.com/b/managedFolders/f":                                "projects/_/buckets/b/managedFolders/f storage.googleapis.com/ManagedFolder",
		project + "p":  "projects/111 cloudresourcemanager.googleapis.com/Project",
		folder + "222": "folders/222 cloudresourcemanager.googleapis.com/Folder",
		"//pubsub.googleapis.com/projects/p/topics/t": "",
	} {
		var name, kind string
		for i := range want {
			if want[i] == ' ' {
				name, kind = want[:i], want[i+1:]
			}
		}
		w := newWorld()
		w.gives("user:a@example.com", "compute.zones.list", org+"333", `resource.name == "`+name+`" && resource.type == "`+kind+`"`)
		verdict := decision.Allowed
		if want == "" {
			verdict = decision.Conditional
		}
		if got := w.decide(t, "a@example.com", "compute.zones.list", string(resource)); got.Verdict != verdict {
			t.Errorf("%s: got %s, want %s", resource, got.Verdict, verdict)
		}
	}
}

// Projects elsewhere are those that grant something to more than everybody.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	p, q, r := newWorld(), secondWorld(), newWorld()
	r.System = entitlement.System{ID: "r", Number: "777"}
	p.group("g@example.com", "a@example.com")
	q.grant("group:g@example.com", "roles/viewer", project+"q")
	r.grant("allUsers", "roles/viewer", project+"r")
	home, other, third := p.compile(), q.compile(), r.compile()
	e := gcp.NewEstate(home, other, third)
	if got := e.Elsewhere(home, "a@example.com"); len(got) != 1 || got[0] != other {
		t.Errorf("elsewhere are %d", len(got))
	}
	if got := e.Elsewhere(home, "b@example.com"); len(got) != 0 {
		t.Errorf("elsewhere are %d", len(got))
	}
	if !home.Knows("A@example.com") || home.Knows("b@example.com") || !other.Knows("g@example.com") {
		t.Error("the wrong ones are known")
	}
}
