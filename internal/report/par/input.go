// Package par builds the Permissions Analytics Report: what the assessments of
// one or several authorization systems found, by category, with what the logs
// can't show and what the collection could not read.
//
// The categories, their order and the columns are those of the report of the
// same name of Entra Permissions Management.
package par

import (
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// Input is what the report is built from.
type Input struct {
	Systems []System // In the order in which they shall appear.
	// Edges are those of the PCI's bands. The zero value means the default.
	Edges creep.Edges
	// Previous is an earlier run of the same scope to compare with; nil is none.
	Previous *Run
	// Folders are the folders by which the systems were chosen, if they were.
	Folders []string
}

// System is the assessment of one authorization system.
type System struct {
	System         entitlement.System
	At             time.Time
	Window         time.Duration
	CoveredFrom    time.Time // Earliest time that the logs reach; zero if there are none.
	CatalogVersion string

	Sum        creep.Sum // Over the identities that count in the index.
	Identities []Identity
	Findings   []entitlement.Finding
	Totals     map[entitlement.Category]int // Identities or keys that a category looked at.
	Problems   []entitlement.Problem
	OnlyInLogs []entitlement.IdentityID
	Events     *Events // Nil is unknown.
}

// Identity is what the distribution needs to know of one.
type Identity struct {
	Kind  entitlement.Kind
	PCI   float64
	InPCI bool // Whether it counts in its system's index.
}

// Events counts what became of the events read; In is the sum of the others.
type Events struct {
	In, Used, Denied, NotPermissionBearing, Unmapped, Rejected int
}

// counts returns the number of findings by category over all systems.
func (in *Input) counts() map[entitlement.Category]int {
	n := map[entitlement.Category]int{}
	for i := range in.Systems {
		for k := range in.Systems[i].Findings {
			n[in.Systems[i].Findings[k].Category]++
		}
	}
	return n
}

func (in *Input) totals() map[entitlement.Category]int {
	n := map[entitlement.Category]int{}
	for i := range in.Systems {
		for c, t := range in.Systems[i].Totals {
			n[c] += t
		}
	}
	return n
}

// sum merges the systems' index.
func (in *Input) sum() creep.Sum {
	var s creep.Sum
	for i := range in.Systems {
		s.Add(in.Systems[i].Sum)
	}
	return s
}

func (in *Input) asOf() time.Time {
	var latest time.Time
	for i := range in.Systems {
		if in.Systems[i].At.After(latest) {
			latest = in.Systems[i].At
		}
	}
	return latest
}

func (in *Input) window() time.Duration {
	var longest time.Duration
	for i := range in.Systems {
		longest = max(longest, in.Systems[i].Window)
	}
	return longest
}
