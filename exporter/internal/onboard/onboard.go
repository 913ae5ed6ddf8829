// Package onboard decides which systems of a tenant or an organisation are
// collected. It asks a cloud which there are, remembers the answer over failures
// and restarts, and tells the state of each.
package onboard

import (
	"context"

	"github.com/leastward/leastward/internal/entitlement"
)

// Mode is how the systems to collect are chosen.
type Mode string

// The modes.
const (
	// Automatic collects every system that is discovered, present and future.
	Automatic Mode = "automatic"
	// Listed collects the systems that the configuration names and looks for no
	// others.
	Listed Mode = "listed"
	// Selected discovers all and collects those that an operator picked; the
	// others are shown as pending.
	Selected Mode = "selected"
)

// State is how far a system has come.
type State string

// The states, in the order in which a system passes through them.
const (
	Pending     State = "pending"     // Discovered, and nobody picked it; nothing is collected.
	Discovering State = "discovering" // Named, and no discovery has ended that would know it.
	InProgress  State = "in_progress" // Chosen; no collection has succeeded yet.
	Onboarded   State = "onboarded"   // The latest collection succeeded.
	Offline     State = "offline"     // It was onboarded, and is not there or can't be read.
)

// States returns all states, in their order.
func States() []State { return []State{Pending, Discovering, InProgress, Onboarded, Offline} }

// Found is a system as a cloud tells of it.
type Found struct {
	// System has the cloud, the id and the name; Owner where a tag names one; and
	// Folders, the names of the folders or management groups that it is in.
	System entitlement.System `json:"system"`
	// Ancestors are the scopes above it, the nearest first.
	Ancestors []entitlement.Scope `json:"ancestors,omitempty"`
}

// Discoverer asks a cloud which systems there are.
type Discoverer interface {
	// Discover returns every system that is active and can be seen, in no
	// particular order. An error means that some may be missing: what was known
	// before stays.
	Discover(ctx context.Context) ([]Found, error)
}

// Section is one tenant or organisation of which systems are chosen.
type Section struct {
	// Name is unique among the sections, as "azure" or "gcp": what is remembered
	// is kept under it.
	Name  string
	Cloud entitlement.Cloud
	Mode  Mode
	// Known are the systems that the configuration names, with what it says of
	// them. It goes before what is discovered.
	Known []entitlement.System
	// Picked are the ids that an operator picked, for Selected. Those of Known
	// are picked, too.
	Picked []entitlement.SystemID
	// Except are never collected and not shown.
	Except []entitlement.SystemID
	// Discoverer may be nil for Listed.
	Discoverer Discoverer
}
