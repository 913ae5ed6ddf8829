// Command gen writes the sample organisation to a directory.
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/internal/tenant"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var o tenant.Options
	var until string
	var only int
	app := kingpin.New("gen", "Write a plausible sample organisation in the clouds' own formats.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Flag("out", "Directory to write to; made if missing.").Required().StringVar(&o.Out)
	app.Flag("size", "Identities in AWS: users, roles, functions, instances; 100 to 100000.").Default("1000").IntVar(&o.Size)
	app.Flag("azure", "Identities in Azure, as a share of size that comes on top; 1 is as many again, negative is none.").Default("0.3").Float64Var(&o.AzureShare)
	app.Flag("gcp", "The same for Google Cloud.").Default("0.3").Float64Var(&o.GCPShare)
	app.Flag("seed", "Chooses the organisation; the same options give the same bytes.").Default("1").Uint64Var(&o.Seed)
	app.Flag("until", "End of the activity (RFC 3339), cut to the start of its UTC day.").Default("2026-11-28T00:00:00Z").StringVar(&until)
	app.Flag("days", "Length of the activity.").Default("90").IntVar(&o.Days)
	app.Flag("events", "About how many events of AWS; 0 is 40 for each active identity, in every cloud.").IntVar(&o.Events)
	app.Flag("super", "Share of users and roles that may do everything; negative is none.").Default("0.1").Float64Var(&o.SuperShare)
	app.Flag("only-events", "Write exactly this many CloudTrail records and nothing else, for benchmarks.").IntVar(&only)
	if _, err := app.Parse(args); err != nil {
		_, _ = fmt.Fprintf(stderr, "gen: %v; see --help\n", err)
		return 1
	}
	if err := generate(o, until, only); err != nil {
		_, _ = fmt.Fprintf(stderr, "gen: %v\n", err)
		return 1
	}
	return 0
}

func generate(o tenant.Options, until string, only int) error {
	var err error
	if o.Until, err = time.Parse(time.RFC3339, until); err != nil {
		return fmt.Errorf("until: %q is not a time such as 2026-11-28T00:00:00Z: %w", until, err)
	}
	if only > 0 {
		return tenant.Events(o, only, tenant.Directory(o.Out))
	}
	return tenant.Generate(o)
}
