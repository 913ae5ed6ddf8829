package condition_test

import (
	"testing"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// row is an operator over a value of the policy with a value of a request that
// it matches (or, negated, excludes), and one that it does not.
type row struct {
	operator, policy, match, other string
	negated                        bool
}

func rows() []row {
	return []row{
		{"StringEquals", "a*", "a*", "ab", false},
		{"StringNotEquals", "a*", "a*", "ab", true},
		{"StringEqualsIgnoreCase", "aK", "Ak", "b", false},
		{"StringNotEqualsIgnoreCase", "aK", "Ak", "b", true},
		{"StringLike", "a?c*", "abcd", "ABCD", false},
		{"StringNotLike", "a?c*", "abc", "ac", true},
		{"NumericEquals", "10", "10.0", "11", false},
		{"NumericNotEquals", "10", "010", "ten", true},
		{"NumericLessThan", "10", "-11", "10", false},
		{"NumericLessThanEquals", "10", "10", "10.01", false},
		{"NumericGreaterThan", "9.5", "10", "9.50", false},
		{"NumericGreaterThanEquals", "9.5", "9.50", "9.4999", false},
		{"DateEquals", "2020-04-01", "2020-04-01T02:00:00+02:00", "2020-04-01T00:00:00.001Z", false},
		{"DateNotEquals", "2020-04-01", "1585699200", "never", true},
		{"DateLessThan", "2020-04-01", "2020-03-31T23:59:59.9Z", "2020-04-01", false},
		{"DateLessThanEquals", "2020-04-01", "2020-04", "2020-04-01T00:00:01Z", false},
		{"DateGreaterThan", "1585699200", "2020-04-01T00:00:00.1Z", "2020-04-01", false},
		{"DateGreaterThanEquals", "2020", "2020-01-01T00:00Z", "2019-12-31", false},
		{"Bool", "true", "TRUE", "yes", false},
		{"BinaryEquals", "QUI=", "QUI=", "QUI*", false},
		{"IpAddress", "2001:db8::/32", "2001:DB8::1", "2001:db9::1", false},
		{"NotIpAddress", "203.0.113.7", "203.0.113.7", "cloudtrail.amazonaws.com", true},
		{"ArnEquals", "arn:aws:sns:*:1:t*", "arn:aws:sns:r:1:t:x", "arn:aws:sns:r:2:1:t", false},
		{"ArnLike", "arn:aws:sns:*:1:t*", "arn:aws:sns::1:t", "no:arn:at:all:1:t", false},
		{"ArnNotEquals", "arn:aws:s3:::?", "arn:aws:s3:::b", "arn:aws:s3:::bb", true},
		{"ArnNotLike", "*", "arn:aws:s3:::b", "b", true},
	}
}

// cell is a form of the operator over a state of the key.
type cell struct {
	prefix, suffix    string
	value             condition.Value
	positive, negated condition.Truth
}

func cells(r row) []cell {
	yes, no, maybe := condition.Yes, condition.No, condition.Maybe
	return []cell{
		{"", "", present(r.match), yes, no},
		{"", "", present(r.other), no, yes},
		{"", "", present(r.other, r.match), yes, no},
		{"", "", present(r.other, r.other), no, yes},
		{"", "", absent(), no, yes},
		{"", "", condition.Value{}, maybe, maybe},
		{"", "", hidden(), maybe, maybe},
		{"", "IfExists", present(r.match), yes, no},
		{"", "IfExists", present(r.other), no, yes},
		{"", "IfExists", absent(), yes, yes},
		{"", "IfExists", condition.Value{}, maybe, maybe},
		{"", "IfExists", hidden(), maybe, maybe},
		{"ForAllValues:", "", present(r.match, r.match), yes, no},
		{"ForAllValues:", "", present(r.match, r.other), no, no},
		{"ForAllValues:", "", present(r.other, r.other), no, yes},
		{"ForAllValues:", "", present(r.match), yes, no},
		{"ForAllValues:", "", present(), yes, yes},
		{"ForAllValues:", "", present(""), yes, yes},
		{"ForAllValues:", "", absent(), yes, yes},
		{"ForAllValues:", "", condition.Value{}, maybe, maybe},
		{"ForAllValues:", "", hidden(), maybe, maybe},
		{"ForAnyValue:", "", present(r.match, r.match), yes, no},
		{"ForAnyValue:", "", present(r.match, r.other), yes, yes},
		{"ForAnyValue:", "", present(r.other, r.other), no, yes},
		{"ForAnyValue:", "", present(r.other), no, yes},
		{"ForAllValues:", "", many(""), yes, yes},
		{"ForAnyValue:", "", many(""), no, no},
		{"ForAnyValue:", "", many(r.match), yes, no},
		{"", "", present(), no, yes},
		{"", "IfExists", present(), yes, yes},
		{"ForAnyValue:", "", present(), no, no},
		{"ForAnyValue:", "", present(""), no, no},
		{"ForAnyValue:", "", absent(), no, no},
		{"ForAnyValue:", "IfExists", absent(), yes, yes},
		{"ForAnyValue:", "", condition.Value{}, maybe, maybe},
		{"ForAnyValue:", "", hidden(), maybe, maybe},
	}
}

func TestEveryOperatorInEveryForm(t *testing.T) {
	t.Parallel()
	for _, r := range rows() {
		for _, c := range cells(r) {
			want := c.positive
			if r.negated {
				want = c.negated
			}
			operator := c.prefix + r.operator + c.suffix
			if got := compile(t, raw(operator, "x:k", r.policy)).Eval(source{"x:k": c.value}); got != want {
				t.Errorf("%s %q over %+v: %s, want %s", operator, r.policy, c.value, got, want)
			}
		}
	}
}

// What no value of the key can change is decided without it.
func TestDecidedWhateverTheValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		operator        string
		values          []string
		unknown, hidden condition.Truth
	}{
		{"StringLike", []string{"*"}, condition.Maybe, condition.Yes},
		{"StringLike", []string{"a", "**"}, condition.Maybe, condition.Yes},
		{"StringLikeIfExists", []string{"*"}, condition.Yes, condition.Yes},
		{"StringNotLike", []string{"*"}, condition.Maybe, condition.No},
		{"ForAllValues:StringLike", []string{"*"}, condition.Yes, condition.Yes},
		{"ForAnyValue:StringLike", []string{"*"}, condition.Maybe, condition.Maybe},
		{"ForAnyValue:StringNotEquals", nil, condition.Maybe, condition.Maybe},
		{"ForAllValues:StringEquals", nil, condition.Maybe, condition.Maybe},
		{"ArnLike", []string{"*"}, condition.Maybe, condition.Maybe},
		{"StringEquals", []string{"*"}, condition.Maybe, condition.Maybe},
		{"StringEquals", nil, condition.No, condition.No},
		{"StringNotEquals", nil, condition.Yes, condition.Yes},
		{"StringEquals", []string{"${x:none}"}, condition.No, condition.No},
		{"StringNotEquals", []string{"${x:none}"}, condition.Maybe, condition.No},
		{"StringEquals", []string{"${x:open}"}, condition.Maybe, condition.Maybe},
		{"Null", []string{"true"}, condition.Maybe, condition.No},
		{"Null", []string{"false"}, condition.Maybe, condition.Yes},
		{"Null", []string{"true", "False"}, condition.Yes, condition.Yes},
		{"Null", nil, condition.No, condition.No},
	} {
		s := compile(t, raw(c.operator, "x:k", c.values...))
		if got := s.Eval(source{"x:none": absent()}); got != c.unknown {
			t.Errorf("%s %q, unknown: %s, want %s", c.operator, c.values, got, c.unknown)
		}
		if got := s.Eval(source{"x:none": absent(), "x:k": hidden()}); got != c.hidden {
			t.Errorf("%s %q, hidden: %s, want %s", c.operator, c.values, got, c.hidden)
		}
	}
}

func TestNullOverNoValues(t *testing.T) {
	t.Parallel()
	if got := compile(t, raw("Null", "x:k", "true")).Eval(source{"x:k": many()}); got != condition.Yes {
		t.Errorf("Eval = %s", got)
	}
}
