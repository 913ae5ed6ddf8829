package creep

import (
	"fmt"
	"math"
)

// Band is how grave an index is.
type Band string

// The bands.
const (
	Low    Band = "low"
	Medium Band = "medium"
	High   Band = "high"
)

// Edges are the lowest whole indices of the bands Medium and High.
type Edges struct {
	Medium, High float64
}

// DefaultEdges returns those of Entra Permissions Management: low 0 to 33,
// medium 34 to 67, high 68 to 100.
func DefaultEdges() Edges { return Edges{Medium: 34, High: 68} }

// Validate checks that 0 < Medium < High ≤ 100. The error names the field.
func (e Edges) Validate() error {
	if !(e.Medium > 0 && e.Medium <= 100) {
		return fmt.Errorf("bands.medium: %v is not a number above 0 and up to 100", e.Medium)
	}
	if !(e.High > e.Medium && e.High <= 100) {
		return fmt.Errorf("bands.high: %v is not a number above bands.medium (%v) and up to 100", e.High, e.Medium)
	}
	return nil
}

// Band returns the band of an index. The bands are those of the number that
// people see: the index is rounded to the nearest whole number first, a half
// up, so that 33.49 is low, 33.5 is shown as 34 and is medium, and nothing
// falls between two bands. A rule for "higher than 67" that is to agree with
// the band compares with 67.5, or rounds too.
func (e Edges) Band(pci float64) Band {
	switch n := Round(pci); {
	case n >= e.High:
		return High
	case n >= e.Medium:
		return Medium
	}
	return Low
}

// Round returns the index as people see it: a whole number, a half rounded up.
func Round(pci float64) float64 { return math.Floor(pci + 0.5) }
