// Package registry lists every table that the exporter answers.
package registry

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/acted"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/collected"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/entitle"
	"github.com/leastward/leastward/exporter/internal/tables/found"
)

// Options are what tables answer from beside the snapshot. Its zero value is
// enough to describe them.
type Options struct {
	PCI     creeping.Options
	Estates *asked.Estates
	// Remediator is where runs are read.
	Remediator *acted.Remediator
	// Onboarding tells the state of every system.
	Onboarding func() []onboard.Status
}

// Definitions returns every table, in the order in which they are offered.
func Definitions(o Options) []tables.Definition {
	return slices.Concat(
		entitle.Definitions(),
		asked.Definitions(o.Estates),
		found.Definitions(),
		creeping.Definitions(o.PCI),
		[]tables.Definition{collected.Systems(), collected.Onboarding(o.Onboarding), collected.Problems()},
		acted.Definitions(o.Remediator),
	)
}
