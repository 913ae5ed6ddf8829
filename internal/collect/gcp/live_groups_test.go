package gcp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
)

// crowd is a project that many groups have access to, each with one member.
type crowd struct {
	groups int
	refuse bool // To list groups.

	mu    sync.Mutex // Guards calls.
	calls map[string]int
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	c.mu.Lock()
	c.calls[kind]++
	c.mu.Unlock()
	group := func(n string) record {
		return record{"name": "groups/" + n, "groupKey": record{"id": "group-" + n + "@example.com"}, "displayName": "Group " + n}
	}
	o := record{}
	switch content := r.URL.Query().Get("contentType"); {
	case content == "RESOURCE":
		o["assets"] = []any{record{
			"name": "//cloudresourcemanager.googleapis.com/organizations/10", "assetType": "cloudresourcemanager.googleapis.com/Organization",
			"ancestors": []any{"organizations/10"}, "resource": record{"data": record{"name": "organizations/10", "displayName": "example.com", "owner": record{"directoryCustomerId": "C0abc"}}},
		}}
	case content == "IAM_POLICY":
		var members []any
		for i := range c.groups {
			members = append(members, fmt.Sprintf("group:group-%d@example.com", i))
		}
		o["assets"] = []any{record{
			"name": "//cloudresourcemanager.googleapis.com/projects/shop-prod", "assetType": "cloudresourcemanager.googleapis.com/Project",
			"ancestors": []any{"projects/101", "organizations/10"}, "iamPolicy": record{"bindings": []any{record{"role": "roles/viewer", "members": members}}},
		}}
	case kind == "groups:search" && c.refuse:
		refuse("")(w)
		return
	case kind == "groups:search" && strings.Contains(r.URL.Query().Get("query"), "parent == 'customers/C0abc'"):
		var list []any
		for i := range c.groups {
			list = append(list, group(fmt.Sprint(i)))
		}
		o["groups"] = list
	case kind == "groups:lookup":
		n := strings.TrimSuffix(strings.TrimPrefix(r.URL.Query().Get("groupKey.id"), "group-"), "@example.com")
		o["name"] = "groups/" + n
	case kind == "memberships":
		n := strings.Split(r.URL.Path, "/")[4]
		o["memberships"] = []any{record{"name": "groups/" + n + "/memberships/m", "type": "USER", "preferredMemberKey": record{"id": "user-" + n + "@example.com"}}}
	case strings.HasPrefix(r.URL.Path, "/cloudidentity/v1/groups/"):
		o = group(kind)
	}
	_ = json.NewEncoder(w).Encode(o)
}

// Many groups are listed at once, few or such that can't be listed are looked up:
// the same is known of them.
func TestLiveGroups(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		groups           int
		refuse           bool
		searches, lookup int
	}{{3, false, 0, 3}, {30, false, 1, 0}, {30, true, 1, 30}} {
		c := &crowd{groups: test.groups, refuse: test.refuse, calls: map[string]int{}}
		server := httptest.NewServer(c)
		collector, err := gcp.New(t.Context(), gcp.Options{Scope: "organizations/10", Endpoint: server.URL + "/{service}", HTTPClient: server.Client(), Limits: fast()})
		if err != nil {
			t.Fatal(err)
		}
		got, err := collector.Collect(t.Context())
		server.Close()
		if err != nil || len(got.Systems) != 1 || len(got.Problems) > 0 {
			t.Fatalf("%+v: %v, %+v", test, err, got)
		}
		members := 0
		for _, id := range got.Systems[0].Identities {
			if id.Kind == entitlement.User && len(id.Groups) == 1 {
				members++
			}
		}
		if members != test.groups || c.calls["groups:search"] != test.searches || c.calls["groups:lookup"] != test.lookup || c.calls["memberships"] != test.groups {
			t.Errorf("%+v: %d members, requests %v", test, members, c.calls)
		}
	}
}
