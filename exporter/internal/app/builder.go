package app

import (
	"path/filepath"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// How many may wait for a report, and how long.
const (
	reportsWaiting  = 8
	reportsPatience = 30 * time.Second
)

// systemReports returns what answers reports.
func (a *app) systemReports() *reports.Handler {
	return &reports.Handler{
		Builder: &reports.Builder{Tables: a.tables().Set}, Files: a.files(),
		Guard: a.guard, Logger: a.Logger,
	}
}

// files returns what makes files, one at a time whoever asks for which.
func (a *app) files() *outgoing.Files {
	return &outgoing.Files{Gate: a.gate, Dir: filepath.Join(a.Config.DataDir, "scratch")}
}

// builder makes the scheduled reports of a generation.
func (a *app) builder(g *generation) *reports.Builder {
	return &reports.Builder{Tables: &tables.Set{
		Definitions: registry.Definitions(a.answersFrom()), Snapshot: g.collector.Snapshot,
		Assessors: func() *assess.Set { return g.assessors }, Now: a.Now,
	}}
}

// question returns what a scheduled report asks.
func question(r *config.Report) *api.ReportQuestion {
	q := &api.ReportQuestion{Folders: r.Folders, Filters: r.Chosen()}
	for _, id := range r.Systems {
		q.Systems = append(q.Systems, entitlement.SystemID(id))
	}
	return q
}
