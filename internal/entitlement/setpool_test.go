package entitlement_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// A pool returns what is equal to what it is given, the same for equal sets
// whatever their length, and nothing that the giver may still change.
func TestSetPool(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pool := entitlement.NewSetPool()
		var kept []entitlement.ActionSet
		for range rapid.IntRange(1, 8).Draw(t, "sets") {
			set, _ := drawSet(t, "set")
			want := set.Clone()
			got := pool.Share(set)
			if !got.Equal(want) || want.Empty() != (got == nil) {
				t.Fatalf("Share(%v) = %v", want, got)
			}
			longer := append(want.Clone(), 0, 0)
			if again := pool.Share(longer); len(got) > 0 && &again[0] != &got[0] {
				t.Fatalf("%v is kept twice", want)
			}
			for i := range set {
				set[i] = 0
			}
			if !got.Equal(want) {
				t.Fatalf("%v changed with the set that was given", want)
			}
			kept = append(kept, got)
		}
		for _, s := range kept {
			if again := pool.Share(s); len(s) > 0 && &again[0] != &s[0] {
				t.Fatalf("%v is kept twice", s)
			}
		}
	})
}
