package source_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	shop   = "11111111-aaaa-0000-0000-000000000001"
	labSub = "11111111-aaaa-0000-0000-000000000002"
)

func march() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }

// cloudFiles are those of the command's examples.
func cloudFiles(name string) *config.CloudFiles {
	dir := filepath.Join(testkit.Root(), "exporter", "internal", "command", "testdata", "clouds")
	return &config.CloudFiles{Entitlements: []string{filepath.Join(dir, name+".json")}, Logs: []string{filepath.Join(dir, name+"-logs.json")}}
}

func estateOf(cloud entitlement.Cloud, files *config.CloudFiles) *source.Estate {
	return &source.Estate{Cloud: cloud, Paths: *files, Logger: slog.New(slog.DiscardHandler)}
}

// balanced holds that every record is somewhere.
func balanced(t *testing.T, r *source.EstateReading) {
	t.Helper()
	if e := r.Entitlements; e.In != e.Taken+e.RejectedTotal() {
		t.Errorf("entitlements: %+v", e)
	}
	all := r.Nowhere
	all.Add(r.Outside)
	for _, s := range r.Systems {
		all.Add(s.Events)
	}
	if int64(all.In) != r.Logs.Taken || r.Logs.In != r.Logs.Taken+r.Logs.RejectedTotal() || all.In != all.Used+all.Denied+all.NotPermissionBearing+all.Unmapped {
		t.Errorf("%+v are accounted for, of %+v", all, r.Logs)
	}
}

func TestEstateReadsEachSystem(t *testing.T) {
	t.Parallel()
	e := estateOf(entitlement.Azure, cloudFiles("azure"))
	e.Expect = []entitlement.System{{Cloud: entitlement.Azure, ID: shop, Name: "shopping", Owner: "team-shop", Folders: []string{"prod"}}}
	r, err := e.Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, r)
	if len(r.Systems) != 2 || r.Nowhere.In != 1 || r.Outside.In != 1 || r.Logs.RejectedTotal() != 1 {
		t.Fatalf("%d systems, %+v nowhere, %+v outside, logs %+v", len(r.Systems), r.Nowhere, r.Outside, r.Logs)
	}
	one := r.Systems[0]
	if s := one.Inventory.System; s.ID != shop || s.Name != "shopping" || s.Owner != "team-shop" || !slices.Equal(s.Folders, []string{"prod"}) {
		t.Errorf("system = %+v", s)
	}
	if want := (collector.EventCounts{In: 3, Used: 2, Denied: 1}); !cmp.Equal(one.Events, want) {
		t.Errorf("events = %+v, want %+v", one.Events, want)
	}
	if got := one.Inventory.FullHistoryFrom; !got.Equal(time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC)) || !one.Latest.Equal(time.Date(2026, 2, 3, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("events from %s to %s", got, one.Latest)
	}
	if r.Systems[1].Inventory.System.Name != "lab" || r.Systems[1].Events.In != 0 {
		t.Errorf("the other system: %+v, %+v", r.Systems[1].Inventory.System, r.Systems[1].Events)
	}
	if !slices.ContainsFunc(r.Problems, func(p entitlement.Problem) bool {
		return p.Code == "not_onboarded" && strings.Contains(p.Message, "1 events are of 1 subscription")
	}) {
		t.Errorf("problems = %+v", r.Problems)
	}
}

// Logs name identities by application ids, user principal names and unique ids:
// what they did is that of the identity of the inventory. A sign-in to the
// tenant tells when somebody was there.
func TestEstateResolvesIdentities(t *testing.T) {
	t.Parallel()
	r, err := estateOf(entitlement.Azure, cloudFiles("azure")).Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	uses := r.Systems[0].Usage
	for _, test := range []struct {
		id     entitlement.IdentityID
		action entitlement.Action
		used   bool
	}{
		{"a0000000-0000-0000-0000-000000000001", "Microsoft.Compute/virtualMachines/deallocate/action", true},
		{"d0000000-0000-0000-0000-000000000001", "Microsoft.Storage/storageAccounts/listKeys/action", true}, // By its application id.
		{"a0000000-0000-0000-0000-000000000002", "Microsoft.Compute/virtualMachines/write", false},          // Refused.
	} {
		u := uses.Usage(test.id, time.Time{}, march())
		i, _ := catalog.Azure().Index(test.action)
		if u.Used.Has(i) != test.used {
			t.Errorf("%s used %s: %v, want %v", test.id, test.action, u.Used.Has(i), test.used)
		}
	}
	if at := uses.Usage("a0000000-0000-0000-0000-000000000003", time.Time{}, march()).LastActive; !at.Equal(time.Date(2026, 2, 4, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("cleo was last active at %s, want her sign-in", at)
	}
}

// What is done to an organisation or folder is used in each project that knows
// who did it.
func TestEstateCreditsWhatIsAbove(t *testing.T) {
	t.Parallel()
	files := cloudFiles("gcp")
	above := filepath.Join(t.TempDir(), "above.json")
	const record = `{"insertId": "f1", "logName": "folders/20/logs/cloudaudit.googleapis.com%2Factivity", "timestamp": "2026-02-10T10:00:00Z", "resource": {"type": "folder", "labels": {"folder_id": "20"}},
 "protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "cloudresourcemanager.googleapis.com", "methodName": "SetIamPolicy", "resourceName": "folders/20", "authenticationInfo": {"principalEmail": "Root@shop.example"},
  "authorizationInfo": [{"permission": "resourcemanager.folders.setIamPolicy", "granted": true, "resource": "folders/20"}], "status": {}}}`
	if err := os.WriteFile(above, []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	files.Logs = append(files.Logs, above)
	r, err := estateOf(entitlement.GCP, files).Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, r)
	i, _ := catalog.GCP().Index("resourcemanager.folders.setIamPolicy")
	if u := r.Systems[0].Usage.Usage("root@shop.example", time.Time{}, march()); r.Nowhere.Used != 1 || !u.Used.Has(i) {
		t.Errorf("nowhere %+v; used %v", r.Nowhere, u.Used.Has(i))
	}
}

// Systems that only the logs show are there where that is asked for.
// A log that names a project by its number, and nothing by its id, is the
// project's.
func TestEstateKnowsNumbers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"e.json": `{"name":"//cloudresourcemanager.googleapis.com/projects/p","assetType":"cloudresourcemanager.googleapis.com/Project",
			"resource":{"data":{"projectId":"p","projectNumber":"123456789012"}},
			"iamPolicy":{"bindings":[{"role":"roles/storage.admin","members":["user:ann@example.com"]}]}}`,
		"l.json": `{"logName":"projects/123456789012/logs/cloudaudit.googleapis.com%2Factivity","insertId":"1","timestamp":"2026-02-01T00:00:00Z",
			"protoPayload":{"serviceName":"storage.googleapis.com","methodName":"storage.buckets.delete","authenticationInfo":{"principalEmail":"ann@example.com"},
			"authorizationInfo":[{"permission":"storage.buckets.delete","granted":true}]}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := estateOf(entitlement.GCP, &config.CloudFiles{Entitlements: []string{filepath.Join(dir, "e.json")}, Logs: []string{filepath.Join(dir, "l.json")}})
	e.FromLogs = true
	r, err := e.Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, r)
	if len(r.Systems) != 1 || r.Systems[0].Events.Used != 1 || r.Systems[0].Usage.Usage("ann@example.com", time.Time{}, march()).Used.Len() != 1 {
		t.Errorf("%d systems, the events of the first %+v", len(r.Systems), r.Systems[0].Events)
	}
}

func TestEstateOfLogsAlone(t *testing.T) {
	t.Parallel()
	files := cloudFiles("gcp")
	files.Entitlements = nil
	e := estateOf(entitlement.GCP, files)
	e.FromLogs = true
	r, err := e.Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, r)
	var ids []entitlement.SystemID
	for _, s := range r.Systems {
		ids = append(ids, s.Inventory.System.ID)
	}
	if !slices.Equal(ids, []entitlement.SystemID{"other-prod", "shop-prod"}) || r.Outside.In != 0 {
		t.Errorf("systems = %v, outside %+v", ids, r.Outside)
	}
}

func sources(t *testing.T, sections ...config.Section) []collector.Source {
	t.Helper()
	list, err := source.Sources(t.Context(), source.Options{Sections: sections, Now: march, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func idsOf(list []collector.Source) []string {
	var ids []string
	for _, s := range list {
		ids = append(ids, string(s.System().ID))
	}
	return ids
}

// Automatic onboarding takes what the files hold, listed what is named; a system
// with files of its own is not taken from the others.
func TestOnboarding(t *testing.T) {
	t.Parallel()
	files := cloudFiles("azure")
	named := &config.CloudSystem{ID: shop, Name: "shopping"}
	lost := &config.CloudSystem{ID: "99999999-aaaa-0000-0000-000000000003"}
	own := &config.CloudSystem{ID: labSub, Files: files}
	for name, test := range map[string]struct {
		section config.Section
		want    []string
	}{
		"automatic":             {config.Section{Cloud: entitlement.Azure, Files: files, Automatic: true}, []string{shop, labSub}},
		"automatic, one named":  {config.Section{Cloud: entitlement.Azure, Files: files, Systems: []*config.CloudSystem{named, lost}, Automatic: true}, []string{shop, lost.ID, labSub}},
		"listed":                {config.Section{Cloud: entitlement.Azure, Files: files, Systems: []*config.CloudSystem{named}}, []string{shop}},
		"one with its own":      {config.Section{Cloud: entitlement.Azure, Files: files, Systems: []*config.CloudSystem{own}, Automatic: true}, []string{shop, labSub}},
		"nothing but their own": {config.Section{Cloud: entitlement.Azure, Systems: []*config.CloudSystem{own}}, []string{labSub}},
	} {
		if got := idsOf(sources(t, test.section)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if _, err := source.Sources(t.Context(), source.Options{Sections: []config.Section{{
		Cloud: entitlement.GCP, Automatic: true, Files: &config.CloudFiles{Entitlements: []string{"nowhere"}},
	}}, Logger: slog.New(slog.DiscardHandler)}); err == nil || !strings.HasPrefix(err.Error(), "gcp.files: ") {
		t.Errorf("files that are not there: %v", err)
	}
}

// Files in which nobody is named and nothing is found are no empty estate: an
// exporter over them would look as if all were well.
func TestFilesThatHoldNoSystem(t *testing.T) {
	t.Parallel()
	for cloud, noun := range map[entitlement.Cloud]string{entitlement.Azure: "subscription", entitlement.GCP: "project"} {
		other := map[entitlement.Cloud]string{entitlement.Azure: "gcp", entitlement.GCP: "azure"}[cloud]
		for _, path := range []string{cloudFiles(other).Entitlements[0], t.TempDir()} {
			_, err := source.Sources(t.Context(), source.Options{
				Sections: []config.Section{{Cloud: cloud, Automatic: true, Files: &config.CloudFiles{Entitlements: []string{path}}}},
				Logger:   slog.New(slog.DiscardHandler),
			})
			if err == nil || !strings.HasPrefix(err.Error(), string(cloud)+".files: ") || !strings.Contains(err.Error(), "hold no "+noun) {
				t.Errorf("%s of %s: %v", cloud, path, err)
			}
		}
	}
}

// All systems of an estate share one reading; who asks again has the files read
// anew. What is of no system counts once, with the first.
func TestSourcesShareAReading(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := cloudFiles("azure")
	text, err := os.ReadFile(files.Entitlements[0])
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "azure.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	files.Entitlements = []string{path}
	list := sources(t, config.Section{Cloud: entitlement.Azure, Files: files, Systems: []*config.CloudSystem{{ID: "99999999-aaaa-0000-0000-000000000003"}}, Automatic: true})
	for round := range 2 {
		var all collector.EventCounts
		for _, s := range list {
			reading, err := s.Read(t.Context(), march())
			if s.System().ID == "99999999-aaaa-0000-0000-000000000003" {
				if err == nil || !strings.Contains(err.Error(), "hold nothing of subscription 99999999-aaaa-0000-0000-000000000003") {
					t.Errorf("a subscription that is not there: %v", err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			all.Add(reading.Events)
			if round == 1 && reading.Inventory.System.ID == shop && reading.Inventory.System.Name != "shop!" {
				t.Errorf("the files were not read anew: %+v", reading.Inventory.System)
			}
		}
		if all.In != 6 || all.Rejected["truncated"] != 1 || all.Rejected["not_onboarded"] != 1 || all.RejectedTotal() != 2 {
			t.Errorf("events of all systems = %+v, want each of the 6 records once", all)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), `"name": "shop"`, `"name": "shop!"`)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if _, err := s.Read(t.Context(), march()); err == nil {
			t.Errorf("%s was read without files", s.System().ID)
		}
	}
}

// The audit store has the events of the systems that are read, with the
// identities that the inventory knows; those of others are left out.
func TestEstateKeepsEvents(t *testing.T) {
	t.Parallel()
	store := &keepsIdentities{of: map[string]string{}}
	e := estateOf(entitlement.Azure, cloudFiles("azure"))
	e.Audit = source.Audit{Store: store}
	if _, err := e.Read(t.Context(), march()); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Values(store.of))
	want := []string{"a0000000-0000-0000-0000-000000000001", "a0000000-0000-0000-0000-000000000002", "a0000000-0000-0000-0000-000000000003", "d0000000-0000-0000-0000-000000000001"}
	if diff := cmp.Diff(want, got); diff != "" || !store.synced {
		t.Errorf("synced %v; identities of the stored events (-want +got):\n%s", store.synced, diff)
	}

	store = &keepsIdentities{full: errors.New("the disk is full")}
	e.Audit = source.Audit{Store: store, Patience: time.Nanosecond}
	r, err := e.Read(t.Context(), march())
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, r)
	if !slices.ContainsFunc(r.Problems, func(p entitlement.Problem) bool {
		return p.Code == "audit_store" && strings.Contains(p.Message, "the disk is full")
	}) {
		t.Errorf("problems of a store that is full: %+v", r.Problems)
	}
}

// keepsIdentities is an audit store that keeps whose each event is.
type keepsIdentities struct {
	auditlog.Store // Of the methods that nobody calls.

	of     map[string]string
	synced bool
	full   error
}

func (s *keepsIdentities) Add(_ context.Context, events []auditlog.Event) (added auditlog.Added, err error) {
	for i := range events {
		if s.full != nil {
			return added, s.full
		}
		s.of[events[i].ID] = string(events[i].Identity)
		added.New++
	}
	return added, nil
}

func (s *keepsIdentities) Sync(context.Context) (time.Time, error) {
	s.synced = s.full == nil
	return time.Time{}, s.full
}

func (s *keepsIdentities) Stats(context.Context) (auditlog.Stats, error) {
	return auditlog.Stats{}, nil
}
