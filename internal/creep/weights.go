package creep

import (
	"fmt"
	"math"

	"github.com/leastward/leastward/internal/catalog"
)

// Weights says how much one granted action of each class counts. An action has
// one weight: the highest of the classes that it belongs to.
type Weights struct {
	Permissions   float64 // Changes who may do what.
	SensitiveRead float64 // Hands out credentials, secrets or data, whatever its type.
	Write         float64
	Delete        float64
	Other         float64 // Everything else: reads, lists, tagging.
}

// DefaultWeights returns 10 for permissions management, 5 for sensitive reads,
// 1 for write and delete and 0 for all others.
func DefaultWeights() Weights {
	return Weights{Permissions: 10, SensitiveRead: 5, Write: 1, Delete: 1, Other: 0}
}

// Validate checks that each weight is a finite number of 0 or more and that
// one at least is above 0. The error names the field.
func (w Weights) Validate() error {
	sum := 0.0
	for _, f := range []struct {
		name  string
		value float64
	}{
		{"permissions", w.Permissions},
		{"sensitive_read", w.SensitiveRead},
		{"write", w.Write},
		{"delete", w.Delete},
		{"other", w.Other},
	} {
		if math.IsNaN(f.value) || f.value < 0 || f.value > maxWeight {
			return fmt.Errorf("weights.%s: %v is not a number from 0 to %g", f.name, f.value, float64(maxWeight))
		}
		sum += f.value
	}
	if sum == 0 {
		return fmt.Errorf("weights: all are 0, so that nothing would count; set one at least above 0")
	}
	return nil
}

// maxWeight keeps sums over a catalogue far from the limits of a float64.
const maxWeight = 1e6

// of returns the weight of an action.
func (w Weights) of(info *catalog.Info) float64 {
	weight := w.Other
	switch info.Type {
	case catalog.Permissions:
		weight = w.Permissions
	case catalog.Write:
		weight = w.Write
	case catalog.Delete:
		weight = w.Delete
	case catalog.Read, catalog.List, catalog.Tagging:
	}
	if info.Sensitivity.Has(catalog.CredentialExposure | catalog.DataAccess) {
		weight = max(weight, w.SensitiveRead)
	}
	return weight
}
