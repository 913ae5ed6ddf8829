package tabletest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/tenant"
)

// Tenant returns the sample tenant as it was collected at [Now]: made once for
// all tests of a package. Do not change it.
func Tenant(tb testing.TB) *collector.Snapshot {
	tb.Helper()
	if testing.Short() {
		tb.Skip("the sample tenant takes a second")
	}
	s, err := sample()
	if err != nil {
		tb.Fatalf("collect the sample tenant: %v", err)
	}
	return s
}

//nolint:gochecknoglobals // Made once, for it takes a second; it does not change.
var sample = sync.OnceValues(collect)

func collect() (*collector.Snapshot, error) {
	dir, err := os.MkdirTemp("", "tenant")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: 200, Seed: 3, Until: Now()}); err != nil {
		return nil, err
	}
	folders, err := filepath.Glob(filepath.Join(dir, "aws", "[0-9]*"))
	if err != nil {
		return nil, err
	}
	o := source.Options{Window: 90 * 24 * time.Hour, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler)}
	for _, folder := range folders {
		o.Accounts = append(o.Accounts, account(dir, folder))
	}
	sources, err := source.New(o)
	if err != nil {
		return nil, err
	}
	c := collector.New(collector.Options{
		Sources: sources, Assessors: Assessors(), Timeout: time.Minute, Concurrency: 2, Now: Now, Logger: o.Logger,
	})
	c.Collect(context.Background())
	for _, r := range c.Snapshot().Results {
		if r.Err != nil {
			return nil, r.Err
		}
	}
	return c.Snapshot(), nil
}

func account(dir, folder string) *config.Account {
	id := filepath.Base(folder)
	in := func(name string) string { return filepath.Join(folder, name) }
	return &config.Account{ID: id, Owner: "security", Folders: []string{"examplecorp", "of-" + id}, Files: &config.Files{
		AuthorizationDetails: in("authorization-details.json"), CredentialReport: in("credential-report.csv"),
		Functions: in("functions.json"), Instances: in("instances.json"), Organization: in("organization.json"),
		ResourcePolicies: []string{in("buckets.json")}, SecurityGroups: in("security-groups.json"),
		CloudTrail: []string{filepath.Join(dir, "aws", "cloudtrail", "AWSLogs", id)},
	}}
}
