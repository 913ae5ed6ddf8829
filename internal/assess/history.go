package assess

import (
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// History is what an assessment remembers for the next one: since when each
// identity is in its band and when each finding was first seen. A nil History
// remembers nothing.
type History struct {
	Bands    map[entitlement.IdentityID]BandEntry `json:"bands"`
	Findings map[string]time.Time                 `json:"findings"`
}

// BandEntry tells since when an identity is in a band.
type BandEntry struct {
	Band  creep.Band `json:"band"`
	Since time.Time  `json:"since"`
}

// recall fills in the assessment's times from the history. What is new began
// now.
func (h *History) recall(r *Assessment) {
	for i := range r.Identities {
		one := &r.Identities[i]
		one.BandSince = r.At
		if h == nil {
			continue
		}
		if old, ok := h.Bands[one.ID]; ok && old.Band == one.Band {
			one.BandSince = old.Since
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.FirstSeen = r.At
		if h == nil {
			continue
		}
		if seen, ok := h.Findings[f.ID]; ok {
			f.FirstSeen = seen
		}
	}
}

// History returns what to remember. Findings and identities that are gone are
// forgotten: a finding that comes back is a new one.
func (r *Assessment) History() *History {
	h := &History{
		Bands:    make(map[entitlement.IdentityID]BandEntry, len(r.Identities)),
		Findings: make(map[string]time.Time, len(r.Findings)),
	}
	for i := range r.Identities {
		one := &r.Identities[i]
		h.Bands[one.ID] = BandEntry{Band: one.Band, Since: one.BandSince}
	}
	for _, f := range r.Findings {
		h.Findings[f.ID] = f.FirstSeen
	}
	return h
}
