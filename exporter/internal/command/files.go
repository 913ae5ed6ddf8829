package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/leastward/leastward/exporter/internal/config"
)

// fileFlags are the flags that name exported files.
type fileFlags struct {
	config.Files
	details    []string // Authorization details; Files has but one.
	azure, gcp config.CloudFiles
	asOf       string
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
	addCloudFlags(c, "azure", "Azure", &f.azure)
	addCloudFlags(c, "gcp", "Google Cloud", &f.gcp)
	c.Flag("as-of", "Assess as of this time (RFC 3339). Defaults to the last event, or to now where there is none.").StringVar(&f.asOf)
	return f
}

func addCloudFlags(c *kingpin.CmdClause, name, title string, files *config.CloudFiles) {
	c.Flag(name+".entitlements", "Who may do what on "+title+", as docs/files-"+name+".md says how to export it: a file, a directory or a glob. Repeatable.").
		StringsVar(&files.Entitlements)
	c.Flag(name+".logs", "Audit logs of "+title+": a file, a directory or a glob, compressed or not. Repeatable.").StringsVar(&files.Logs)
}

// given names a flag that was given, "" where none was.
func (f *fileFlags) given() string {
	for _, flag := range append(f.ofAWS(),
		flagValue{"azure.entitlements", strings.Join(f.azure.Entitlements, ",")}, flagValue{"azure.logs", strings.Join(f.azure.Logs, ",")},
		flagValue{"gcp.entitlements", strings.Join(f.gcp.Entitlements, ",")}, flagValue{"gcp.logs", strings.Join(f.gcp.Logs, ",")},
		flagValue{"as-of", f.asOf},
	) {
		if flag.value != "" {
			return flag.name
		}
	}
	return ""
}

type flagValue struct{ name, value string }

// ofAWS are the flags that name files of AWS.
func (f *fileFlags) ofAWS() []flagValue {
	return []flagValue{
		{"aws.authorization-details", strings.Join(f.details, ",")},
		{"aws.cloudtrail", strings.Join(f.CloudTrail, ",")},
		{"aws.credential-report", f.CredentialReport},
		{"aws.functions", f.Functions},
		{"aws.instances", f.Instances},
		{"aws.organization", f.Organization},
		{"aws.identity-center", f.IdentityCenter},
		{"aws.resource-policies", strings.Join(f.ResourcePolicies, ",")},
		{"aws.security-groups", f.SecurityGroups},
	}
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
