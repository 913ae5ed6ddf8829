package entitle

import (
	"time"

	"github.com/leastward/leastward/internal/assess"
)

// actionCount is who may use and uses an action. Its numbers are of users and
// roles.
type actionCount struct {
	granted, used, unused, resources int
	uses, denied                     uint64
	last                             time.Time
}

func (n *actionCount) none() bool { return n.granted == 0 && n.used == 0 && n.denied == 0 }

func (n *actionCount) add(m *actionCount) {
	n.granted, n.used, n.unused, n.resources = n.granted+m.granted, n.used+m.used, n.unused+m.unused, n.resources+m.resources
	n.uses, n.denied = n.uses+m.uses, n.denied+m.denied
	n.last = latest(n.last, m.last)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// actionCounts counts for each action of the catalogue.
func (s *system) actionCounts() []actionCount {
	counts := make([]actionCount, s.sets.catalog.Len())
	for _, h := range s.holdings() {
		for i := range h.granted.Indices() {
			counts[i].granted += h.actors
		}
	}
	for i := range s.Assessment.Identities {
		if one := &s.Assessment.Identities[i]; acts(one) {
			s.countUses(counts, one)
		}
	}
	for i := range counts {
		counts[i].unused += counts[i].granted
	}
	s.countTouched(counts)
	return counts
}

func (s *system) countUses(counts []actionCount, one *assess.Identity) {
	granted := s.holdings()[one.Access].granted
	for i, use := range one.Usage.Actions {
		n := &counts[i]
		n.denied += uint64(use.Denied)
		if !one.Usage.Used.Has(i) {
			continue
		}
		n.used++
		n.uses += uint64(use.Count)
		n.last = latest(n.last, use.Last)
		if granted.Has(i) {
			n.unused--
		}
	}
}

// countTouched counts the different resources of each action.
func (s *system) countTouched(counts []actionCount) {
	if s.Assessment.Touched == nil {
		return
	}
	last := make([]uint32, len(counts)) // Resource that was counted last, from 1.
	for i := range s.Assessment.Touched.Uses {
		u := &s.Assessment.Touched.Uses[i]
		if u.Count > 0 && last[u.Action] != u.Resource+1 {
			counts[u.Action].resources++
			last[u.Action] = u.Resource + 1
		}
	}
}
