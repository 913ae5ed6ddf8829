package entitlement_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// An ActionSet behaves like a map of indices, whatever the lengths.
func TestActionSetAgreesWithAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, inA := drawSet(t, "a")
		b, inB := drawSet(t, "b")
		union, both, minus := map[int]bool{}, map[int]bool{}, map[int]bool{}
		for i := range inA {
			union[i], both[i], minus[i] = true, inB[i], !inB[i]
		}
		for i := range inB {
			union[i] = true
		}
		same(t, "union", a.Union(b), union)
		same(t, "intersection", a.Intersect(b), both)
		same(t, "difference", a.Minus(b), minus)
		if a.Equal(b) != maps.Equal(inA, inB) {
			t.Fatalf("Equal = %v for %v and %v", a.Equal(b), inA, inB)
		}
		same(t, "operand", a, inA) // No operation changes its operands.
	})
}

func TestActionSetRemove(t *testing.T) {
	t.Parallel()
	s := entitlement.NewActionSet(100)
	s.Add(7)
	s.Add(99)
	s.Remove(7)
	s.Remove(5000) // Beyond the set: nothing to remove.
	if s.Len() != 1 || s.Has(7) || !s.Has(99) || s.Has(5000) || s.Empty() {
		t.Errorf("after removing 7 of {7, 99}: %v", slices.Collect(s.Indices()))
	}
}

func drawSet(t *rapid.T, label string) (entitlement.ActionSet, map[int]bool) {
	size := rapid.IntRange(1, 300).Draw(t, label+" size")
	s, m := entitlement.NewActionSet(size), map[int]bool{}
	for _, i := range rapid.SliceOf(rapid.IntRange(0, size-1)).Draw(t, label) {
		s.Add(i)
		m[i] = true
	}
	return s, m
}

func same(t *rapid.T, what string, s entitlement.ActionSet, want map[int]bool) {
	t.Helper()
	var indices []int
	for i, in := range want {
		if in {
			indices = append(indices, i)
		}
	}
	slices.Sort(indices)
	if got := slices.Collect(s.Indices()); !slices.Equal(got, indices) || s.Len() != len(indices) || s.Empty() != (len(indices) == 0) {
		t.Fatalf("%s = %v (length %d), want %v", what, got, s.Len(), indices)
	}
}
