// Package actions looks actions of events up, of whichever cloud they are: one
// audit store has those of all.
package actions

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Info returns what is known of an action, and nil of one that isn't. The cloud
// is told by its spelling. The catalogue that is given answers for its own cloud,
// those that are embedded for the others; without one nothing is known.
func Info(cat *catalog.Catalog, a entitlement.Action) *catalog.Info {
	if cat == nil || a == "" {
		return nil
	}
	if cloud := catalog.CloudOf(a); cloud != cat.Cloud() {
		cat = catalog.Of(cloud)
	}
	if i, ok := cat.Index(a); ok {
		return cat.Info(i)
	}
	return nil
}
