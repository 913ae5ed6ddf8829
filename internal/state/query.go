package state

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// Kind tells where a saved query comes from, and so who may change it.
type Kind string

// The kinds.
const (
	Custom      Kind = "custom"      // A person made it; the owner and administrators change it.
	Provisioned Kind = "provisioned" // It comes from the operator's files; nobody changes it here.
	System      Kind = "system"      // It ships with the suite; nobody changes it.
)

// Visibility tells who sees a saved query.
type Visibility string

// The visibilities.
const (
	Private Visibility = "private" // The owner and administrators.
	Shared  Visibility = "shared"  // Everybody who may ask queries.
)

// SavedQuery is a query with a name.
type SavedQuery struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Owner       string      `json:"owner,omitempty"` // "" unless custom.
	Visibility  Visibility  `json:"visibility"`
	Kind        Kind        `json:"kind"`
	Query       query.Query `json:"query"`
	Description string      `json:"description,omitempty"`
	Created     time.Time   `json:"created"`
	Modified    time.Time   `json:"modified"`
	ModifiedBy  string      `json:"modified_by,omitempty"`
	// Version grows with each change. Hand it back with the next change, so
	// that nobody overwrites what they have not seen.
	Version int64 `json:"version"`
}

// Draft is what a person decides about a saved query.
type Draft struct {
	Name        string      `json:"name"`
	Visibility  Visibility  `json:"visibility,omitempty"` // "" is private.
	Description string      `json:"description,omitempty"`
	Query       query.Query `json:"query"`
}

// Caller is the person, or the token, that asks.
type Caller struct {
	Name  string
	Admin bool // May see and change everybody's custom queries.
}

// AnyVersion is the version that fits every stored one.
const AnyVersion = 0

func (q *SavedQuery) visibleTo(c Caller) bool {
	return q.Visibility == Shared || c.Admin || c.Name != "" && q.Owner == c.Name
}

// newID returns an id that no other has: 26 letters and digits.
func newID() string { return strings.ToLower(rand.Text()) }

// key is the form in which names are compared.
func key(name string) string { return strings.ToLower(name) }
