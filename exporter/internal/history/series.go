package history

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// Series are the points of some systems, those of each in the order of time.
type Series map[entitlement.SystemID][]Point

// Merged is what several systems come to at one instant, as if they were one.
type Merged struct {
	Sum     creep.Sum
	Counts  Counts
	Systems int // That were known at that instant.
	// Catalogs and Settings are those of the points, each once, in order.
	Catalogs, Settings []string
}

// Last returns the point of a system that counts at an instant: its last one
// until then, unless it is older than that.
func (s Series) Last(id entitlement.SystemID, at time.Time, older time.Duration) *Point {
	points := s[id]
	i, found := slices.BinarySearchFunc(points, at, func(p Point, t time.Time) int { return p.At.Compare(t) })
	if found {
		return &points[i]
	}
	if i == 0 || at.Sub(points[i-1].At) > older {
		return nil
	}
	return &points[i-1]
}

// At merges what systems came to at an instant. The last figures of each count
// until they are older than that. Systems are added up in the order of their
// ids, so that the same ones always give the same figures.
func (s Series) At(systems []entitlement.SystemID, at time.Time, older time.Duration) Merged {
	var m Merged
	for _, id := range sorted(systems) {
		p := s.Last(id, at, older)
		if p == nil {
			continue
		}
		m.Sum.Add(p.Sum)
		m.Counts = m.Counts.Plus(p.Counts)
		m.Systems++
		m.Catalogs = with(m.Catalogs, p.Catalog)
		m.Settings = with(m.Settings, p.Settings)
	}
	return m
}

func sorted(systems []entitlement.SystemID) []entitlement.SystemID {
	if slices.IsSorted(systems) {
		return systems
	}
	return slices.Sorted(slices.Values(systems))
}

func with(list []string, s string) []string {
	i, found := slices.BinarySearchFunc(list, s, cmp.Compare)
	if found || s == "" {
		return list
	}
	return slices.Insert(list, i, s)
}
