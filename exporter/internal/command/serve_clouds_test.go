package command_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/app"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/testkit"
)

// served runs an exporter over the files of three clouds until the test ends,
// and returns its address once all systems were tried.
func served(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "exporter.yml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	var group errgroup.Group
	group.Go(func() error {
		return app.Run(t.Context(), app.Options{
			ConfigFile: file, Config: cfg, Address: "127.0.0.1:0", Version: "test", Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { ready <- "http://" + a.String() },
		})
	})
	t.Cleanup(func() { // The context of the test has ended.
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
	url := <-ready
	testkit.Eventually(t, 30*time.Second, "every system was tried", func() bool {
		resp, err := http.Get(url + "/-/ready") //nolint:noctx // loopback, in a test
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return url
}

// An exporter serves subscriptions and projects of files beside each other: who
// may do what, and what is kept in the audit store.
func TestServeTheClouds(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs("testdata/clouds")
	if err != nil {
		t.Fatal(err)
	}
	url := served(t, strings.ReplaceAll(`
azure:
  files: {entitlements: [DIR/azure.json], logs: [DIR/azure-logs.json]}
  subscriptions: [{id: 11111111-AAAA-0000-0000-000000000001, name: shopping, owner: team-shop, folders: [prod]}]
gcp:
  onboard: listed
  files: {entitlements: [DIR/gcp.json], logs: [DIR/gcp-logs.json]}
  projects: [{id: shop-prod, folders: [prod]}, {id: not-there}]
`, "DIR", dir))

	var systems struct {
		Systems []struct {
			Cloud, ID, Name, State string
			Folders                []string
			Identities             int
		}
	}
	ask(t, url+"/api/v1/systems", "", &systems)
	var got []string
	for _, s := range systems.Systems {
		got = append(got, fmt.Sprint(s.Cloud, " ", s.ID, " ", s.Name, " ", s.State, " ", s.Folders, " ", s.Identities > 0))
	}
	want := []string{
		"azure 11111111-aaaa-0000-0000-000000000001 shopping online [prod] true", "azure 11111111-aaaa-0000-0000-000000000002 lab online [] true",
		"gcp not-there  failed [] false", "gcp shop-prod shop online [prod] true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("systems (-want +got):\n%s", diff)
	}
	var table struct {
		Columns []struct {
			Name    string
			Strings []string
		}
	}
	ask(t, url+"/api/v1/tables/who_can", `{"filters": {"action": ["Microsoft.Authorization/roleAssignments/write"], "resource": ["shopping"]}, "columns": ["name", "verdict"], "sort": [{"by": "name"}]}`, &table)
	if diff := cmp.Diff([][]string{{"Cleo Cole", "deployer"}, {"conditional", "allowed"}}, [][]string{table.Columns[0].Strings, table.Columns[1].Strings}); diff != "" {
		t.Errorf("who may grant roles (-want +got):\n%s", diff)
	}
	ask(t, url+"/api/v1/tables/can", `{"filters": {"identity": ["root@shop.example"], "action": ["compute.instances.stop"], "resource": ["projects/shop-prod"]}, "columns": ["verdict", "system"]}`, &table)
	if diff := cmp.Diff([][]string{{"allowed"}, {"shop-prod"}}, [][]string{table.Columns[0].Strings, table.Columns[1].Strings}); diff != "" {
		t.Errorf("whether root may stop instances (-want +got):\n%s", diff)
	}
}

// ask decodes the answer to a GET, or to a POST of a body.
func ask(t *testing.T, url, body string, into any) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s, %v", url, body, resp.Status, err)
	}
}
