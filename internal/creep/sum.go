package creep

import "math"

// scale is the K of the formula: it spreads the logarithm so that an excess of
// one ten-thousandth of the catalogue's weight already shows.
const scale = 10_000

// Sum is what the index of a set of identities is computed from. The figures
// are sums over the identities of weight × reach, as a share of the whole
// catalogue's weight, so that each identity adds between 0 and 1 in all.
type Sum struct {
	Excess       float64 // Granted and observably unused.
	Used         float64 // Granted and used.
	Unobservable float64 // Granted, and no log could have shown a use.
	Identities   int
}

// Add merges t into s. Merging is exact up to floating-point rounding.
func (s *Sum) Add(t Sum) {
	s.Excess += t.Excess
	s.Used += t.Used
	s.Unobservable += t.Unobservable
	s.Identities += t.Identities
}

// PCI returns the headline index: over what is observable only.
func (s Sum) PCI() float64 { return s.index(s.Excess, s.Used) }

// Upper returns the index with everything unobservable counted as unused.
func (s Sum) Upper() float64 { return s.index(s.Excess+s.Unobservable, s.Used) }

// Lower returns the index with everything unobservable counted as used.
func (s Sum) Lower() float64 { return s.index(s.Excess, s.Used+s.Unobservable) }

// Observability returns the observable share of the granted weight, from 0 to
// 1; 1 where nothing is granted.
func (s Sum) Observability() float64 {
	granted := s.Excess + s.Used + s.Unobservable
	if granted == 0 {
		return 1
	}
	return 1 - s.Unobservable/granted
}

func (s Sum) index(excess, used float64) float64 {
	if excess <= 0 || s.Identities == 0 {
		return 0
	}
	n := float64(s.Identities)
	e := min(excess/n, 1)
	return 100 * excess / (excess + used) * math.Log1p(scale*e) / math.Log1p(scale)
}
