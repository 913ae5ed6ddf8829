package condition_test

import (
	"testing"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// fixed is a source that answers by kind, as an evaluator does.
type fixed struct {
	byKind  [condition.PassedToService + 1]condition.Value
	address condition.Value
}

func (f *fixed) Lookup(k *condition.Key) condition.Value {
	if k.Kind != condition.Other {
		return f.byKind[k.Kind]
	}
	if k.Name == "aws:sourceip" {
		return f.address
	}
	return condition.Value{}
}

func someone() *fixed {
	f := &fixed{address: present("203.0.113.7")}
	f.byKind[condition.PrincipalArn] = present("arn:aws:iam::111122223333:role/team/deploy")
	f.byKind[condition.PrincipalAccount] = present("111122223333")
	f.byKind[condition.PrincipalTag] = present("red")
	f.byKind[condition.TokenIssueTime] = present("2026-04-01T10:20:30Z")
	f.byKind[condition.PrincipalOrgPaths] = present("o-a/r-a/ou-a/", "o-a/r-a/ou-b/")
	return f
}

// warm are clauses of each kind, all of which hold of someone.
func warm() map[string]condition.Raw {
	return map[string]condition.Raw{
		"StringEquals":  raw("StringEquals", "aws:PrincipalAccount", "444455556666", "111122223333"),
		"IgnoreCase":    raw("StringEqualsIgnoreCase", "aws:PrincipalTag/team", "blue", "RED"),
		"StringLike":    raw("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app/*", "arn:aws:iam::*:role/team/*"),
		"ArnLike":       raw("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app/*", "arn:aws:iam::*:role/team/*"),
		"Variable":      raw("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*"),
		"FoldVariable":  raw("StringNotEqualsIgnoreCase", "aws:PrincipalAccount", "${aws:PrincipalTag/team, 'x'}"),
		"Numeric":       raw("NumericGreaterThan", "aws:PrincipalAccount", "1000", "2000"),
		"Date":          raw("DateGreaterThan", "aws:TokenIssueTime", "2026-04-01T00:00:00Z"),
		"IpAddress":     raw("IpAddress", "aws:SourceIp", "10.0.0.0/8", "203.0.113.0/24"),
		"NotIpAddress":  raw("NotIpAddress", "aws:PrincipalArn", "10.0.0.0/8"),
		"ForAnyValue":   raw("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a/r-a/ou-b/*"),
		"ForAllValues":  raw("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-a/*"),
		"Null":          raw("Null", "aws:TokenIssueTime", "false"),
		"Unknown":       raw("StringNotEqualsIfExists", "aws:RequestedRegion", "eu-west-1"),
		"BinaryMissing": raw("BinaryEquals", "x:y", "QUJD"),
	}
}

func TestEvalAllocatesNothing(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts for the whole process.
	src := someone()
	for name, r := range warm() {
		s := compile(t, r)
		if got, open := s.Eval(src), name == "Unknown" || name == "BinaryMissing"; (got == condition.Maybe) != open || got == condition.No {
			t.Errorf("%s: Eval = %s", name, got)
		}
		if n := testing.AllocsPerRun(100, func() { s.Eval(src) }); n != 0 {
			t.Errorf("%s: Eval allocates %v times", name, n)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	src := someone()
	for name, r := range warm() {
		s := compile(b, r)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Eval(src)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	var list []condition.Raw
	for _, r := range warm() {
		list = append(list, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := condition.Compile(list, true); err != nil {
			b.Fatal(err)
		}
	}
}
