package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	subOne = "11111111-aaaa-0000-0000-000000000001"
	subTwo = "11111111-aaaa-0000-0000-000000000002"
)

// tenantServer is an Azure with so many subscriptions and nothing else; none
// means that it is away.
func tenantServer(t *testing.T, count *atomic.Int32) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(count.Load())
		if n == 0 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		body := `{"value":[]}`
		switch {
		case r.URL.Path == "/subscriptions":
			var list []string
			for _, id := range []string{subOne, subTwo}[:n] {
				list = append(list, fmt.Sprintf(`{"id":"/subscriptions/%s","subscriptionId":"%[1]s","displayName":"Sub","state":"Enabled","tenantId":"t"}`, id))
			}
			body = `{"value":[` + strings.Join(list, ",") + `]}`
		case strings.HasSuffix(r.URL.Path, "/resources"):
			body = `{"data":[]}`
		case strings.HasSuffix(r.URL.Path, "/managementGroups/t"):
			body = `{"id":"/providers/Microsoft.Management/managementGroups/t","name":"t","type":"Microsoft.Management/managementGroups","properties":{"details":{"parent":null}}}`
		}
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func tenantConfig(s *httptest.Server, more string) string {
	return "collect: {interval: 1s}\nazure: {live: {endpoint: '" + s.URL + "', rate_limits: {arm: 1000, graph: 1000, graph_reports: 1000, resource_graph: 1000}}, " + more + "}"
}

func (r *running) onboarding() map[string]api.SystemOnboarding {
	_, body := r.do(http.MethodGet, "/api/v1/systems")
	var out api.Systems
	_ = json.Unmarshal([]byte(body), &out) // Bad JSON has no systems.
	all := map[string]api.SystemOnboarding{}
	for _, s := range out.Onboarding {
		all[string(s.ID)] = s
	}
	return all
}

// A subscription that turns up is collected without a restart; one that goes is
// shown as offline.
func TestAutomaticOnboarding(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	count.Store(1)
	s := tenantServer(t, &count)
	r := start(t, tenantConfig(s, "onboard: automatic"))
	testkit.Eventually(t, 20*time.Second, "the first subscription is onboarded", func() bool {
		return r.onboarding()[subOne].State == "onboarded"
	})
	count.Store(2)
	testkit.Eventually(t, 20*time.Second, "a new subscription is onboarded", func() bool {
		_, page := r.do(http.MethodGet, "/metrics")
		return strings.Contains(page, `ciem_system_onboarding{cloud="azure",state="onboarded",system="`+subTwo+`"} 1`) &&
			strings.Contains(page, `ciem_collect_up{cloud="azure",system="`+subTwo+`"} 1`)
	})
	count.Store(1)
	testkit.Eventually(t, 20*time.Second, "a subscription that went is offline", func() bool {
		one := r.onboarding()[subTwo]
		return one.State == "offline" && one.Reason != "" && r.onboarding()[subOne].State == "onboarded"
	})
}

// Those that nobody picked are pending.
func TestSelectedOnboarding(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	count.Store(2)
	s := tenantServer(t, &count)
	r := start(t, tenantConfig(s, "onboard: selected, selected: ["+subOne+"]"))
	testkit.Eventually(t, 20*time.Second, "the selected subscription is onboarded", func() bool {
		return r.onboarding()[subOne].State == "onboarded"
	})
	if one := r.onboarding()[subTwo]; one.State != "pending" || one.Reason == "" || one.Name != "Sub" {
		t.Errorf("%+v", one)
	}
	if _, page := r.do(http.MethodGet, "/metrics"); strings.Contains(page, `ciem_collect_up{cloud="azure",system="`+subTwo+`"}`) {
		t.Error("a pending subscription is collected")
	}
	// The operator picks it.
	r.write("exporter.yml", tenantConfig(s, "onboard: selected, selected: ["+subOne+", "+subTwo+"]"))
	if status, body := r.do(http.MethodPost, "/-/reload"); status != http.StatusOK {
		t.Fatal(status, body)
	}
	testkit.Eventually(t, 20*time.Second, "the other one is onboarded", func() bool { return r.onboarding()[subTwo].State == "onboarded" })
}

// A cloud that is away does not keep the exporter from starting; what is named
// waits for it.
func TestOnboardingWhileTheCloudIsAway(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	s := tenantServer(t, &count)
	r := start(t, tenantConfig(s, "subscriptions: [{id: "+subOne+"}]"))
	testkit.Eventually(t, 20*time.Second, "the named subscription is offline", func() bool {
		one := r.onboarding()[subOne]
		return one.State == "offline" && strings.Contains(one.Reason, "403")
	})
	count.Store(1)
	testkit.Eventually(t, 20*time.Second, "it is onboarded", func() bool { return r.onboarding()[subOne].State == "onboarded" })
}

// The table has the systems that nobody picked, too.
func TestOnboardingTable(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	count.Store(2)
	s := tenantServer(t, &count)
	r := start(t, tenantConfig(s, "onboard: selected, selected: ["+subOne+"]")+"\n"+oneAccount)
	testkit.Eventually(t, 20*time.Second, "all that is to be is onboarded", func() bool {
		all := r.onboarding()
		return all[subOne].State == "onboarded" && all["111111111111"].State == "onboarded"
	})
	for body, want := range map[string]string{
		`{"columns": ["system", "state"]}`:                                    `"111111111111","` + subOne + `","` + subTwo + `"`,
		`{"columns": ["system", "state"], "filters": {"state": ["pending"]}}`: `["` + subTwo + `"]`,
		`{"columns": ["system", "state"], "systems": ["` + subOne + `"]}`:     `["` + subOne + `"]`,
	} {
		status, answer := r.request("", "", http.MethodPost, "/api/v1/tables/onboarding", body)
		if status != http.StatusOK || !strings.Contains(answer, want) {
			t.Errorf("%s: %d %s, want %s", body, status, answer, want)
		}
	}
}
