package condition_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// source knows some keys, by name in lower case, and nothing of others.
type source map[string]condition.Value

func (s source) Lookup(k *condition.Key) condition.Value { return s[k.Name] }

func present(values ...string) condition.Value {
	if len(values) == 1 {
		return condition.Value{State: condition.Present, One: values[0]}
	}
	return many(values...)
}

// many holds its values, if only one or none, in a list.
func many(values ...string) condition.Value {
	return condition.Value{State: condition.Present, Many: append([]string{}, values...)}
}

func absent() condition.Value { return condition.Value{State: condition.Absent} }

func hidden() condition.Value { return condition.Value{State: condition.Hidden} }

func compile(tb testing.TB, list ...condition.Raw) *condition.Set {
	tb.Helper()
	s, err := condition.Compile(list, true)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func raw(operator, key string, values ...string) condition.Raw {
	return condition.Raw{Operator: operator, Key: key, Values: values}
}

func TestNoConditions(t *testing.T) {
	t.Parallel()
	s, err := condition.Compile(nil, true)
	if s != nil || err != nil {
		t.Fatalf("Compile(nil) = %v, %v", s, err)
	}
	if got := s.Eval(source{}); got != condition.Yes {
		t.Errorf("Eval = %s", got)
	}
}

func TestKeysOfPolicyAndRequestIgnoreCase(t *testing.T) {
	t.Parallel()
	s := compile(t, raw("StringEquals", "AWS:PrincipalTag/Team", "red"))
	if got := s.Eval(source{"aws:principaltag/team": present("red")}); got != condition.Yes {
		t.Errorf("Eval = %s", got)
	}
	if keys := s.AppendKeys(nil, source{}); strings.Join(keys, " ") != "aws:principaltag/team" {
		t.Errorf("keys = %v", keys)
	}
}

func TestAppendKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list []condition.Raw
		src  source
		want string
	}{
		"key and variable":         {[]condition.Raw{raw("StringEquals", "X:K", "b${X:V}")}, source{}, "before x:k x:v"},
		"known key":                {[]condition.Raw{raw("StringEquals", "x:k", "b${x:v}", "c${x:w}")}, source{"x:k": present("ca")}, "before x:w"},
		"one of several values":    {[]condition.Raw{raw("StringEquals", "x:k", "b${x:v}")}, source{"x:k": present("c", "ba")}, "before x:v"},
		"without regard to case":   {[]condition.Raw{raw("StringEqualsIgnoreCase", "x:k", "b${x:v}")}, source{"x:k": present("BA")}, "before x:v"},
		"known variable":           {[]condition.Raw{raw("StringEquals", "x:k", "b${x:v}")}, source{"x:v": absent()}, "before"},
		"hidden":                   {[]condition.Raw{raw("StringEquals", "x:k", "a")}, source{"x:k": hidden()}, "before x:k"},
		"each once":                {[]condition.Raw{raw("StringEquals", "x:k", "${x:k}"), raw("Bool", "before", "true")}, source{}, "before x:k"},
		"a clause that holds":      {[]condition.Raw{raw("Null", "x:k", "false"), raw("Bool", "x:f", "true")}, source{"x:k": hidden()}, "before x:f"},
		"a clause that never does": {[]condition.Raw{raw("Null", "x:k", "true"), raw("Bool", "x:f", "true")}, source{"x:k": hidden()}, "before"},
	} {
		if got := compile(t, c.list...).AppendKeys([]string{"before"}, c.src); strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := (*condition.Set)(nil).AppendKeys(nil, source{}); got != nil {
		t.Errorf("no conditions: %q", got)
	}
}
