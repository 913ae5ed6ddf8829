package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// fileFlags are the flags that name exported files.
type fileFlags struct {
	config.Files
	details []string // Authorization details; Files has but one.
	asOf    string
}

func addFileFlags(c *kingpin.CmdClause) *fileFlags {
	f := &fileFlags{}
	c.Flag("aws.authorization-details", "Output of `aws iam get-account-authorization-details`. Repeatable where several accounts are taken.").
		StringsVar(&f.details)
	c.Flag("aws.cloudtrail", "CloudTrail records: a file, a directory or a glob, compressed or not. Repeatable.").StringsVar(&f.CloudTrail)
	c.Flag("aws.credential-report", "Output of `aws iam get-credential-report`, its content decoded.").StringVar(&f.CredentialReport)
	c.Flag("aws.functions", "Output of `aws lambda list-functions`.").StringVar(&f.Functions)
	c.Flag("aws.instances", "Output of `aws ec2 describe-instances`.").StringVar(&f.Instances)
	c.Flag("aws.identity-center", "Permission sets and who is assigned to them; see docs/files-aws.md.").StringVar(&f.IdentityCenter)
	c.Flag("aws.organization", "The organisation and its service and resource control policies; see docs/files-aws.md.").StringVar(&f.Organization)
	c.Flag("aws.resource-policies", "Policies of resources by their ARNs; see docs/files-aws.md. Repeatable.").StringsVar(&f.ResourcePolicies)
	c.Flag("aws.security-groups", "Output of `aws ec2 describe-security-groups`.").StringVar(&f.SecurityGroups)
	c.Flag("as-of", "Assess as of this time (RFC 3339). Defaults to the last event, or to now where there is none.").StringVar(&f.asOf)
	return f
}

// given names a flag that was given, "" where none was.
func (f *fileFlags) given() string {
	for _, flag := range []struct{ name, value string }{
		{"aws.authorization-details", strings.Join(f.details, ",")},
		{"aws.cloudtrail", strings.Join(f.CloudTrail, ",")},
		{"aws.credential-report", f.CredentialReport},
		{"aws.functions", f.Functions},
		{"aws.instances", f.Instances},
		{"aws.organization", f.Organization},
		{"aws.identity-center", f.IdentityCenter},
		{"aws.resource-policies", strings.Join(f.ResourcePolicies, ",")},
		{"aws.security-groups", f.SecurityGroups},
		{"as-of", f.asOf},
	} {
		if flag.value != "" {
			return flag.name
		}
	}
	return ""
}

// collect reads the files and assesses them as of the time that the flags say.
func (f *fileFlags) collect(ctx context.Context, e *env, settings assess.Settings) (*collector.Result, *assess.Set, error) {
	switch len(f.details) {
	case 0:
		return nil, nil, errNoDetails
	case 1:
		f.AuthorizationDetails = f.details[0]
	default:
		return nil, nil, errors.New("--aws.authorization-details: is given more than once; this command takes one account at a time")
	}
	at, err := f.time()
	if err != nil {
		return nil, nil, err
	}
	cat := catalog.AWS()
	assessors := clouds.NewSet(settings)
	files := &source.Files{Paths: f.Files, Catalog: cat, Progress: progress(e.stderr), Logger: e.logger}
	reading, err := files.Read(ctx, time.Now())
	if err != nil {
		return nil, nil, err
	}
	if at.IsZero() {
		at = lastEvent(reading, time.Now())
	}
	result := &collector.Result{
		System: reading.Inventory.System, Reading: reading, Attempted: at, Succeeded: at,
		Assessment: assessors.Of(reading.Inventory.System.Cloud).Assess(reading.Inventory, reading.Usage, at, nil),
	}
	return result, assessors, nil
}

// errNoDetails is the error of the file that no command can do without.
var errNoDetails = errors.New("--aws.authorization-details: is missing; make the file with `aws iam get-account-authorization-details`")

// inventories reads the files into one inventory for each account that they are
// of, and logs what could not be read.
func (f *fileFlags) inventories(ctx context.Context, e *env) ([]*entitlement.Inventory, error) {
	if len(f.details) == 0 {
		return nil, errNoDetails
	}
	all, err := aws.ReadAccounts(f.details, aws.Files{
		CredentialReport: f.CredentialReport, Organization: f.Organization, Functions: f.Functions, Instances: f.Instances,
		SecurityGroups: f.SecurityGroups, IdentityCenter: f.IdentityCenter, ResourcePolicies: f.ResourcePolicies,
	}, time.Now())
	if err != nil {
		return nil, err
	}
	for _, inv := range all {
		for _, p := range inv.Problems {
			e.logger.WarnContext(ctx, "a file is incomplete", "account", inv.System.ID, "code", p.Code, "subject", p.Subject, "message", p.Message)
		}
	}
	return all, nil
}

func (f *fileFlags) time() (time.Time, error) {
	if f.asOf == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, f.asOf)
	if err != nil {
		return at, fmt.Errorf("--as-of: %q is not a time such as 2026-01-31T00:00:00Z", f.asOf)
	}
	return at, nil
}

// lastEvent is when old logs end, so that what they show is not outside of the
// window; without events it is now.
func lastEvent(r *collector.Reading, now time.Time) time.Time {
	if r.Latest.IsZero() || r.Latest.After(now) {
		return now
	}
	return r.Latest
}

// progress draws a bar of the bytes read, on a terminal only.
func progress(w io.Writer) func(path string, done, total int64) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	bars := map[string]*progressbar.ProgressBar{}
	return func(path string, done, total int64) {
		bar := bars[path]
		if bar == nil {
			bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
				progressbar.OptionSetDescription("reading "+filepath.Base(path)), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(100*time.Millisecond))
			bars[path] = bar
		}
		_ = bar.Set64(done) // A bar that cannot be drawn is no reason to stop.
	}
}
