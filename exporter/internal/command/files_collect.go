package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// collected is what files say, assessed.
type collected struct {
	results   []*collector.Result
	assessors *assess.Set
	estates   []*source.EstateReading
}

// wantsAWS reports whether files of AWS are to be read: where some are named, or
// those of no cloud.
func (f *fileFlags) wantsAWS() bool {
	return len(f.estates(nil)) == 0 || slices.ContainsFunc(f.ofAWS(), func(v flagValue) bool { return v.value != "" })
}

// estates are the files of Azure and Google Cloud.
func (f *fileFlags) estates(e *env) []*source.Estate {
	var list []*source.Estate
	for _, one := range []source.Estate{{Cloud: entitlement.Azure, Paths: f.azure}, {Cloud: entitlement.GCP, Paths: f.gcp}} {
		if len(one.Paths.Entitlements)+len(one.Paths.Logs) == 0 {
			continue
		}
		if e != nil {
			one.Logger, one.Progress = slog.New(slog.DiscardHandler), progress(e.stderr) // What is amiss is shown with the answer.
		}
		list = append(list, &one)
	}
	return list
}

// collect reads the files and assesses them as of the time that the flags say.
func (f *fileFlags) collect(ctx context.Context, e *env, settings assess.Settings) (*collected, error) {
	at, err := f.time()
	if err != nil {
		return nil, err
	}
	c := &collected{assessors: clouds.NewSet(settings)}
	if f.wantsAWS() {
		reading, err := f.readAWS(ctx, e)
		if err != nil {
			return nil, err
		}
		c.add(reading, at)
	}
	for _, estate := range f.estates(e) {
		estate.FromLogs, estate.AsOf = true, at
		read, err := estate.Read(ctx, time.Now())
		if err != nil {
			return nil, err
		}
		c.estates = append(c.estates, read)
		for _, reading := range read.Systems {
			c.add(reading, f.when(at, reading, read))
		}
	}
	return c, nil
}

// when is as of when a system is assessed: as of the time that a flag says, else
// of its last event, or of the last event of all. What is given for a time is
// held against that, too.
func (*fileFlags) when(at time.Time, reading *collector.Reading, read *source.EstateReading) time.Time {
	if at.IsZero() && reading.Latest.IsZero() {
		at = read.Latest
	}
	if at.IsZero() {
		at = lastEvent(reading, time.Now())
	}
	reading.Inventory.CollectedAt = at
	return at
}

func (f *fileFlags) readAWS(ctx context.Context, e *env) (*collector.Reading, error) {
	switch len(f.details) {
	case 0:
		return nil, errNoDetails
	case 1:
		f.AuthorizationDetails = f.details[0]
	default:
		return nil, errors.New("--aws.authorization-details: is given more than once; this command takes one account at a time")
	}
	files := &source.Files{Paths: f.Files, Catalog: catalog.AWS(), Progress: progress(e.stderr), Logger: e.logger}
	return files.Read(ctx, time.Now())
}

// add assesses a system as of a time; zero is that of its last event.
func (c *collected) add(reading *collector.Reading, at time.Time) {
	if at.IsZero() {
		at = lastEvent(reading, time.Now())
	}
	system := reading.Inventory.System
	c.results = append(c.results, &collector.Result{
		System: system, Reading: reading, Attempted: at, Succeeded: at,
		Assessment: c.assessors.Of(system.Cloud).Assess(reading.Inventory, reading.Usage, at, nil),
	})
}

// lastEvent is when old logs end, so that what they show is not outside of the
// window; without events it is now.
func lastEvent(r *collector.Reading, now time.Time) time.Time {
	if r.Latest.IsZero() || r.Latest.After(now) {
		return now
	}
	return r.Latest
}

// errNoDetails is the error of the file that no command can do without.
var errNoDetails = errors.New("--aws.authorization-details: is missing; make the file with `aws iam get-account-authorization-details`, " +
	"or name files of another cloud with --azure.entitlements or --gcp.entitlements")

// inventories reads the files into one inventory for each system that they are
// of, and logs what could not be read.
func (f *fileFlags) inventories(ctx context.Context, e *env) ([]*entitlement.Inventory, error) {
	var all []*entitlement.Inventory
	if f.wantsAWS() {
		accounts, err := f.accounts()
		if err != nil {
			return nil, err
		}
		all = accounts
	}
	at, err := f.time()
	if err != nil {
		return nil, err
	}
	for _, estate := range f.estates(e) {
		if estate.AsOf = at; len(estate.Paths.Entitlements) == 0 {
			return nil, fmt.Errorf("--%s.entitlements: is missing; logs do not say who may do what", estate.Cloud)
		}
		found, err := estate.Inventories(ctx, time.Now())
		if err != nil {
			return nil, fmt.Errorf("--%s.entitlements: %w", estate.Cloud, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("--%s.entitlements: the files hold no %s; docs/files-%s.md says what to export",
				estate.Cloud, ask.Noun(estate.Cloud), estate.Cloud)
		}
		all = append(all, found...)
	}
	for _, inv := range all {
		for _, p := range inv.Problems {
			e.logger.WarnContext(ctx, "a file is incomplete", ask.Noun(inv.System.Cloud), inv.System.ID, "code", p.Code, "subject", p.Subject, "message", p.Message)
		}
	}
	return all, nil
}

func (f *fileFlags) accounts() ([]*entitlement.Inventory, error) {
	if len(f.details) == 0 {
		return nil, errNoDetails
	}
	return aws.ReadAccounts(f.details, aws.Files{
		CredentialReport: f.CredentialReport, Organization: f.Organization, Functions: f.Functions, Instances: f.Instances,
		SecurityGroups: f.SecurityGroups, IdentityCenter: f.IdentityCenter, ResourcePolicies: f.ResourcePolicies,
	}, time.Now())
}
