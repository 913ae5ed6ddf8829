package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// reportFlags say what a report shall be.
type reportFlags struct {
	kind, format, output, file string
	parts, filters             []string
	bySystem                   bool
}

// reportRun writes one report, over exported files or over the accounts of a
// configuration file.
func reportRun(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	group := a.Command("report", "System reports.")
	c := group.Command("run", "Collect once and write a report.")
	f := &reportFlags{}
	c.Arg("report", "Name of the report: "+strings.Join(kinds(), ", ")+".").Required().HintOptions(kinds()...).EnumVar(&f.kind, kinds()...)
	c.Flag("format", "File format.").Default("pdf").EnumVar(&f.format, formats()...)
	c.Flag("output", "File to write; --output=- is standard output. Defaults to the report's name and date.").Short('o').StringVar(&f.output)
	c.Flag("part", "Part of the report, such as detailed; docs/reports.md has them. Repeatable.").StringsVar(&f.parts)
	c.Flag("filter", "Narrows the report, as NAME=VALUE; docs/reports.md has the names. Repeatable.").StringsVar(&f.filters)
	c.Flag("by-system", "A section for each system, in place of one table for all.").BoolVar(&f.bySystem)
	c.Flag("config.file", "Configuration file that names the systems; not together with flags that name files, or --as-of.").StringVar(&f.file)
	files := addFileFlags(c)
	return c, func(ctx context.Context, e *env) error {
		ask, err := f.question()
		if err != nil {
			return err
		}
		snapshot, assessors, err := collectFor(ctx, e, f.file, files)
		if err != nil {
			return err
		}
		built, err := collectedBuilder(snapshot, assessors).Build(ctx, &reports.Request{
			Kind: report.Kind(f.kind), Ask: ask, Caller: &access.Caller{}, Whole: true,
		})
		if err != nil {
			return flagged(err)
		}
		return write(e, built.Report, render.Format(f.format), f.output)
	}
}

// question returns what the flags ask. What is wrong with it shows before
// anything is collected.
func (f *reportFlags) question() (*api.ReportQuestion, error) {
	if f.kind == string(report.PCIHistory) {
		return nil, errors.New("report pci-history needs the past, which a running exporter keeps; ask it: POST " +
			strings.Replace(api.ReportPath, "{kind}", f.kind, 1) + ", or have it as a scheduled report")
	}
	ask := &api.ReportQuestion{Filters: map[string][]string{}}
	for _, s := range f.filters {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--filter: %q is not NAME=VALUE", s)
		}
		ask.Filters[name] = append(ask.Filters[name], value)
	}
	if len(f.parts) > 0 {
		ask.Filters["part"] = append(ask.Filters["part"], f.parts...)
	}
	if f.bySystem {
		ask.Filters["layout"] = []string{"by_system"}
	}
	return ask, flagged(collectedBuilder(nil, nil).Check(report.Kind(f.kind), ask))
}

// flagged names the flag that an error of the question is about.
func flagged(err error) error {
	bad := tables.AsBad(err)
	if bad == nil {
		return err
	}
	switch name, ok := strings.CutPrefix(bad.Path, "filters."); {
	case name == "part":
		return fmt.Errorf("--part: %s", bad.Message)
	case ok:
		return fmt.Errorf("--filter %s: %s", name, bad.Message)
	}
	return err
}

// collectedBuilder makes reports of what was collected once.
func collectedBuilder(s *collector.Snapshot, assessors *assess.Set) *reports.Builder {
	return &reports.Builder{Tables: &tables.Set{
		Definitions: registry.Definitions(registry.Options{}), Snapshot: func() *collector.Snapshot { return s },
		Assessors: func() *assess.Set { return assessors }, Now: time.Now,
	}}
}

func kinds() []string {
	var names []string
	for _, k := range report.Kinds() {
		names = append(names, string(k))
	}
	return names
}

func formats() []string {
	var names []string
	for _, f := range render.Formats() {
		names = append(names, string(f))
	}
	return names
}

// collectFor reads what the flags name, once.
func collectFor(ctx context.Context, e *env, file string, flags *fileFlags) (*collector.Snapshot, *assess.Set, error) {
	switch {
	case file != "" && flags.given() != "":
		return nil, nil, fmt.Errorf("--config.file, --%s: give one of the two", flags.given())
	case file != "":
		return collectConfigured(ctx, e.logger, file)
	}
	c, err := flags.collect(ctx, e, assess.DefaultSettings())
	if err != nil {
		return nil, nil, err
	}
	return &collector.Snapshot{Results: c.results}, c.assessors, nil
}

// collectConfigured collects the accounts of a configuration file. It works on
// a data directory of its own: that of a running exporter, which knows what was
// first seen when, is not disturbed.
func collectConfigured(ctx context.Context, logger *slog.Logger, file string) (*collector.Snapshot, *assess.Set, error) {
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
	assessors := clouds.NewSet(cfg.Assess.Settings())
	sources, err := source.Sources(ctx, source.Options{
		Accounts: cfg.AWS.Accounts, Sections: cfg.Sections(), Window: cfg.Assess.Window.Std(), Catalog: catalog.AWS(), Store: data,
		Logger: logger, Aside: true,
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
		Sources: sources, Assessors: assessors, Store: data, Timeout: cfg.Collect.Timeout.Std(), Concurrency: cfg.Collect.Concurrency,
		Now: time.Now, Logger: logger,
	})
	c.Collect(ctx)
	return c.Snapshot(), assessors, ctx.Err()
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
