// Package reports builds the system reports from the state of the systems.
package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/par"
)

// ErrNotReady means that a system of the scope was not read yet.
var ErrNotReady = errors.New("not every system was read yet")

// Scope chooses systems: those named, and those in one of the folders. Empty
// is all.
type Scope struct {
	Systems, Folders []string
}

func (s Scope) has(r *collector.Result) bool {
	if len(s.Systems) == 0 && len(s.Folders) == 0 {
		return true
	}
	return slices.Contains(s.Systems, string(r.System.ID)) ||
		slices.ContainsFunc(r.System.Folders, func(f string) bool { return slices.Contains(s.Folders, f) })
}

// Build makes a report of the kind over the systems in scope. Previous, which
// may be nil, is the run to compare with; the returned run is for the next one.
func Build(kind report.Kind, s *collector.Snapshot, scope Scope, edges creep.Edges, previous *par.Run) (*report.Report, *par.Run, error) {
	if kind != report.PermissionsAnalytics {
		return nil, nil, fmt.Errorf("report %q is not one of %s", kind, report.PermissionsAnalytics)
	}
	in := par.Input{Previous: previous, Folders: scope.Folders, Edges: edges}
	for _, r := range s.Results {
		if !scope.has(r) {
			continue
		}
		if r.Assessment == nil {
			return nil, nil, fmt.Errorf("system %s: %w", r.System.ID, errors.Join(ErrNotReady, r.Err))
		}
		in.Systems = append(in.Systems, system(r))
	}
	built, err := par.Build(in)
	if err != nil {
		return nil, nil, err
	}
	return built, par.RunOf(&in), nil
}

// analytics makes the Permissions Analytics Report of what was read.
func (m *maker) analytics() (*Report, error) {
	scope := Scope{}
	for _, r := range m.results {
		scope.Systems = append(scope.Systems, string(r.System.ID))
	}
	built, run, err := Build(m.Kind, &collector.Snapshot{Results: m.results}, scope, m.edges(), m.request.Previous)
	if err != nil {
		return nil, err
	}
	built.Scope.Folders = m.ask.Folders
	for _, r := range m.missing {
		built.Warnings = append(built.Warnings, "Not read yet, and missing here: "+name(&r.System)+".")
	}
	return &Report{built, run}, nil
}

func joined(err, cause error) error { return errors.Join(err, cause) }

func system(r *collector.Result) par.System {
	s := par.FromAssessment(r.Assessment, events(r.Reading))
	s.System = r.System // As it is configured now.
	if r.Err != nil {
		s.Problems = append(slices.Clone(s.Problems), entitlement.Problem{
			Code: "collection_failed", Subject: string(r.System.ID), Message: fmt.Sprintf(
				"the collection of %s failed, so that all figures are of %s: %v", stamp(r.Attempted), stamp(s.At), r.Err),
		})
	}
	return s
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func events(r *collector.Reading) *par.Events {
	if r == nil {
		return nil
	}
	e := &r.Events
	return &par.Events{
		In: e.In, Used: e.Used, Denied: e.Denied, NotPermissionBearing: e.NotPermissionBearing,
		Unmapped: e.Unmapped, Rejected: e.RejectedTotal(),
	}
}
