package reports

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/par"
)

var errNoTable = errors.New("there is no such table")

// Builder makes the system reports. It is safe for concurrent use.
type Builder struct {
	// Tables are what reports are made of. A report is made of one snapshot of
	// them, as of its time: the same data give the same report.
	Tables *tables.Set
	// MaxCells bounds what a report holds. Defaults to 10 million.
	MaxCells int
	// List is what there is to make; nil is all. Tests have others.
	List []Definition
}

const defaultCells = 10_000_000

// Definitions returns the reports, in the order in which they are offered.
func (b *Builder) Definitions() []Definition {
	if b.List != nil {
		return b.List
	}
	return Definitions()
}

func (b *Builder) definition(kind report.Kind) *Definition {
	list := b.Definitions()
	if i := slices.IndexFunc(list, func(d Definition) bool { return d.Kind == kind }); i >= 0 {
		return &list[i]
	}
	return nil
}

// Describe lists the reports for those who ask for them.
func (b *Builder) Describe() api.Reports {
	var list api.Reports
	set := b.tables()
	for _, d := range b.Definitions() {
		list.Reports = append(list.Reports, d.Describe(set))
	}
	return list
}

// Verify reports what is wrong with the definitions: a program's error.
func (b *Builder) Verify() error {
	set := b.tables()
	for _, d := range b.Definitions() {
		if err := d.check(set); err != nil {
			return err
		}
	}
	return nil
}

// Request says which report to make, and for whom.
type Request struct {
	Kind   report.Kind
	Ask    *api.ReportQuestion
	Caller *access.Caller
	// Whole refuses to make a report while a system was not read yet. Without it
	// the report says which are missing.
	Whole bool
	// Previous is the run with which the Permissions Analytics Report compares;
	// nil is none.
	Previous *par.Run
}

// Report is a report that was made.
type Report struct {
	*report.Report
	Run *par.Run // For the next to compare with; nil where the kind has none.
}

// Build makes a report. Its error is [ErrNotReady], or a *tables.BadError where
// the asker can do something about it.
func (b *Builder) Build(ctx context.Context, r *Request) (*Report, error) {
	p, err := b.plan(r.Kind, r.Ask)
	if err != nil {
		return nil, err
	}
	m := &maker{plan: p, request: r, set: b.pinned(), left: cmp.Or(b.MaxCells, defaultCells)}
	if err := m.scope(ctx); err != nil {
		return nil, err
	}
	if len(p.Parts) == 0 {
		return m.analytics()
	}
	made, err := m.make(ctx)
	if err != nil {
		return nil, err
	}
	return &Report{Report: made}, made.Check()
}

// pinned returns the tables of one snapshot.
func (b *Builder) pinned() *tables.Set {
	set := b.tables()
	snapshot, assessors := set.Snapshot(), set.Assessors()
	set.Snapshot = func() *collector.Snapshot { return snapshot }
	set.Assessors = func() *assess.Set { return assessors }
	return set
}

// tables returns what reports are made of: the tables, and those that reports
// alone have.
func (b *Builder) tables() *tables.Set {
	set := *b.Tables
	set.Definitions = append(slices.Clone(set.Definitions), holders())
	return &set
}
