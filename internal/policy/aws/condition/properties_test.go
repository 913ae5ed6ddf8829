package condition_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// eachFamily checks a property of each family of operators.
func eachFamily(t *testing.T, property func(t *rapid.T, f family)) {
	t.Helper()
	for _, f := range families() {
		t.Run(f.operators[0], func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { property(t, f) })
		})
	}
}

// drawCase draws one or two clauses and a request.
func drawCase(t *rapid.T, f family) ([]condition.Raw, map[string][]string) {
	list := []condition.Raw{drawRaw(t, f, "K")}
	if rapid.Bool().Draw(t, "two") {
		list = append(list, drawRaw(t, f, "k"))
	}
	return list, drawRequest(t, f)
}

func mustCompile(t *rapid.T, list []condition.Raw) *condition.Set {
	s, err := condition.Compile(list, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is known wholly is decided, as AWS's documentation says.
func TestKnownRequestsAreDecidedAsDocumented(t *testing.T) {
	t.Parallel()
	eachFamily(t, func(t *rapid.T, f family) {
		list, ctx := drawCase(t, f)
		want := condition.No
		if oracleAll(list, ctx) {
			want = condition.Yes
		}
		if got := mustCompile(t, list).Eval(known(ctx)); got != want {
			t.Fatalf("%+v over %q: %s, want %s", list, ctx, got, want)
		}
	})
}

// Each operator over each value of the policy and each of a request, with
// variables that have values and such that have none.
func TestEveryPairOfValues(t *testing.T) {
	t.Parallel()
	for _, f := range families() {
		for _, operator := range f.operators {
			for _, p := range f.policy {
				r := condition.Raw{Operator: operator, Key: "k", Values: []string{p}}
				s := compile(t, r)
				for _, ctx := range requests(f) {
					if got := s.Eval(known(ctx)); oracle(r, ctx) != (got == condition.Yes) || got == condition.Maybe {
						t.Errorf("%+v over %q: %s", r, ctx, got)
					}
				}
			}
		}
	}
}

// requests lists, for each value of a request, those in which one variable has
// none or one of its values and all others their first.
func requests(f family) []map[string][]string {
	var out []map[string][]string
	for _, v := range f.request {
		first := map[string][]string{"k": {v}}
		for name, pool := range variableKeys() {
			first[name] = pool[:1]
		}
		for name, pool := range variableKeys() {
			for i := range len(pool) + 1 {
				ctx := maps.Clone(first)
				ctx[name] = pool[i:min(i+1, len(pool))]
				out = append(out, ctx)
			}
		}
	}
	return out
}

// veil hides some keys of a request: of an Unknown one, and of a Hidden one its
// value, nothing is told.
func veil(t *rapid.T, ctx map[string][]string) source {
	src := known(ctx)
	for _, k := range keyNames() {
		switch rapid.IntRange(0, 2).Draw(t, "veil "+k) {
		case 1:
			delete(src, k)
		case 2:
			if len(ctx[k]) > 0 {
				src[k] = hidden()
			}
		}
	}
	return src
}

// Yes and No hold for every request that what is known leaves possible.
func TestAnswersAreSound(t *testing.T) {
	t.Parallel()
	eachFamily(t, func(t *rapid.T, f family) {
		list, ctx := drawCase(t, f)
		src, s := veil(t, ctx), mustCompile(t, list)
		got := s.Eval(src)
		if got == condition.Maybe {
			return
		}
		for range 20 {
			world := complete(t, src, f, ctx)
			if want := oracleAll(list, world); want != (got == condition.Yes) {
				t.Fatalf("%+v over %v: %s, but %t over %q", list, src, got, want, world)
			}
		}
	})
}

// complete draws a request that a source leaves possible.
func complete(t *rapid.T, src source, f family, ctx map[string][]string) map[string][]string {
	world := maps.Clone(ctx)
	for _, k := range keyNames() {
		pool := variableKeys()[k]
		if k == "k" {
			pool = slices.Concat(f.request, f.request, f.policy)
		}
		switch v := src[k]; v.State {
		case condition.Unknown:
			world[k] = drawValues(t, pool, "world "+k)
		case condition.Hidden:
			world[k] = append(drawValues(t, pool, "world "+k), rapid.SampledFrom(pool).Draw(t, "more "+k))
		case condition.Absent, condition.Present:
		}
	}
	return world
}

// Maybe is not said idly: of one clause without variables there are two requests
// that tell the answers apart.
func TestMaybeMeansThatItMatters(t *testing.T) {
	t.Parallel()
	eachFamily(t, func(t *rapid.T, f family) {
		r := drawRaw(t, f, "k")
		if slices.ContainsFunc(r.Values, intricate) {
			return
		}
		for state, src := range map[string]source{"unknown": {}, "hidden": {"k": hidden()}} {
			if mustCompile(t, []condition.Raw{r}).Eval(src) != condition.Maybe {
				continue
			}
			if open := possible(r, f, state == "unknown"); len(open) != 2 {
				t.Fatalf("%q is maybe if the key is %s, but only %v is possible", r, state, open)
			}
		}
	})
}

// intricate tells values with variables, which the test leaves out, and those
// that match no ARN because they have too few parts, nothing but the empty text
// or all but it: Eval does not look for them.
func intricate(v string) bool {
	short := strings.HasPrefix(v, "arn:") || strings.HasPrefix(v, "*:")
	return v == "" || v == "*?*" || strings.Contains(v, "${") || short && strings.Count(v, ":") < 5 && !strings.HasSuffix(v, "*")
}

// possible returns which answers there are, over all values of a family and
// those that the policy names.
func possible(r condition.Raw, f family, absent bool) map[bool]bool {
	open := map[bool]bool{}
	if absent {
		open[oracle(r, nil)] = true
	}
	extra := []string{"\x00none", "arn:z:z:z:z:z", "-999", "999999", "1000000000000000000000000", "1000", "3000", "250.1.1.1", "fe80::1"}
	for _, v := range slices.Concat(f.request, f.policy, r.Values, extra) {
		open[oracle(r, map[string][]string{"k": {v}})] = true
	}
	return open
}

// What AppendKeys names is enough to know.
func TestKeysDecide(t *testing.T) {
	t.Parallel()
	eachFamily(t, func(t *rapid.T, f family) {
		list, ctx := drawCase(t, f)
		src, s := veil(t, ctx), mustCompile(t, list)
		keys := s.AppendKeys(nil, src)
		if got := s.Eval(src); (got == condition.Maybe) != (len(keys) > 0) {
			t.Fatalf("%+v over %v: %s with the keys %q", list, src, got, keys)
		}
		world := complete(t, src, f, ctx)
		for _, k := range keys {
			if st := src[k].State; st == condition.Present || st == condition.Absent {
				t.Fatalf("%q is known", k)
			}
			src[k] = valueOf(world[k])
		}
		if got := s.Eval(src); got == condition.Maybe {
			t.Fatalf("%+v over %v: the keys %q are not enough", list, src, keys)
		}
	})
}

// A negated operator says the contrary of its positive one, whatever is known,
// of values without variables.
func TestNegationIsTheContrary(t *testing.T) {
	t.Parallel()
	pairs := [][2]string{
		{"StringEquals", "StringNotEquals"},
		{"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
		{"StringLike", "StringNotLike"},
		{"NumericEquals", "NumericNotEquals"},
		{"DateEquals", "DateNotEquals"},
		{"IpAddress", "NotIpAddress"},
		{"ArnEquals", "ArnNotEquals"},
		{"ArnLike", "ArnNotLike"},
	}
	rapid.Check(t, func(t *rapid.T) {
		pair := rapid.SampledFrom(pairs).Draw(t, "pair")
		all := families()
		f := all[slices.IndexFunc(all, func(f family) bool { return slices.Contains(f.operators, pair[0]) })]
		fixed := slices.DeleteFunc(slices.Clone(f.policy), func(v string) bool { return len(condition.ParseVariables(v)) > 0 })
		r := condition.Raw{Operator: pair[0], Key: "k", Values: rapid.SliceOfN(rapid.SampledFrom(fixed), 0, 3).Draw(t, "values")}
		src := veil(t, drawRequest(t, f))
		positive := mustCompile(t, []condition.Raw{r}).Eval(src)
		r.Operator = pair[1]
		if negated := mustCompile(t, []condition.Raw{r}).Eval(src); negated != positive.Not() {
			t.Fatalf("%v over %v: %s and %s", pair, src, positive, negated)
		}
	})
}
