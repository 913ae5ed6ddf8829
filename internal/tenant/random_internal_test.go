package tenant

import (
	"math"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestRankIsAPermutation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, n := seed(rapid.Uint64().Draw(t, "seed")), rapid.IntRange(1, 3000).Draw(t, "n")
		seen := make([]bool, n)
		for i := range n {
			k := s.rank("label", i, n)
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
		s, n := seed(rapid.Uint64().Draw(t, "seed")), rapid.IntRange(1, 2000).Draw(t, "n")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		got := 0
		for i := range n {
			if s.quota("label", i, n, share) {
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
	r := seed(1).stream("uuid", 0, 0)
	seen := map[string]bool{}
	for range 10_000 {
		id := string(appendUUID(nil, r))
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("%s is no new UUID of version 4", id)
		}
		seen[id] = true
	}
}

func TestRolesOfAPurposeAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := &account{env: rapid.SampledFrom([]string{"prod", "dev"}).Draw(t, "env")}
		a.roles = rapid.IntRange(len(a.fixedRoles())+len(pattern), 5000).Draw(t, "roles")
		for i := len(a.fixedRoles()); i < a.roles; i++ {
			purpose := pattern[(i-len(a.fixedRoles()))%len(pattern)]
			k := a.nth(i)
			if k >= a.count(purpose) || a.roleOf(purpose, k) != i {
				t.Fatalf("role %d is number %d of %d of %c, but that is role %d", i, k, a.count(purpose), purpose, a.roleOf(purpose, k))
			}
		}
	})
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	w := newWords()
	people, workloads := map[string]bool{}, map[string]bool{}
	for i := range 30_000 {
		people[w.person(3, i)] = true
		workloads[w.workload(3, "data", i)] = true
	}
	if len(people) != 30_000 || len(workloads) != 30_000 {
		t.Errorf("%d names of people and %d of workloads are different, want 30000", len(people), len(workloads))
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"$nothing", "a$", "$ b"} {
		if _, err := parseTemplate(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	parsed, err := parseTemplate(`{"a":"$account/$team.$env"}`)
	if err != nil {
		t.Fatal(err)
	}
	v := values{vAccount: "1", vTeam: "data", vEnv: "dev"}
	if got, want := string(parsed.append(nil, &v, nil)), `{"a":"1/data.dev"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestEveryCallIsMade finds rows of the tables that nobody uses.
func TestEveryCallIsMade(t *testing.T) {
	t.Parallel()
	w, err := newWorld(Options{})
	if err != nil {
		t.Fatal(err)
	}
	used := map[*call]bool{}
	for _, p := range w.profiles {
		for _, c := range append(p.habits, p.refused...) {
			used[c] = true
		}
	}
	made := map[string]bool{}
	for _, s := range w.attack.truth.Stages {
		for _, name := range s.Calls {
			made[name] = true
		}
	}
	for name, c := range w.calls {
		if !used[c] && !made[name] {
			t.Errorf("%s is in the tables, but nobody makes it", name)
		}
	}
}
