package source_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	shopSub   = "11111111-aaaa-0000-0000-000000000001"
	stagingID = "11111111-aaaa-0000-0000-000000000002"
	tenantID  = "99999999-aaaa-0000-0000-000000000001"
	annaID    = "aaaaaaaa-0000-0000-0000-000000000001"
)

// azureCloud is a tenant with two subscriptions. What it is not asked to answer
// otherwise is an empty list.
type azureCloud struct {
	*httptest.Server
	mu      sync.Mutex // Guards what follows.
	answers map[string]string
	refused map[string]bool
	asked   map[string]int
	events  []string // Of the shop's Activity Log.
	look    func()   // Is called at each request.
}

func newAzureCloud(t *testing.T) *azureCloud {
	t.Helper()
	c := &azureCloud{refused: map[string]bool{}, asked: map[string]int{}, answers: map[string]string{
		"/providers/Microsoft.Management/managementGroups/" + tenantID: `{"id":"/providers/Microsoft.Management/managementGroups/` + tenantID + `","name":"` + tenantID +
			`","type":"Microsoft.Management/managementGroups","properties":{"displayName":"Root","details":{"parent":null},"children":[{"id":"/providers/Microsoft.Management/managementGroups/corp","type":"Microsoft.Management/managementGroups","name":"corp","displayName":"Corp","children":[{"id":"/subscriptions/` + shopSub + `","type":"/subscriptions","name":"` + shopSub + `","displayName":"Shop"}]}]}}`,
		"/v1.0/users": `{"value":[{"id":"` + annaID + `","displayName":"Anna","userPrincipalName":"anna@example.com","userType":"Member","accountEnabled":true}]}`,
	}}
	c.subscriptions(shopSub, stagingID)
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

// subscriptions tells which there are, with an assignment to Anna in each.
func (c *azureCloud) subscriptions(ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"id":"/subscriptions/%s","subscriptionId":"%[1]s","displayName":"Sub %s","state":"Enabled","tenantId":"%s","tags":{"owner":"team-%[2]s"}}`, id, id[len(id)-1:], tenantID))
		c.answers["/subscriptions/"+id+"/providers/Microsoft.Authorization/roleAssignments"] = fmt.Sprintf(
			`{"value":[{"id":"/subscriptions/%s/providers/Microsoft.Authorization/roleAssignments/a","type":"Microsoft.Authorization/roleAssignments","properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c","principalId":"%s","principalType":"User","scope":"/subscriptions/%[1]s"}}]}`, id, annaID)
	}
	c.answers["/subscriptions"] = `{"value":[` + strings.Join(list, ",") + `]}`
}

func (c *azureCloud) refuse(path string, refused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused[path] = refused
}

func (c *azureCloud) watch(look func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look = look
}

func (c *azureCloud) count(path string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked[path]
}

// happen adds an event to the shop's Activity Log.
func (c *azureCloud) happen(id string, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, fmt.Sprintf(`{"eventTimestamp":%q,"eventDataId":%q,"correlationId":%q,"resourceId":"/subscriptions/%s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/data","operationName":{"value":"Microsoft.Storage/storageAccounts/write"},"status":{"value":"Succeeded"},"category":{"value":"Administrative"},"caller":"anna@example.com","claims":{"http://schemas.microsoft.com/identity/claims/objectidentifier":%q}}`,
		at.UTC().Format(time.RFC3339), id, id, shopSub, annaID))
}

func (c *azureCloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[r.URL.Path]++
	if c.look != nil {
		c.look()
	}
	switch {
	case c.refused[r.URL.Path]:
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"error":{"code":"AuthorizationFailed","message":"no"}}`)
	case strings.HasSuffix(r.URL.Path, "/resources"):
		_, _ = io.WriteString(w, `{"data":[]}`)
	case r.URL.Path == "/subscriptions/"+shopSub+"/providers/Microsoft.Insights/eventtypes/management/values":
		var list []string
		f := strings.Split(r.URL.Query().Get("$filter"), "'")
		for _, e := range c.events {
			if at := strings.Split(e, `"`)[3]; at >= f[1] && at <= f[3] {
				list = append(list, e)
			}
		}
		_, _ = io.WriteString(w, `{"value":[`+strings.Join(list, ",")+`]}`)
	default:
		_, _ = io.WriteString(w, cmp.Or(c.answers[r.URL.Path], `{"value":[]}`))
	}
}

func azureOptions(t *testing.T, c *azureCloud, mode string, now *time.Time) source.Options {
	t.Helper()
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	azure := config.Azure{Onboard: mode, Live: &config.AzureLive{
		Endpoint: c.URL, OwnerTag: "owner", Logs: config.AzureLogs{ActivityLog: true, Directory: true},
		Limits: map[string]float64{"arm": 1e6, "graph": 1e6, "graph_reports": 1e6, "resource_graph": 1e6},
	}}
	return source.Options{
		Sections: []config.Section{azure.Section()}, Window: 90 * 24 * time.Hour, Catalog: catalog.AWS(), Store: data,
		Now: func() time.Time { return *now }, Logger: slog.New(slog.DiscardHandler),
	}
}

func readAll(t *testing.T, list []collector.Source, now time.Time) map[entitlement.SystemID]*collector.Reading {
	t.Helper()
	all := map[entitlement.SystemID]*collector.Reading{}
	for _, s := range list {
		r, err := s.Read(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		all[s.System().ID] = r
	}
	return all
}

// A tenant is read once for all of its subscriptions, its events from where the
// last reading ended, over restarts.
func TestAzureTenantIsReadOnce(t *testing.T) {
	t.Parallel()
	c := newAzureCloud(t)
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	c.happen("one", now.Add(-24*time.Hour))
	c.happen("two", now.Add(-time.Hour))
	sources, err := source.Sources(t.Context(), o)
	if err != nil || len(sources) != 2 {
		t.Fatal(sources, err)
	}
	if s := sources[0].System(); s.Name != "Sub 1" || s.Owner != "team-1" || len(s.Folders) != 1 || s.Folders[0] != "Corp" {
		t.Errorf("%+v", s)
	}
	before := c.count("/v1.0/users")
	got := readAll(t, sources, now)
	if n := c.count("/v1.0/users") - before; n != 1 {
		t.Errorf("the directory was read %d times for two subscriptions", n)
	}
	shop := got[shopSub]
	if shop.Events.Used != 2 || got[stagingID].Events.In != 0 || !shop.Inventory.FullHistoryFrom.Equal(now.Add(-o.Window)) {
		t.Errorf("shop %+v from %s, staging %+v", shop.Events, shop.Inventory.FullHistoryFrom, got[stagingID].Events)
	}
	if use := shop.Usage.Usage(annaID, now.Add(-o.Window), now); use == nil || !shop.Usage.LastSeen(annaID).Equal(now.Add(-time.Hour)) {
		t.Errorf("Anna was last seen %s", shop.Usage.LastSeen(annaID))
	}
	// A later reading of another process goes on, and late events are found.
	c.happen("three", now.Add(-2*time.Hour))
	now = now.Add(time.Hour)
	if sources, err = source.Sources(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	shop = readAll(t, sources, now)[shopSub]
	if shop.Events.Used != 1 || shop.Events.Rejected["duplicate"] != 1 || shop.Usage.Counts().Used != 3 {
		t.Errorf("%+v, in all %+v", shop.Events, shop.Usage.Counts())
	}
	if len(shop.Requests) == 0 {
		t.Error("no requests are counted")
	}
}

// What is refused of one subscription is no trouble of another.
func TestAzureRefusals(t *testing.T) {
	t.Parallel()
	c := newAzureCloud(t)
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	sources, err := source.Sources(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	c.refuse("/subscriptions/"+shopSub+"/providers/Microsoft.Authorization/roleAssignments", true)
	c.refuse("/v1.0/groups", true)
	if _, err := sources[0].Read(t.Context(), now); err == nil || !strings.Contains(err.Error(), "AuthorizationFailed") {
		t.Errorf("error %v", err)
	}
	r, err := sources[1].Read(t.Context(), now)
	if err != nil || len(r.Inventory.Grants) != 1 {
		t.Fatal(r, err)
	}
	c.refuse("/subscriptions", true)
	if _, err := source.Sources(t.Context(), o); err == nil || !strings.Contains(err.Error(), "azure.live") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	if _, err := sources[0].Read(ctx, now); !errors.Is(err, errStopped) {
		t.Errorf("error %v", err)
	}
}

var errStopped = errors.New("stopped")

// The modes of onboarding.
func TestAzureOnboarding(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	for mode, want := range map[string]int{"automatic": 2, "listed": 1, "selected": 2} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			c := newAzureCloud(t)
			o := azureOptions(t, c, mode, &now)
			o.Sections[0].Systems = []*config.CloudSystem{{ID: shopSub, Owner: "team-shop", Name: "shop"}}
			if mode == "selected" {
				o.Sections[0].Selected = []string{stagingID}
			}
			sources, err := source.Sources(t.Context(), o)
			if err != nil || len(sources) != want {
				t.Fatal(sources, err)
			}
			if s := sources[0].System(); s.Owner != "team-shop" || s.Name != "shop" {
				t.Errorf("%+v", s)
			}
			list, err := source.Inventories(t.Context(), o, now)
			if err != nil || len(list) != want || list[0].System.Name != "shop" {
				t.Errorf("%v, %v", list, err)
			}
			if mode == "listed" && c.count("/providers/Microsoft.Management/managementGroups/"+tenantID) > 2 {
				t.Error("listed discovers")
			}
		})
	}
}

// An exporter that starts while Azure is away has the subscriptions that it
// knew.
func TestAzureRosterOverRestarts(t *testing.T) {
	t.Parallel()
	c := newAzureCloud(t)
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	o := azureOptions(t, c, "automatic", &now)
	file := t.TempDir() + "/onboarding.json"
	roster := func() *onboard.Roster {
		r, err := onboard.New(onboard.Options{File: file, Now: o.Now})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	o.Roster = roster()
	o.Roster.Refresh(t.Context(), source.Onboarding(o))
	c.refuse("/subscriptions", true)
	o.Roster = roster()
	o.Roster.Refresh(t.Context(), source.Onboarding(o))
	sources, err := source.Sources(t.Context(), o)
	if err != nil || len(sources) != 2 || o.Roster.Failure("azure") == nil {
		t.Errorf("%v, %v, %v", sources, err, o.Roster.Failure("azure"))
	}
}
