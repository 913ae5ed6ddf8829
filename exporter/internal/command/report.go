package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// reportRun writes one report, over exported files or over the accounts of a
// configuration file.
func reportRun(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	group := a.Command("report", "System reports.")
	c := group.Command("run", "Collect once and write a report.")
	kind := c.Arg("report", "Name of the report.").Required().Enum(string(report.PermissionsAnalytics))
	format := c.Flag("format", "File format.").Default("pdf").Enum(formats()...)
	output := c.Flag("output", "File to write; --output=- is standard output. Defaults to the report's name and date.").Short('o').String()
	file := c.Flag("config.file", "Configuration file that names the accounts; not together with --aws flags or --as-of.").String()
	files := addFileFlags(c)
	return c, func(ctx context.Context, e *env) error {
		snapshot, assessor, err := collectFor(ctx, e, *file, files)
		if err != nil {
			return err
		}
		built, _, err := reports.Build(report.Kind(*kind), snapshot, reports.Scope{}, assessor, nil)
		if err != nil {
			return err
		}
		return write(e, built, render.Format(*format), *output)
	}
}

func formats() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, string(f))
	}
	return names
}

// collectFor reads what the flags name, once.
func collectFor(ctx context.Context, e *env, file string, flags *fileFlags) (*collector.Snapshot, *assess.Assessor, error) {
	switch {
	case file != "" && flags.given() != "":
		return nil, nil, fmt.Errorf("--config.file, --%s: give one of the two", flags.given())
	case file != "":
		return collectConfigured(ctx, e.logger, file)
	}
	result, assessor, err := flags.collect(ctx, e, assess.DefaultSettings())
	if err != nil {
		return nil, nil, err
	}
	return &collector.Snapshot{Results: []*collector.Result{result}}, assessor, nil
}

// collectConfigured collects the accounts of a configuration file. It works on
// a data directory of its own: that of a running exporter, which knows what was
// first seen when, is not disturbed.
func collectConfigured(ctx context.Context, logger *slog.Logger, file string) (*collector.Snapshot, *assess.Assessor, error) {
	cfg, err := config.Load(file)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "exporter-report-")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data, err := store.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	cat := catalog.AWS()
	assessor := assess.New(cat, cfg.Assess.Settings())
	sources, err := source.New(source.Options{
		Accounts: cfg.AWS.Accounts, Window: cfg.Assess.Window.Std(), Catalog: cat, Store: data, Logger: logger, Aside: true,
	})
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sources { // When findings were first seen is not now.
		if err := data.CopyHistory(cfg.DataDir, s.System()); err != nil {
			logger.WarnContext(ctx, "load what was first seen when; times begin now", "system", s.System().ID, "err", err)
		}
	}
	c := collector.New(collector.Options{
		Sources: sources, Assessor: assessor, Store: data, Timeout: cfg.Collect.Timeout.Std(), Concurrency: cfg.Collect.Concurrency,
		Now: time.Now, Logger: logger,
	})
	c.Collect(ctx)
	return c.Snapshot(), assessor, ctx.Err()
}

// write renders the report to the file, which is whole or not there.
func write(e *env, r *report.Report, format render.Format, path string) error {
	if path == "-" {
		return render.Write(e.stdout, r, format)
	}
	if path == "" {
		path = fmt.Sprintf("%s-%s.%s", r.Kind, r.AsOf.UTC().Format(time.DateOnly), format)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // Gone after a rename.
	if err := errors.Join(render.Write(io.Writer(f), r, format), f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, path)
	return err
}
