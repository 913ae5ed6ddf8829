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
	"github.com/leastward/leastward/internal/catalog"
)

// fileFlags are the flags that name exported files.
type fileFlags struct {
	config.Files
	asOf string
}

func addFileFlags(c *kingpin.CmdClause) *fileFlags {
	f := &fileFlags{}
	c.Flag("aws.authorization-details", "Output of `aws iam get-account-authorization-details`.").StringVar(&f.AuthorizationDetails)
	c.Flag("aws.cloudtrail", "CloudTrail records: a file, a directory or a glob, compressed or not. Repeatable.").StringsVar(&f.CloudTrail)
	c.Flag("aws.credential-report", "Output of `aws iam get-credential-report`, its content decoded.").StringVar(&f.CredentialReport)
	c.Flag("aws.functions", "Output of `aws lambda list-functions`.").StringVar(&f.Functions)
	c.Flag("aws.instances", "Output of `aws ec2 describe-instances`.").StringVar(&f.Instances)
	c.Flag("aws.organization", "Service control policies; see docs/files-aws.md.").StringVar(&f.Organization)
	c.Flag("as-of", "Assess as of this time (RFC 3339). Defaults to the last event, or to now where there is none.").StringVar(&f.asOf)
	return f
}

// given names a flag that was given, "" where none was.
func (f *fileFlags) given() string {
	for _, flag := range []struct{ name, value string }{
		{"aws.authorization-details", f.AuthorizationDetails},
		{"aws.cloudtrail", strings.Join(f.CloudTrail, ",")},
		{"aws.credential-report", f.CredentialReport},
		{"aws.functions", f.Functions},
		{"aws.instances", f.Instances},
		{"aws.organization", f.Organization},
		{"as-of", f.asOf},
	} {
		if flag.value != "" {
			return flag.name
		}
	}
	return ""
}

// collect reads the files and assesses them as of the time that the flags say.
func (f *fileFlags) collect(ctx context.Context, e *env, settings assess.Settings) (*collector.Result, *assess.Assessor, error) {
	if f.AuthorizationDetails == "" {
		return nil, nil, errors.New("--aws.authorization-details: is missing; make the file with `aws iam get-account-authorization-details`")
	}
	at, err := f.time()
	if err != nil {
		return nil, nil, err
	}
	cat := catalog.AWS()
	assessor := assess.New(cat, settings)
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
		Assessment: assessor.Assess(reading.Inventory, reading.Usage, at, nil),
	}
	return result, assessor, nil
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
