package app

import (
	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/internal/assess"
)

// tables returns what answers tables.
func (a *app) tables() *tables.Handler {
	return &tables.Handler{
		Set: &tables.Set{
			Definitions: registry.Definitions(registry.Options{}), Snapshot: a.snapshot,
			Assessor: func() *assess.Assessor { return a.current.Load().assessor }, Now: a.Now,
		},
		Guard: func() *access.Guard { return a.current.Load().guard }, Logger: a.Logger,
	}
}
