package history

import (
	"time"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// Point is what one collection of one system came to.
type Point struct {
	System entitlement.SystemID
	At     time.Time // Of the assessment; kept to the millisecond.
	Sum    creep.Sum
	Counts Counts
	// Catalog is the version of the catalogue of actions, and Settings what else
	// the index hangs on: the same figures mean the same only where both are
	// the same.
	Catalog, Settings string
}

// Counts are the identities that count in the index, by class.
type Counts struct{ Human, Workload Bands }

// Bands counts identities by their band.
type Bands struct{ Low, Medium, High int }

// Total returns the number of identities of every band.
func (b Bands) Total() int { return b.Low + b.Medium + b.High }

// Plus returns the sum of both.
func (b Bands) Plus(c Bands) Bands {
	return Bands{Low: b.Low + c.Low, Medium: b.Medium + c.Medium, High: b.High + c.High}
}

// All returns the counts of both classes together.
func (c Counts) All() Bands { return c.Human.Plus(c.Workload) }

// Plus returns the sum of both.
func (c Counts) Plus(d Counts) Counts {
	return Counts{Human: c.Human.Plus(d.Human), Workload: c.Workload.Plus(d.Workload)}
}

// PointOf returns the point of an assessment. Settings are as in [Point].
func PointOf(a *assess.Assessment, settings string) Point {
	return Point{
		System: a.System.ID, At: a.At.UTC().Truncate(time.Millisecond), Sum: a.Sum, Counts: CountsOf(a),
		Catalog: a.CatalogVersion, Settings: settings,
	}
}

// CountsOf counts the identities of an assessment that count in the index.
func CountsOf(a *assess.Assessment) Counts {
	var c Counts
	for i := range a.Identities {
		one := &a.Identities[i]
		if !one.InPCI {
			continue
		}
		bands := &c.Workload
		if one.Kind.Human() {
			bands = &c.Human
		}
		switch one.Band {
		case creep.Low:
			bands.Low++
		case creep.Medium:
			bands.Medium++
		case creep.High:
			bands.High++
		}
	}
	return c
}
