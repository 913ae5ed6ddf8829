package registry_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/acted"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// The zero options describe every table.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	set := &tables.Set{Definitions: registry.Definitions(registry.Options{})}
	if err := set.Check(); err != nil {
		t.Error(err)
	}
	for i := range set.Definitions {
		if d := set.Definitions[i].Describe(); len(d.Columns) == 0 {
			t.Errorf("table %s has no columns", d.Name)
		}
	}
}

// options are what tables answer from beside the sample tenant.
func options(t *testing.T) registry.Options {
	t.Helper()
	store, err := history.Open(t.Context(), history.Options{
		Path: filepath.Join(t.TempDir(), "history.db"), Retention: func() time.Duration { return 1000 * time.Hour }, Now: tabletest.Now,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range tabletest.Tenant(t).Results {
		store.Record(history.PointOf(r.Assessment, ""))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"runs":[{"id":"r","state":"done","system":"1","identity":"x"}]}`))
	}))
	t.Cleanup(func() { server.Close(); _ = store.Close() })
	return registry.Options{
		PCI: creeping.Options{History: store, Older: func() time.Duration { return 48 * time.Hour }}, Estates: asked.NewEstates(),
		Remediator: acted.NewRemediator(func() *config.Remediation {
			return &config.Remediation{URL: server.URL, PublicURL: server.URL, Timeout: shared.Duration(time.Second)}
		}),
	}
}

// Every table answers about the sample tenant: each row has a cell for each
// column, of the column's type, and something to show.
func TestEveryTableAnswers(t *testing.T) {
	t.Parallel()
	s := tabletest.Tenant(t)
	a := &tabletest.Asker{Definitions: registry.Definitions(options(t)), Snapshot: s, At: tabletest.Now().Add(time.Minute)}
	required := map[string]string{"identity": string(s.Results[0].Assessment.Identities[0].ID), "action": "iam:CreateUser", "role": ""}
	for i := range a.Definitions {
		d := &a.Definitions[i]
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			filters := map[string][]string{}
			for _, f := range d.Filters {
				if f.Required {
					filters[f.Name] = []string{required[f.Name]}
				}
			}
			got := a.Must(t, d.Name, api.TableQuestion{Filters: filters})
			for n := range got.Columns {
				c := &got.Columns[n]
				if length := len(c.Strings) + len(c.Numbers) + len(c.Times); length != got.Rows {
					t.Errorf("column %s has %d cells of %d rows", c.Name, length, got.Rows)
				}
			}
			switch d.Name {
			case "problems", "exemptions", "permissions", "pci_contributions": // The tenant, or the identity, may have none.
			default:
				if got.Rows == 0 {
					t.Error("no rows")
				}
			}
		})
	}
}

// Every table answers about a subscription and a project too.
func TestEveryTableAnswersOfThreeClouds(t *testing.T) {
	t.Parallel()
	o := options(t)
	for cloud, required := range map[entitlement.Cloud]map[string]string{
		entitlement.Azure: {"identity": "ben", "action": "Microsoft.Compute/virtualMachines/start/action"},
		entitlement.GCP:   {"identity": "ana@shop.example", "action": "storage.buckets.create"},
	} {
		a := &tabletest.Asker{Definitions: registry.Definitions(o), Snapshot: tabletest.Clouds(), At: tabletest.Now().Add(time.Minute)}
		rows := 0
		for i := range a.Definitions {
			d := &a.Definitions[i]
			filters := map[string][]string{}
			for _, f := range d.Filters {
				if f.Required {
					filters[f.Name] = []string{required[f.Name]}
				}
			}
			got := a.Must(t, d.Name, api.TableQuestion{Filters: filters, Clouds: []entitlement.Cloud{cloud}})
			rows += got.Rows
			if got.Rows == 0 && !slices.Contains([]string{"external_access", "assumable_roles", "escalations", "exemptions", "problems", "runs", "groups", "group_members"}, d.Name) && d.Group != tables.PCI {
				t.Errorf("%s: table %s is empty", cloud, d.Name)
			}
		}
		if rows < 50 {
			t.Errorf("%s: only %d rows", cloud, rows)
		}
	}
}
