package app

import (
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/internal/assess"
)

// tables returns what answers tables.
func (a *app) tables() *tables.Handler {
	return &tables.Handler{
		Set: &tables.Set{
			Definitions: registry.Definitions(a.answersFrom()), Snapshot: a.snapshot,
			Assessors: func() *assess.Set { return a.current.Load().assessors }, Now: a.Now,
		},
		Files: a.files(), Guard: a.guard, Logger: a.Logger,
	}
}

// answersFrom is what tables answer from beside the snapshot.
func (a *app) answersFrom() registry.Options {
	return registry.Options{
		PCI: creeping.Options{History: a.history, Older: a.older}, Estates: a.estates, Remediator: a.remediator, Onboarding: a.onboarding,
	}
}
