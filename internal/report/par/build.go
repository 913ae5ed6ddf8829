package par

import (
	"errors"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// Build returns the report. It is pure: the same input gives the same report.
func Build(in Input) (*report.Report, error) {
	if len(in.Systems) == 0 {
		return nil, errors.New("build the permissions analytics report: no authorization system was assessed")
	}
	if in.Edges == (creep.Edges{}) {
		in.Edges = creep.DefaultEdges()
	}
	if err := in.Edges.Validate(); err != nil {
		return nil, fmt.Errorf("build the permissions analytics report: %w", err)
	}
	b := &builder{in: &in, now: RunOf(&in)}
	r := &report.Report{
		Kind: report.PermissionsAnalytics, Title: "Permissions Analytics Report",
		AsOf: in.asOf(), Window: in.window(), CatalogVersions: in.catalogs(),
		Scope: report.Scope{Folders: in.Folders}, Facts: b.facts(), Warnings: b.warnings(),
	}
	for i := range in.Systems {
		r.Scope.Systems = append(r.Scope.Systems, in.Systems[i].System)
	}
	r.Sections = append(r.Sections, b.summary(), b.distribution())
	r.Sections = append(r.Sections, b.findings()...)
	r.Sections = append(r.Sections, b.blindSpots(), b.problems())
	if err := r.Check(); err != nil {
		return nil, fmt.Errorf("build the permissions analytics report: %w", err)
	}
	return r, nil
}

type builder struct {
	in  *Input
	now *Run
}

// warnings say up front that the data are partial.
func (b *builder) warnings() []string {
	var list []string
	problems := 0
	for i := range b.in.Systems {
		problems += len(b.in.Systems[i].Problems)
	}
	if problems > 0 {
		list = append(list, "This report is partial: the collection had "+report.Count(problems, "problem", "problems")+
			", listed in the section Problems of the collection. What could not be read is not in the figures.")
	}
	for i := range b.in.Systems {
		if w := coverageWarning(&b.in.Systems[i]); w != "" {
			list = append(list, w)
		}
	}
	return list
}

func coverageWarning(s *System) string {
	name := systemName(&s.System)
	if s.CoveredFrom.IsZero() {
		return name + ": there are no event logs. Activity is known only from what the cloud itself records about credentials and roles."
	}
	share := covered(s)
	if share >= 1 {
		return ""
	}
	return fmt.Sprintf("%s: the logs reach back to %s, %.0f %% of the window. An identity that was active before then may be called inactive.",
		name, s.CoveredFrom.UTC().Format(time.DateOnly), 100*share)
}

// covered returns the part of the window that the logs reach, 0 to 1.
func covered(s *System) float64 {
	if s.CoveredFrom.IsZero() || s.Window <= 0 {
		return 0
	}
	return min(max(float64(s.At.Sub(s.CoveredFrom))/float64(s.Window), 0), 1)
}

func systemName(s *entitlement.System) string {
	if s.Name != "" {
		return s.Name + " (" + string(s.ID) + ")"
	}
	return string(s.ID)
}

func systemCell(s *entitlement.System) report.Cell {
	name := s.Name
	if name == "" {
		name = string(s.ID)
	}
	return report.Identity(name, string(s.ID))
}

func (b *builder) facts() []report.Figure {
	sum := b.in.sum()
	list := []report.Figure{
		{Name: "Identities", Value: report.Integer(b.identities()), Note: report.Count(sum.Identities, "counts", "count") + " in the index"},
		{Name: "Observability", Value: report.Percent(sum.Observability()), Note: "share of the granted risk whose use the logs could show"},
	}
	var e Events
	known := true
	for i := range b.in.Systems {
		if b.in.Systems[i].Events == nil {
			known = false
			continue
		}
		e.add(b.in.Systems[i].Events)
	}
	if known {
		list = append(list, report.Figure{Name: "Events read", Value: report.Integer(e.In), Note: report.Count(e.Rejected, "rejected", "rejected")})
	}
	if b.in.Previous != nil {
		list = append(list, report.Figure{Name: "Compared with the run of", Value: report.Time(b.in.Previous.At)})
	}
	return list
}

func (e *Events) add(o *Events) {
	e.In += o.In
	e.Used += o.Used
	e.Denied += o.Denied
	e.NotPermissionBearing += o.NotPermissionBearing
	e.Unmapped += o.Unmapped
	e.Rejected += o.Rejected
}

func (b *builder) identities() int {
	n := 0
	for i := range b.in.Systems {
		n += len(b.in.Systems[i].Identities)
	}
	return n
}

// pci returns the cells of an index and its band.
func (b *builder) pci(v float64) (index, band report.Cell) {
	name := b.in.Edges.Band(v)
	level := levelOf(name)
	return report.Decimal(v).At(level), report.Text(string(name)).At(level)
}

func levelOf(b creep.Band) report.Level {
	switch b {
	case creep.Low:
		return report.Low
	case creep.Medium:
		return report.Medium
	case creep.High:
		return report.High
	}
	return report.Plain
}
