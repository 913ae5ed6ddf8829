package condition_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/policy/aws/condition"
	"github.com/leastward/leastward/internal/policy/glob"
)

func TestParseVariables(t *testing.T) {
	t.Parallel()
	tag := condition.Key{Name: "aws:principaltag/team", Tag: "team", Kind: condition.PrincipalTag}
	user := condition.Key{Name: "aws:username", Kind: condition.Username}
	for raw, want := range map[string][]condition.Variable{
		"":                             nil,
		"plain $ {x} ${*}${?}${$} ${x": nil,
		"arn:aws:s3:::b/${aws:username}/${*}/${aws:PrincipalTag/Team, 'all'}": {{Key: user}, {Key: tag, Default: "all", HasDefault: true}},
		"${ AWS:UserName }${aws:PrincipalTag/team,''}":                        {{Key: user}, {Key: tag, HasDefault: true}},
		"${aws:username, nobody}":                                             {{Key: condition.Key{Name: "aws:username, nobody"}}},
	} {
		if diff := cmp.Diff(want, condition.ParseVariables(raw)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", raw, diff)
		}
	}
}

func TestVariablesNeedTheirVersion(t *testing.T) {
	t.Parallel()
	s, err := condition.Compile([]condition.Raw{raw("StringLike", "x:k", "${x:*}")}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Eval(source{"x:k": present("${x:v}"), "x:v": present("a")}); got != condition.Yes {
		t.Errorf("Eval = %s", got)
	}
}

func TestVariableStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy   string
		variable condition.Value
		want     condition.Truth // Of StringLike over "team-red*".
		resolved condition.Truth // Whether the variable has a value; if not, StringNotLike fails as well.
	}{
		{"team-${x:v}", present("red*"), condition.Yes, condition.Yes},
		{"${x:v}", present("team-*"), condition.No, condition.Yes},
		{"team-${x:v}", absent(), condition.No, condition.No},
		{"team-${x:v}", condition.Value{}, condition.Maybe, condition.Maybe},
		{"team-${x:v}", hidden(), condition.Maybe, condition.Maybe},
		{"club-${x:v}", condition.Value{}, condition.No, condition.Maybe},
		{"team-${x:v}", present("red*", "blue"), condition.No, condition.No},
		{"team-${x:v}", condition.Value{State: condition.Present, Many: []string{"red*"}}, condition.Yes, condition.Yes},
		{"team-${x:v, 'red*'}", absent(), condition.Yes, condition.Yes},
		{"team-${x:v, '*'}", absent(), condition.No, condition.Yes},
		{"team-${x:v, 'red*'}", present("red*", "blue"), condition.Yes, condition.Yes},
		{"team-${x:v, 'red*'}", present("blue"), condition.No, condition.Yes},
		{"team-${x:v, 'red*'}", condition.Value{}, condition.Maybe, condition.Maybe},
	} {
		for operator, want := range map[string]condition.Truth{"StringLike": c.want, "StringNotLike": c.want.Not().And(c.resolved)} {
			got := compile(t, raw(operator, "x:k", c.policy)).Eval(source{"x:k": present("team-red*"), "x:v": c.variable})
			if got != want {
				t.Errorf("%s %q with %+v: %s, want %s", operator, c.policy, c.variable, got, want)
			}
		}
	}
}

// A value that is not known may have colons, and so move what follows it into
// other parts of the ARN.
func TestUnknownVariablesInARNs(t *testing.T) {
	t.Parallel()
	s := compile(t, raw("ArnLike", "x:k", "arn:aws:iam:${x:v}a*:b"))
	src := source{"x:k": present("arn:aws:iam:1a2:ca3:b")}
	if got := s.Eval(src); got != condition.Maybe {
		t.Errorf("unknown: %s", got)
	}
	src["x:v"] = present("1a2:c")
	if got := s.Eval(src); got != condition.Yes {
		t.Errorf("known: %s", got)
	}
	src["x:v"] = present("1")
	if got := s.Eval(src); got != condition.No {
		t.Errorf("without colon: %s", got)
	}
}

// A pattern that Bind fills in matches what StringLike does.
func TestBindMatchesAsStringLike(t *testing.T) {
	t.Parallel()
	f := families()[0]
	rapid.Check(t, func(t *rapid.T) {
		policy, v := rapid.SampledFrom(f.policy).Draw(t, "policy"), rapid.SampledFrom(f.request).Draw(t, "value")
		src := known(drawRequest(t, f))
		src["k"] = present(v)
		pattern, bound := condition.Bind(nil, glob.Encode(policy, true), condition.ParseVariables(policy), src)
		got := condition.No
		if bound == condition.Yes && glob.Match(pattern, v) {
			got = condition.Yes
		}
		want := mustCompile(t, []condition.Raw{raw("StringLike", "k", policy)}).Eval(src)
		if control := slices.Contains([]byte(v+policy), '\t'); bound == condition.Maybe || got != want && !control {
			t.Fatalf("%q over %q with %v: bound %s, matched %s, want %s", policy, v, src, bound, got, want)
		}
	})
}

func TestBindLeavesWhatIsUnknown(t *testing.T) {
	t.Parallel()
	const policy = "arn:aws:s3:::b/${x:v}/${x:w}*"
	encoded, vars := glob.Encode(policy, true), condition.ParseVariables(policy)
	for _, c := range []struct {
		src  source
		want string
		t    condition.Truth
	}{
		{source{"x:v": present("*"), "x:w": present("w")}, "arn:aws:s3:::b/*/w\x02", condition.Yes},
		{source{"x:v": present("a")}, "arn:aws:s3:::b/a/\x03\x02", condition.Maybe},
		{source{"x:v": hidden(), "x:w": absent()}, "arn:aws:s3:::b/\x03/\x02", condition.No},
	} {
		got, truth := condition.Bind([]byte("before "), encoded, vars, c.src)
		if string(got) != "before "+c.want || truth != c.t {
			t.Errorf("%v: %q, %s, want %q, %s", c.src, got, truth, c.want, c.t)
		}
	}
	if _, truth := condition.Bind(nil, encoded, vars[:1], source{"x:v": present("a")}); truth != condition.Maybe {
		t.Errorf("a marker without variable: %s", truth)
	}
}

func TestBindAllocatesNothing(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts for the whole process.
	const policy = "arn:aws:s3:::home/${aws:PrincipalTag/team}/*"
	encoded, vars, src := glob.Encode(policy, true), condition.ParseVariables(policy), someone()
	matched := false
	if n := testing.AllocsPerRun(100, func() {
		var space [256]byte
		pattern, bound := condition.Bind(space[:0], encoded, vars, src)
		matched = bound == condition.Yes && glob.Match(pattern, "arn:aws:s3:::home/red/a")
	}); n != 0 || !matched {
		t.Errorf("Bind allocates %v times, matched: %t", n, matched)
	}
}
