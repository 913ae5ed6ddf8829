package source

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// Files reads an account from exported files, all of them anew at each
// reading.
type Files struct {
	// Expect is what the configuration says of the account. Without an ID any
	// account is taken.
	Expect  entitlement.System
	Paths   config.Files
	Catalog *catalog.Catalog
	// Progress, if set, is told how many bytes of events of a path were read,
	// and of how many.
	Progress func(path string, done, total int64)
	// Audit keeps the events. It knows those that it has, so that reading the
	// same files again changes nothing.
	Audit  Audit
	Logger *slog.Logger
}

// System returns what is known of the account before it was read.
func (f *Files) System() entitlement.System { return f.Expect }

// Read reads the files. The authorization details must be readable; whatever
// else is not becomes a problem.
func (f *Files) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	inv, err := f.inventory(ctx, now)
	if err != nil {
		return nil, err
	}
	index := usage.New(f.Catalog)
	track(index, inv)
	stats, err := f.events(ctx, now, inv, index)
	if err != nil {
		return nil, err
	}
	inv.FullHistoryFrom = stats.Earliest
	return &collector.Reading{Inventory: inv, Usage: index, Events: count(&stats, usage.Counts{}, index.Counts()), Latest: stats.Latest}, nil
}

// extras reads the files that add to the authorization details.
func (f *Files) extras(inv *entitlement.Inventory) {
	type extra struct {
		what, path string
		read       func(io.Reader, string, *entitlement.Inventory) error
	}
	extras := []extra{
		{"credential report", f.Paths.CredentialReport, aws.ReadCredentialReport},
		{"functions", f.Paths.Functions, aws.ReadFunctions},
		{"instances", f.Paths.Instances, aws.ReadInstances},
		{"security groups", f.Paths.SecurityGroups, aws.ReadSecurityGroups},
		{"organization", f.Paths.Organization, aws.ReadOrganization},
		{"identity center", f.Paths.IdentityCenter, aws.ReadIdentityCenter},
	}
	for _, path := range f.Paths.ResourcePolicies {
		extras = append(extras, extra{"resource policies", path, aws.ReadResourcePolicies})
	}
	for _, extra := range extras {
		if err := aws.ReadEach(extra.path, inv, extra.read); err != nil {
			inv.Problems = append(inv.Problems, entitlement.Problem{
				Code: "file", Subject: extra.path, Message: fmt.Sprintf("read %s: %v", extra.what, err),
			})
		}
	}
}

// events reads the event logs into the index and the audit store. Events that
// two of the paths hold count once.
func (f *Files) events(ctx context.Context, now time.Time, inv *entitlement.Inventory, index *usage.Index) (aws.EventStats, error) {
	var all aws.EventStats
	seen := usage.NewSeen()
	k := f.Audit.keep(ctx, f.Logger)
	defer k.close()
	for _, path := range f.Paths.CloudTrail {
		options := aws.EventOptions{
			Catalog: f.Catalog, Seen: seen, Logger: f.Logger, Now: func() time.Time { return now },
			KeepRaw: f.Audit.Store != nil, Lean: f.Audit.Store == nil,
		}
		if f.Progress != nil {
			options.Progress = func(done, total int64) { f.Progress(path, done, total) }
		}
		stats, problems, err := aws.ReadEvents(ctx, path, options, func(ev *auditlog.Event) error {
			index.Add(ev)
			k.take(ctx, ev)
			return nil
		})
		all.Add(stats)
		inv.Problems = append(inv.Problems, problems...)
		if ctx.Err() != nil {
			return all, context.Cause(ctx)
		}
		if err != nil {
			inv.Problems = append(inv.Problems, entitlement.Problem{Code: "cloudtrail_path", Subject: path, Message: err.Error()})
		}
	}
	k.sync(ctx)
	inv.Problems = append(inv.Problems, k.problems(inv.System.ID)...)
	return all, nil
}
