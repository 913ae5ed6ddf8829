package condition_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// Whatever the policy: it is refused by name, or answers.
func FuzzCompile(f *testing.F) {
	f.Add("StringLike", "aws:username", "a*\n${aws:userid, 'x'}", true)
	f.Add("ForAllValues:DateLessThanIfExists", "aws:CurrentTime", "2020-01-01T00:00:00.5+01:00\n12", true)
	f.Add("NotIpAddress", "aws:SourceIp", "::ffff:1.2.3.4/97\n10.0.0.0/8\nfe80::/10", false)
	f.Add("NumericGreaterThan", "s3:max-keys", "-0.50\n+1\n.5\n5.", true)
	f.Add("ArnNotLike", "aws:SourceArn", "arn:*:s3:::${*}${\n${}", true)
	f.Add("BinaryEquals", "x", "QUI=\nQUI", true)
	f.Add("nullifexists", "", "true", true)
	f.Fuzz(func(t *testing.T, operator, key, values string, variables bool) {
		list := []condition.Raw{{Operator: operator, Key: key, Values: strings.Split(values, "\n")}}
		s, err := condition.Compile(list, variables)
		if err != nil {
			if s != nil || !strings.HasPrefix(err.Error(), "condition operator ") {
				t.Fatalf("%v, %v", s, err)
			}
			return
		}
		for _, v := range []condition.Value{{}, absent(), hidden(), present(values), present("a", values)} {
			src := everything{v}
			if got := s.Eval(src); (got == condition.Maybe) != (len(s.AppendKeys(nil, src)) > 0) {
				t.Fatalf("%+v: %s with the keys %q", v, got, s.AppendKeys(nil, src))
			}
		}
	})
}

// everything says the same of all keys.
type everything struct{ value condition.Value }

func (e everything) Lookup(*condition.Key) condition.Value { return e.value }

// Whatever policy and request: what is known wholly is decided, as the oracle
// says where it reads texts; what is said of less known holds of it.
func FuzzEval(f *testing.F) {
	f.Add(uint8(0), uint8(4), "a*${x:v}", "ab*", "", "b*")
	f.Add(uint8(1), uint8(1), "arn:aws:iam::${x:v}:role/*", "arn:aws:iam::1:role/a:b", "", "1")
	f.Add(uint8(1), uint8(2), "${x:v}:*:?", "arn:aws:s3:::b", "arn:aws:s3:a::b:c", "arn:aws")
	f.Add(uint8(2), uint8(3), "10", "9.99", "1e3", "")
	f.Add(uint8(3), uint8(9), "2020-01-01", "2020-01-01T00:00:00.1-23:59", "0", "")
	f.Add(uint8(4), uint8(1), "10.0.0.0/8", "::ffff:10.1.2.3", "cloudtrail", "")
	f.Add(uint8(0), uint8(15), "${x:v, ''}\n*\u212a?", "k€", "", "K")
	f.Fuzz(func(t *testing.T, which, form uint8, policy, one, two, variable string) {
		fam := families()[int(which)%len(families())]
		base := fam.operators[int(form/6)%len(fam.operators)]
		forms := names(base)
		r := condition.Raw{Operator: forms[int(form)%len(forms)], Key: "k", Values: strings.Split(policy, "\n")}
		s, err := condition.Compile([]condition.Raw{r}, true)
		if err != nil {
			return
		}
		for _, v := range [][]string{nil, {one}, {one, two}} {
			for _, w := range [][]string{nil, {variable}} {
				world := request{"k": v, "x:v": w}
				got := s.Eval(world)
				if got == condition.Maybe || got != s.Eval(world) {
					t.Fatalf("%q over %q: %s", r, world, got)
				}
				if readable(policy, one, two, variable) && which%8 < 2 && oracle(r, world) != (got == condition.Yes) {
					t.Fatalf("%q over %q: %s", r, world, got)
				}
				hold(t, s, world, got)
			}
		}
	})
}

// readable tells texts over which the oracle's regular expressions agree with
// the language of policies.
func readable(policy string, others ...string) bool {
	for _, s := range append(others, policy) {
		if !utf8.ValidString(s) || strings.ContainsAny(s, anyOne+anyRest) {
			return false
		}
	}
	return !strings.ContainsAny(policy, ", '\v\f\r\t\u0085\u00a0")
}

// hold fails if what is said while less is known does not hold of a request.
func hold(t *testing.T, s *condition.Set, world request, want condition.Truth) {
	t.Helper()
	for _, veiled := range []string{"k", "x:v", "k x:v"} {
		for _, state := range []condition.State{condition.Unknown, condition.Hidden} {
			src := veiledSource{world, veiled, state}
			if got := s.Eval(src); got != want && got != condition.Maybe {
				t.Fatalf("%s with %s %d, but %s over %q", got, veiled, state, want, world)
			}
		}
	}
}

// veiledSource is a request of which some keys are not known.
type veiledSource struct {
	request

	keys  string
	state condition.State
}

func (s veiledSource) Lookup(k *condition.Key) condition.Value {
	v := s.request.Lookup(k)
	if strings.Contains(" "+s.keys+" ", " "+k.Name+" ") && (s.state == condition.Unknown || v.State == condition.Present) {
		v = condition.Value{State: s.state}
	}
	return v
}
