package condition_test

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// family is the operators of one type with values that exercise it: those that
// a policy may have, and those of a request, of which some cannot be read.
type family struct {
	operators []string
	policy    []string
	request   []string
}

func orderedNames(prefix string) []string {
	return []string{prefix + "Equals", prefix + "NotEquals", prefix + "LessThan", prefix + "LessThanEquals", prefix + "GreaterThan", prefix + "GreaterThanEquals"}
}

func families() []family {
	texts := []string{"", "a", "A", "ab", "b*", "*", "é", "${x:v}", "a\tb", "1", "€b"}
	patterns := []string{
		"", "a", "ab", "A", "*", "**", "?", "a*", "*b", "?b", "*?*", "a?*b", "é", "${x:v}", "${x:v}*", "${X:V, 'a'}", "?${x:v, ''}",
		"${x:v}${x:w}", "${*}", "b${*}", "${$}{x:v}", "*${x:w}*", "a\tb", "${x:m}", "$", "{a}", "*??b",
	}
	arns := []string{
		"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/a/b", "arn:aws:s3:::b", "arn:aws:s3:::b:c", "arn:aws:sns:r:1:t", "arn:aws:x:r:2:s/abc:1:t/d", "a", "",
		"arn:aws:sns:r:1:x:t", "arn:aws:s:r:1:t:x",
	}
	arnPatterns := []string{
		"arn:aws:iam::1:role/a", "arn:aws:iam::*:role/*", "arn:aws:*", "*", "arn:*:*:*:*:*", "arn:aws:x:*:1:t/*", "arn:aws:s3:::?", "arn:aws:s3:::b*",
		"arn:aws:iam::${x:v}:role/a", "${x:n}", "${x:n}*", "${x:n}:*:c", "arn:aws:s3:::${x:w}*", "arn:aws:s3:?:", "arn:aws*:s3:::b", "*:b", "arn:aws:s3:*:c",
		"arn:aws:iam::${x:v, '1'}:*/a*", "*${x:n}", "arn:?ws:iam::1:*/?", "arn:aws:sns:r:*:t", "arn:aws:s?r:1:t:x",
	}
	numbers := []string{"0", "-0", "1", "1.0", "01", "1.5", "-1.5", "-1", "10", "9", "100000000000000000001", "100000000000000000000", ".5", "5."}
	dates := []string{
		"2020", "2020-01", "2020-01-01", "2020-01-01T00:00Z", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00.5Z",
		"2019-12-31T23:59:59-00:01", "1577836800", "1577836801", "2020-02-29", "0",
	}
	addresses := []string{"10.0.0.1", "10.0.1.1", "192.168.0.1", "2001:db8::1", "2001:DB8:0::2", "::ffff:10.0.0.1"}
	ranges := []string{"10.0.0.0/24", "10.0.0.1", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1", "::/0", "10.0.0.9/16"}
	flags := []string{"true", "false", "TRUE", "False"}
	binary := []string{"QUI=", "QUJD", "", "QQ=="}
	return []family{
		{[]string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"}, patterns, texts},
		{[]string{"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"}, arnPatterns, arns},
		{orderedNames("Numeric"), numbers, append([]string{"", "a", "1e3", "1.2.3", "."}, numbers...)},
		{orderedNames("Date"), dates, append([]string{"", "a", "2020-13", "2021-02-29", "2020-01-01T00Z", "2020-1-1"}, dates...)},
		{[]string{"IpAddress", "NotIpAddress"}, ranges, append([]string{"", "a", "cloudtrail.amazonaws.com", "10.0.0"}, addresses...)},
		{[]string{"Bool"}, append([]string{"${x:f}"}, flags...), append([]string{"", "yes"}, flags...)},
		{[]string{"BinaryEquals"}, binary, append([]string{"?", "QUI*"}, binary...)},
		{[]string{"Null"}, []string{"true", "false"}, texts},
	}
}

// names lists an operator with its prefixes and suffix.
func names(operator string) []string {
	if operator == "Null" {
		return []string{operator}
	}
	var out []string
	for _, prefix := range []string{"", "ForAllValues:", "ForAnyValue:"} {
		out = append(out, prefix+operator, prefix+operator+"IfExists")
	}
	return out
}

// drawRaw draws a clause over the key k and, of the family, its values.
func drawRaw(t *rapid.T, f family, key string) condition.Raw {
	operator := rapid.SampledFrom(names(rapid.SampledFrom(f.operators).Draw(t, "operator"))).Draw(t, "form")
	return condition.Raw{Operator: operator, Key: key, Values: rapid.SliceOfN(rapid.SampledFrom(f.policy), 0, 3).Draw(t, "values")}
}

// variableKeys are the keys of the policy variables with values that they take.
func variableKeys() map[string][]string {
	return map[string][]string{
		"x:v": {"a", "b*", "1", ""}, "x:w": {"b", "?", "c:d"}, "x:m": {"a"}, "x:f": {"true", "nonsense"},
		"x:n": {"arn:aws:s3:::b", "arn:aws:s3:", "arn:aws:s3::", "b"},
	}
}

// drawValues draws the values of a key; none: it is absent.
func drawValues(t *rapid.T, pool []string, label string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(pool), 0, 3).Draw(t, label)
}

// drawRequest draws all keys: "k" from the family, the others for variables.
func drawRequest(t *rapid.T, f family) map[string][]string {
	ctx := map[string][]string{"k": drawValues(t, f.request, "k")}
	for name, pool := range variableKeys() {
		ctx[name] = rapid.SliceOfN(rapid.SampledFrom(pool), 0, 2).Draw(t, name)
	}
	return ctx
}

// known makes a source that knows a request.
func known(ctx map[string][]string) source {
	s := source{}
	for k, v := range ctx {
		s[k] = valueOf(v)
	}
	return s
}

func valueOf(values []string) condition.Value {
	if len(values) == 0 {
		return absent()
	}
	return present(values...)
}

// rapid draws maps in no order of their own, so keys are drawn in this one.
func keyNames() []string { return strings.Fields("k x:f x:m x:n x:v x:w") }
