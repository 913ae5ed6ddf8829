package tenant

import (
	"testing"

	"pgregory.net/rapid"
)

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
