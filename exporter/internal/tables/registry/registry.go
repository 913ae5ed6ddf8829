// Package registry lists every table that the exporter answers.
package registry

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/collected"
	"github.com/leastward/leastward/exporter/internal/tables/entitle"
)

// Options are what tables answer from beside the snapshot. Its zero value is
// enough to describe them.
type Options struct{}

// Definitions returns every table, in the order in which they are offered.
func Definitions(Options) []tables.Definition {
	return slices.Concat(
		entitle.Definitions(),
		[]tables.Definition{collected.Systems()},
	)
}
