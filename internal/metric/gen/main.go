// Command gen writes docs/metrics.md from the table of metric families, or
// checks with -check that it is up to date.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/leastward/leastward/internal/metric"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("out", "docs/metrics.md", "the page to write")
	check := flags.Bool("check", false, "write nothing; fail if the page is out of date")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := generate(*path, *check); err != nil {
		_, _ = fmt.Fprintln(stderr, "gen:", err)
		return 1
	}
	return 0
}

func generate(path string, check bool) error {
	want := metric.Document()
	if !check {
		return os.WriteFile(path, want, 0o644) //nolint:gosec // A page of the repository for everyone to read.
	}
	got, err := os.ReadFile(path) //nolint:gosec // The path is the developer's own.
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return errors.New(path + " is out of date; run `go run ./internal/metric/gen`")
	}
	return nil
}
