package app_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/testkit"
)

// records counts the records of a trail by their ids.
func records(t *testing.T, dir string) int {
	t.Helper()
	ids := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".json.gz") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		unzipped, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		var file struct {
			Records []struct {
				ID string `json:"eventID"`
			}
		}
		if err := json.NewDecoder(unzipped).Decode(&file); err != nil {
			return err
		}
		for _, r := range file.Records {
			ids[r.ID] = true
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		t.Fatalf("records of %s: %d, %v", dir, len(ids), err)
	}
	return len(ids)
}

// The sample tenant through the whole exporter: every record of its trails is
// an answer, once, and the queries that ship find something.
func TestSampleTenant(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the tenant takes some seconds")
	}
	r := startWith(t, "", nil)
	out := filepath.Join(r.dir, "tenant")
	if err := tenant.Generate(tenant.Options{Out: out, Size: 100, Seed: 1, Until: time.Now()}); err != nil {
		t.Fatal(err)
	}
	accounts, err := filepath.Glob(filepath.Join(out, "aws", "[0-9]*"))
	if err != nil || len(accounts) == 0 {
		t.Fatalf("accounts: %v, %v", accounts, err)
	}
	text := "audit: {store: {min_free: 0}}\napi: {tokens: [{name: ada, role: admin, token: \"" + adminToken + "\"}]}\naws:\n  accounts:\n"
	for _, a := range accounts {
		text += fmt.Sprintf("    - {id: %q, files: {authorization_details: %q, cloudtrail: [%q]}}\n", filepath.Base(a),
			filepath.Join(a, "authorization-details.json"), filepath.Join(out, "aws", "cloudtrail", "AWSLogs", filepath.Base(a)))
	}
	r.write("exporter.yml", text)
	t.Cleanup(r.run(time.Now))
	client, err := api.NewClient(api.ClientOptions{URL: r.url, Transport: withToken(adminToken)})
	if err != nil {
		t.Fatal(err)
	}
	want := records(t, filepath.Join(out, "aws", "cloudtrail", "AWSLogs"))
	whole := query.Range{From: time.Now().AddDate(0, 0, -399), To: time.Now().Add(time.Hour)}
	count := 0
	testkit.Eventually(t, time.Minute, "every record is an event", func() bool {
		count = 0
		_, err := client.Stream(t.Context(), &api.AuditQuestion{Text: "cloud:aws", Range: whole}, func(*api.AuditEvent) error {
			count++
			return nil
		})
		return err == nil && count >= want
	})
	if count != want {
		t.Errorf("%d events, want %d", count, want)
	}
	_, err = client.Append(t.Context(), []api.PlatformEvent{{ID: "1", Time: time.Now(), Actor: "ana", Action: "leastward:ApplyStep"}})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 6; n++ {
		got, err := client.Query(t.Context(), &api.AuditQuestion{Saved: fmt.Sprintf("q%d", n), Range: whole})
		found := err == nil && (len(got.Events) > 0 || got.Groups != nil && len(got.Groups.Rows) > 0)
		if !found {
			t.Errorf("Q%d = %+v, %v", n, got, err)
		}
	}
	if status, page := r.doAs(adminToken, http.MethodGet, "/audit?saved=q4"); status != http.StatusOK || !strings.Contains(page, "authorization_failure") {
		t.Errorf("the search page = %d", status)
	}
}
