package draw_test

import (
	"math"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/tenant/draw"
)

func TestRankIsAPermutation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, n := draw.Seed(rapid.Uint64().Draw(t, "seed")), rapid.IntRange(1, 3000).Draw(t, "n")
		seen := make([]bool, n)
		for i := range n {
			k := s.Rank("label", i, n)
			if k < 0 || k >= n || seen[k] {
				t.Fatalf("rank %d of item %d of %d is out of range or taken", k, i, n)
			}
			seen[k] = true
		}
	})
}

func TestQuotaIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, n := draw.Seed(rapid.Uint64().Draw(t, "seed")), rapid.IntRange(1, 2000).Draw(t, "n")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		got := 0
		for i := range n {
			if s.Quota("label", i, n, share) {
				got++
			}
		}
		if want := int(math.Round(share * float64(n))); got != want {
			t.Fatalf("%d of %d items in a share of %g, want %d", got, n, share, want)
		}
	})
}

func TestUUIDs(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	r := draw.Seed(1).Stream("uuid", 0, 0)
	seen := map[string]bool{}
	for range 10_000 {
		id := string(draw.AppendUUID(nil, r))
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("%s is no new UUID of version 4", id)
		}
		seen[id] = true
	}
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	w := draw.NewWords()
	people, workloads := map[string]bool{}, map[string]bool{}
	for i := range 30_000 {
		people[w.Person(3, i)] = true
		workloads[w.Workload(3, "data", i)] = true
	}
	if len(people) != 30_000 || len(workloads) != 30_000 {
		t.Errorf("%d names of people and %d of workloads are different, want 30000", len(people), len(workloads))
	}
}
