package assess

import (
	"sync"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// Set has an assessor for each cloud, with the same settings. An assessor, and
// the catalogue that it needs, is made when it is first asked for. A Set is safe
// for concurrent use.
type Set struct {
	settings Settings
	of       map[entitlement.Cloud]func() *Assessor
}

// NewSet returns a set that makes its assessors of clouds.
func NewSet(s Settings, clouds map[entitlement.Cloud]func() Cloud) *Set {
	set := &Set{settings: s, of: map[entitlement.Cloud]func() *Assessor{}}
	for c, cloud := range clouds {
		set.of[c] = sync.OnceValue(func() *Assessor { return New(cloud(), s) })
	}
	return set
}

// Of returns the assessor of a cloud, nil where the set has none.
func (s *Set) Of(c entitlement.Cloud) *Assessor {
	if of := s.of[c]; of != nil {
		return of()
	}
	return nil
}

// Settings returns the settings of all assessors.
func (s *Set) Settings() Settings { return s.settings }

// OwnerTag returns the key of the tag that names the team that answers for an
// identity or a resource.
func (s *Set) OwnerTag() string { return s.settings.OwnerTag }

// Edges returns the edges of the bands.
func (s *Set) Edges() creep.Edges { return s.settings.Edges }

// Band returns the band of an index.
func (s *Set) Band(pci float64) creep.Band { return s.settings.Edges.Band(pci) }
