package source_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

type object = map[string]any

// google is a server with what two projects of an organization need of Google's
// APIs; what it does not know it refuses.
type google struct {
	t   *testing.T
	url string

	mu       sync.Mutex // Guards what follows.
	messages []string   // That are not acknowledged.
	taken    int
	acked    map[int]bool
	refuse   string // Part of the paths that are refused.
	policies bool   // Policies are not to be had from Cloud Asset Inventory.
	entries  []string
}

func newGoogle(t *testing.T) *google {
	t.Helper()
	g := &google{t: t, acked: map[int]bool{}}
	server := httptest.NewServer(http.HandlerFunc(g.serve))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *google) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	path := r.URL.Path
	var answer any
	switch {
	case g.refuse != "" && strings.Contains(path, g.refuse), g.policies && r.URL.Query().Get("contentType") == "IAM_POLICY":
	case path == "/token":
		answer = object{"access_token": "x", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "token_type": "Bearer", "expires_in": 3600}
	case strings.HasSuffix(path, "/assets"):
		answer = object{"assets": g.assets(r.URL.Query().Get("contentType"))}
	case path == "/cloudresourcemanager/v3/organizations/10":
		answer = object{"name": "organizations/10", "displayName": "example.com"}
	case path == "/cloudresourcemanager/v3/projects":
		answer = object{"projects": []any{project("shop-prod", "101"), project("shop-test", "102")}}
	case strings.HasPrefix(path, "/cloudresourcemanager/v3/projects/") && strings.HasSuffix(path, ":getIamPolicy"):
		answer = policy()
	case path == "/cloudresourcemanager/v3/folders":
		answer = object{}
	case strings.HasSuffix(path, ":pull"):
		answer = g.pull()
	case strings.HasSuffix(path, ":acknowledge"):
		var body struct{ AckIDs []string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		for _, id := range body.AckIDs {
			var n int
			_, _ = fmt.Sscan(id, &n)
			g.acked[n] = true
		}
		answer = object{}
	case strings.HasSuffix(path, ":modifyAckDeadline"):
		answer = object{}
	case path == "/logging/v2/entries:list":
		answer = object{"entries": raw(g.list(r))}
	}
	if answer == nil {
		w.WriteHeader(http.StatusForbidden)
		answer = object{"error": object{"code": 403, "status": "PERMISSION_DENIED", "message": "no"}}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// list returns the entries of the containers and times that are asked for.
func (g *google) list(r *http.Request) (list []string) {
	var body struct {
		Names  []string `json:"resourceNames"`
		Filter string   `json:"filter"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		g.t.Error(err)
	}
	for _, e := range g.entries {
		var entry struct{ LogName, Timestamp string }
		if err := json.Unmarshal([]byte(e), &entry); err != nil {
			g.t.Error(err)
		}
		container, _, _ := strings.Cut(entry.LogName, "/logs/")
		_, from, _ := strings.Cut(body.Filter, `timestamp>="`)
		if slices.Contains(body.Names, container) && entry.Timestamp >= from[:len(entry.Timestamp)-1] {
			list = append(list, e)
		}
	}
	return list
}

func raw(list []string) (out []json.RawMessage) {
	for _, s := range list {
		out = append(out, json.RawMessage(s))
	}
	return out
}

func project(id, number string) object {
	return object{
		"name": "projects/" + number, "projectId": id, "displayName": strings.ToUpper(id), "state": "ACTIVE", "parent": "organizations/10",
		"labels": object{"owner": "team-" + id},
	}
}

// policy grants Alice all of a project, and has storage's Data Access logs on.
func policy() object {
	return object{
		"bindings": []any{object{"role": "roles/owner", "members": []any{"user:alice@example.com"}}},
		"auditConfigs": []any{object{"service": "storage.googleapis.com", "auditLogConfigs": []any{
			object{"logType": "ADMIN_READ"}, object{"logType": "DATA_READ"}, object{"logType": "DATA_WRITE"},
		}}},
	}
}

func (g *google) assets(content string) (list []any) {
	for number, id := range map[string]string{"101": "shop-prod", "102": "shop-test"} {
		a := object{
			"name": "//cloudresourcemanager.googleapis.com/projects/" + number, "assetType": "cloudresourcemanager.googleapis.com/Project",
			"ancestors": []any{"projects/" + number, "organizations/10"},
		}
		switch content {
		case "RESOURCE":
			a["resource"] = object{"data": object{"projectId": id, "projectNumber": number, "name": strings.ToUpper(id)}}
		case "IAM_POLICY":
			a["iamPolicy"] = policy()
		default:
			continue
		}
		list = append(list, a)
	}
	return list
}

// pull gives out messages that were neither acknowledged nor given out since
// they came again.
func (g *google) pull() object {
	var list []any
	for ; g.taken < len(g.messages) && len(list) < 3; g.taken++ {
		if !g.acked[g.taken] {
			list = append(list, object{"ackId": fmt.Sprint(g.taken), "message": object{
				"data": base64.StdEncoding.EncodeToString([]byte(g.messages[g.taken])), "publishTime": march().Add(-time.Hour).Format(time.RFC3339),
			}})
		}
	}
	return object{"receivedMessages": list}
}

// again has messages come again that were not acknowledged.
func (g *google) again() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken = 0
}

func (g *google) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.messages) - len(g.acked)
}

// happens adds an event to the logs: a call of Alice, hours before March.
func (g *google) happens(id, container, log, permission string, hours int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	service, _, _ := strings.Cut(permission, ".")
	b, err := json.Marshal(object{
		"insertId": id, "logName": container + "/logs/cloudaudit.googleapis.com%2F" + log, "timestamp": march().Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339),
		"protoPayload": object{
			"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": service + ".googleapis.com", "methodName": permission,
			"resourceName": container, "authenticationInfo": object{"principalEmail": "Alice@example.com"},
			"authorizationInfo": []any{object{"permission": permission, "granted": true, "resource": container}},
		},
	})
	if err != nil {
		g.t.Error(err)
	}
	g.messages, g.entries = append(g.messages, string(b)), append(g.entries, string(b))
}

// options of an exporter that reads the organization.
func (g *google) options(dir string, logs config.GCPLogs, change func(*config.GCP)) source.Options {
	g.t.Helper()
	keep, err := store.Open(dir)
	if err != nil {
		g.t.Fatal(err)
	}
	token, file := filepath.Join(dir, "token"), filepath.Join(dir, "federation.json")
	b, err := json.Marshal(object{
		"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q", "universe_domain": "googleapis.com",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": g.url + "/token", "credential_source": object{"file": token},
	})
	if err := errors.Join(err, os.WriteFile(token, []byte("t"), 0o600), os.WriteFile(file, b, 0o600)); err != nil {
		g.t.Fatal(err)
	}
	c := config.GCP{Live: &config.GCPLive{
		Scope: "organizations/10", CredentialsFile: file, Endpoint: g.url + "/{service}", SkipActivity: true, OwnerLabel: "owner", Logs: logs,
		Limits: map[string]float64{"cloudasset": 1000, "logging": 1000, "iam": 1000, "cloudresourcemanager": 1000, "pubsub": 1000},
	}}
	if change != nil {
		change(&c)
	}
	return source.Options{
		Sections: []config.Section{c.Section()}, Window: 90 * 24 * time.Hour, Catalog: catalog.AWS(), Store: keep,
		Now: march, Logger: slog.New(slog.DiscardHandler),
	}
}

// read reads all projects as an exporter does that was just started.
func (g *google) read(o source.Options) map[entitlement.SystemID]*collector.Reading {
	g.t.Helper()
	sources, err := source.Sources(g.t.Context(), o)
	if err != nil {
		g.t.Fatal(err)
	}
	out := map[entitlement.SystemID]*collector.Reading{}
	for _, s := range sources {
		r, err := s.Read(g.t.Context(), march())
		if err != nil {
			g.t.Fatal(err)
		}
		out[s.System().ID] = r
	}
	return out
}

func subscribed() config.GCPLogs {
	return config.GCPLogs{Subscription: "projects/tools/subscriptions/audit"}
}

// used reports whether Alice used a permission in a project.
func used(t *testing.T, r *collector.Reading, permission entitlement.Action) bool {
	t.Helper()
	i, ok := catalog.GCP().Index(permission)
	if !ok {
		t.Errorf("%s is no permission", permission)
	}
	return r.Usage.Usage("alice@example.com", time.Time{}, march()).Used.Has(i)
}

func TestGCPLive(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	o := g.options(t.TempDir(), subscribed(), nil)
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 5)
	g.happens("2", "projects/102", "activity", "storage.buckets.delete", 4) // By its number.
	g.happens("3", "organizations/10", "activity", "resourcemanager.organizations.setIamPolicy", 3)
	g.happens("4", "projects/elsewhere", "activity", "storage.buckets.create", 3)
	g.happens("5", "projects/shop-prod", "data_access", "storage.objects.get", 2)
	got := g.read(o)
	prod, test := got["shop-prod"], got["shop-test"]
	if len(got) != 2 || prod.Inventory.System.Name != "SHOP-PROD" || prod.Inventory.System.Owner != "team-shop-prod" || prod.Inventory.System.Number != "101" {
		t.Fatalf("%d projects, %+v", len(got), prod.Inventory.System)
	}
	want := collector.EventCounts{In: 4, Used: 3, Rejected: map[string]int{"not_onboarded": 1}} // With that of the organization.
	if diff := cmp.Diff(want, prod.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(collector.EventCounts{In: 1, Used: 1}, test.Events); diff != "" {
		t.Errorf("events of the other project (-want +got):\n%s", diff)
	}
	if !used(t, prod, "storage.buckets.create") || used(t, prod, "storage.buckets.delete") || !used(t, test, "storage.buckets.delete") {
		t.Error("permissions are not used where they are")
	}
	if p := entitlement.Action("resourcemanager.organizations.setIamPolicy"); !used(t, prod, p) || !used(t, test, p) {
		t.Error("what is done to the organization is used in each project")
	}
	i, _ := catalog.GCP().Index("storage.objects.list")
	if !prod.Usage.ObservableIn("shop-prod").Has(i) || test.Usage.ObservableIn("shop-test").Has(i) {
		t.Error("data access is observable where it is recorded and delivered")
	}
	if n := g.waiting(); n != 0 || !prod.Inventory.FullHistoryFrom.Equal(march().Add(-time.Hour)) {
		t.Errorf("%d messages wait, whole since %s", n, prod.Inventory.FullHistoryFrom)
	}
	if len(prod.Requests) == 0 || len(test.Requests) != 0 {
		t.Errorf("requests count once: %d and %d", len(prod.Requests), len(test.Requests))
	}
}

// What was read is not read again by the next exporter, and what comes again
// doesn't count again.
func TestGCPLiveGoesOn(t *testing.T) {
	t.Parallel()
	g, dir := newGoogle(t), t.TempDir()
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 24*20)
	g.happens("2", "organizations/10", "activity", "resourcemanager.organizations.setIamPolicy", 3)
	g.mu.Lock()
	g.refuse = ":acknowledge"
	g.mu.Unlock()
	first := g.read(g.options(dir, subscribed(), nil))["shop-prod"]
	if first.Events.Used != 2 || g.waiting() != 2 || !slices.ContainsFunc(first.Inventory.Problems, func(p entitlement.Problem) bool {
		return p.Code == "GCP_LOG_SUBSCRIPTION_COLLECTION_ERROR" && p.Permission == "pubsub.subscriptions.consume"
	}) {
		t.Errorf("%+v, %d wait, %+v", first.Events, g.waiting(), first.Inventory.Problems)
	}
	g.again()
	g.happens("3", "projects/shop-prod", "activity", "storage.buckets.delete", 1)
	g.mu.Lock()
	g.refuse = ""
	g.mu.Unlock()
	second := g.read(g.options(dir, subscribed(), nil))["shop-prod"]
	want := collector.EventCounts{In: 3, Used: 1, Rejected: map[string]int{"duplicate": 2}}
	if diff := cmp.Diff(want, second.Events); diff != "" || g.waiting() != 0 {
		t.Errorf("%d wait, events (-want +got):\n%s", g.waiting(), diff)
	}
	if !used(t, second, "storage.buckets.create") || !used(t, second, "storage.buckets.delete") {
		t.Error("the usage before is lost")
	}
}

// longIDs is a store of events whose ids are more than what their records say.
type longIDs struct{ *auditStore }

func (s longIDs) Add(ctx context.Context, events []auditlog.Event) (auditlog.Added, error) {
	for i := range events {
		id, _, _ := strings.Cut(events[i].ID, "-")
		if !strings.Contains(string(events[i].Raw), `"insertId":"`+id+`"`) {
			return auditlog.Added{}, fmt.Errorf("event %s has the record %q", id, events[i].Raw)
		}
		events[i].Raw = []byte(events[i].ID)
	}
	return s.auditStore.Add(ctx, events)
}

// Messages are acknowledged only once the audit store has their events.
func TestGCPLiveAuditStore(t *testing.T) {
	t.Parallel()
	g, dir, events := newGoogle(t), t.TempDir(), newAuditStore()
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 2)
	g.happens("2", "projects/elsewhere", "activity", "storage.buckets.create", 2)
	o := g.options(dir, subscribed(), nil)
	o.Audit = source.Audit{Store: longIDs{events}, Patience: time.Millisecond}
	events.fail(errors.New("full"))
	if first := g.read(o)["shop-prod"]; g.waiting() != 2 || !slices.ContainsFunc(first.Inventory.Problems, func(p entitlement.Problem) bool { return p.Code == "audit_store" }) {
		t.Errorf("%d messages wait, %+v", g.waiting(), first.Inventory.Problems)
	}
	events.fail(nil)
	g.again()
	second := g.read(o)["shop-prod"]
	if second.Events.Used != 1 || g.waiting() != 0 || len(events.synced) != 1 {
		t.Errorf("%+v, %d wait, %d stored", second.Events, g.waiting(), len(events.synced))
	}
}

// A project that is selected later has a history from then on.
func TestGCPLiveSelected(t *testing.T) {
	t.Parallel()
	g, dir := newGoogle(t), t.TempDir()
	pick := func(ids ...string) func(*config.GCP) {
		return func(c *config.GCP) { c.Onboard, c.Selected = config.OnboardSelected, ids }
	}
	g.happens("1", "projects/shop-test", "activity", "storage.buckets.create", 2)
	if got := g.read(g.options(dir, subscribed(), pick("shop-prod"))); len(got) != 1 || got["shop-prod"].Events.Rejected["not_onboarded"] != 1 {
		t.Errorf("%+v", got)
	}
	got := g.read(g.options(dir, subscribed(), pick("shop-prod", "shop-test")))
	if at := got["shop-test"].Inventory.FullHistoryFrom; len(got) != 2 || !at.Equal(march()) {
		t.Errorf("%d projects, whole since %s", len(got), at)
	}
	if at := got["shop-prod"].Inventory.FullHistoryFrom; !at.Equal(march().Add(-time.Hour)) {
		t.Errorf("whole since %s", at)
	}
}

// A project of which too little may be read is not collected; the others are.
func TestGCPLiveUnread(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	g.happens("1", "projects/shop-test", "activity", "storage.buckets.create", 2)
	sources, err := source.Sources(t.Context(), g.options(t.TempDir(), config.GCPLogs{Entries: true}, nil))
	if err != nil || len(sources) != 2 {
		t.Fatal(len(sources), err)
	}
	g.mu.Lock()
	g.policies, g.refuse = true, "shop-prod:getIamPolicy"
	g.mu.Unlock()
	for _, s := range sources {
		r, err := s.Read(t.Context(), march())
		switch id := s.System().ID; {
		case id == "shop-prod" && (err == nil || !strings.Contains(err.Error(), "ERROR_GCP_PROJECT_MIN_PERMISSION: shop-prod")):
			t.Errorf("%s: got %v", id, err)
		case id == "shop-test" && (err != nil || r.Events.Used != 1 || !used(t, r, "storage.buckets.create")):
			t.Errorf("%s: got %v, %+v", id, err, r)
		}
	}
}

// Beside an exporter no message is taken from it.
func TestGCPLiveAside(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 2)
	o := g.options(t.TempDir(), subscribed(), nil)
	o.Aside = true
	r := g.read(o)["shop-prod"]
	if g.taken != 0 || r.Events.In != 0 || !r.Inventory.FullHistoryFrom.IsZero() || !slices.ContainsFunc(r.Inventory.Problems, func(p entitlement.Problem) bool {
		return strings.Contains(p.Message, "belongs to the exporter")
	}) {
		t.Errorf("%d taken, %+v, %+v", g.taken, r.Events, r.Inventory.Problems)
	}
}

// An audit store that is new gets the events from before, where the source still
// has them; and makes an index anew.
func TestGCPLiveCatchesUp(t *testing.T) {
	t.Parallel()
	g, dir, events := newGoogle(t), t.TempDir(), newAuditStore()
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 24*20)
	g.happens("2", "projects/shop-test", "activity", "storage.buckets.create", 24*20)
	entries := config.GCPLogs{Entries: true}
	g.read(g.options(dir, entries, nil))
	o := g.options(dir, entries, nil)
	o.Audit = source.Audit{Store: longIDs{events}, Patience: time.Millisecond}
	second := g.read(o)["shop-prod"]
	if second.Events.Used != 0 || !used(t, second, "storage.buckets.create") || len(events.synced) != 2 {
		t.Errorf("%+v, %d stored", second.Events, len(events.synced))
	}
}

// Whatever is refused on the way, and whenever another exporter begins: each
// event counts once, and is stored once.
func TestGCPLiveCountsOnce(t *testing.T) {
	t.Parallel()
	seeds := uint64(6)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		countOnce(t, rand.New(rand.NewPCG(seed, 2)))
	}
}

func countOnce(t *testing.T, random *rand.Rand) {
	t.Helper()
	g, dir, events := newGoogle(t), t.TempDir(), newAuditStore()
	want := map[entitlement.SystemID]int64{}
	n := 0
	for round := range 7 {
		for range random.IntN(6) {
			of := []string{"projects/shop-prod", "projects/102", "organizations/10"}[random.IntN(3)]
			n++
			g.happens(fmt.Sprint("e", n), of, "activity", "storage.buckets.create", 1+random.IntN(24*30))
			if of != "projects/102" {
				want["shop-prod"]++ // What is done to the organization is used in each.
			}
			if of != "projects/shop-prod" {
				want["shop-test"]++
			}
		}
		last := round == 6
		g.mu.Lock()
		g.refuse = []string{"", ":acknowledge", ":pull", "/assets"}[random.IntN(4)]
		if last {
			g.refuse = ""
		}
		g.mu.Unlock()
		events.fail(nil)
		if random.IntN(3) == 0 && !last {
			events.fail(errors.New("full"))
		}
		o := g.options(dir, subscribed(), nil)
		o.Audit = source.Audit{Store: longIDs{events}, Patience: time.Millisecond}
		g.read(o)
		g.again()
	}
	if g.waiting() != 0 {
		t.Errorf("%d messages wait", g.waiting())
	}
	if len(events.synced) != n {
		t.Errorf("%d events stored, want %d", len(events.synced), n)
	}
	for id, r := range g.read(g.options(dir, subscribed(), nil)) {
		if used := r.Usage.Counts().Used; used != want[id] {
			t.Errorf("%s: %d used, want %d", id, used, want[id])
		}
	}
}

// Projects are discovered with their names, owners and what is above them; those
// that are about to be deleted are not.
func TestGCPDiscovered(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	sections := source.Onboarding(g.options(t.TempDir(), subscribed(), nil))
	if len(sections) != 1 || sections[0].Name != "gcp" || sections[0].Mode != onboard.Automatic {
		t.Fatalf("sections = %+v", sections)
	}
	got, err := sections[0].Discoverer.Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	above := []entitlement.Scope{{ID: "//cloudresourcemanager.googleapis.com/organizations/10", Type: "organization", Name: "example.com"}}
	want := []onboard.Found{
		{System: entitlement.System{Cloud: entitlement.GCP, ID: "shop-prod", Name: "SHOP-PROD", Owner: "team-shop-prod", Number: "101"}, Ancestors: above},
		{System: entitlement.System{Cloud: entitlement.GCP, ID: "shop-test", Name: "SHOP-TEST", Owner: "team-shop-test", Number: "102"}, Ancestors: above},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	g.mu.Lock()
	g.refuse = "/v3/folders"
	g.mu.Unlock()
	if _, err := sections[0].Discoverer.Discover(t.Context()); err == nil || !strings.Contains(err.Error(), "resourcemanager.folders.list") {
		t.Errorf("got %v", err)
	}
}

func TestGCPInventories(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	o := g.options(t.TempDir(), subscribed(), nil)
	o.Store = nil
	list, err := source.Inventories(t.Context(), o, march())
	if err != nil || len(list) != 2 || len(list[0].Grants) != 1 || g.taken != 0 {
		t.Errorf("%d inventories, %v", len(list), err)
	}
}

// An index that is made anew from the real store equals the one before, with what
// was done above the project.
func TestGCPLiveRebuilt(t *testing.T) {
	t.Parallel()
	g, dir := newGoogle(t), t.TempDir()
	events := openAudit(t, t.TempDir())
	defer func() {
		if err := events.Close(); err != nil {
			t.Error(err)
		}
	}()
	g.happens("1", "projects/shop-prod", "activity", "storage.buckets.create", 30)
	g.happens("2", "projects/shop-test", "activity", "storage.buckets.delete", 20)
	g.happens("3", "organizations/10", "activity", "resourcemanager.organizations.setIamPolicy", 24*20)
	start := func() map[entitlement.SystemID]*collector.Reading {
		o := g.options(dir, subscribed(), nil)
		o.Audit = source.Audit{Store: events}
		return g.read(o)
	}
	before := start()["shop-prod"].Usage
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	system := entitlement.System{Cloud: entitlement.GCP, ID: "shop-prod"}
	if err := kept.RequestRebuild(system); err != nil {
		t.Fatal(err)
	}
	g.happens("4", "projects/shop-prod", "activity", "storage.buckets.update", 1)
	after := start()["shop-prod"]
	if kept.RebuildRequested(system) || before.Counts().Used != 2 || after.Usage.Counts().Used != 3 {
		t.Errorf("%d used before, %d after, still asked for: %v", before.Counts().Used, after.Usage.Counts().Used, kept.RebuildRequested(system))
	}
	for _, p := range []entitlement.Action{"storage.buckets.create", "storage.buckets.update", "resourcemanager.organizations.setIamPolicy"} {
		if !used(t, after, p) {
			t.Errorf("%s is lost", p)
		}
	}
	if used(t, after, "storage.buckets.delete") {
		t.Error("what was done in another project is used")
	}
	g.again()
	if again := start()["shop-prod"]; again.Usage.Counts().Used != 3 {
		t.Errorf("%d used by the next reading", again.Usage.Counts().Used)
	}
}
