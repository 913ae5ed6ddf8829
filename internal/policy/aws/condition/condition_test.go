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
	return condition.Value{State: condition.Present, Many: values}
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
