package condition_test

import (
	"encoding/base64"
	"math/big"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// The oracle answers by the letter of AWS's documentation, where everything
// about the request is known: ctx holds all its keys, in lower case.

func oracleAll(list []condition.Raw, ctx map[string][]string) bool {
	for _, r := range list {
		if !oracle(r, ctx) {
			return false
		}
	}
	return true
}

func oracle(r condition.Raw, ctx map[string][]string) bool {
	name, values := r.Operator, ctx[strings.ToLower(r.Key)]
	name, each := strings.CutPrefix(name, "ForAllValues:")
	name, some := strings.CutPrefix(name, "ForAnyValue:")
	name, ifExists := strings.CutSuffix(name, "IfExists")
	positive := strings.Replace(name, "Not", "", 1)
	negated := positive != name
	switch {
	case name == "Null":
		return slices.Contains(r.Values, strconv.FormatBool(len(values) == 0))
	case len(values) == 0 && (ifExists || each):
		return true
	case len(values) == 0:
		return negated && !some
	case (each || some) && len(values) == 1 && values[0] == "":
		return each // An empty data set.
	}
	if negated && slices.ContainsFunc(r.Values, func(p string) bool { _, ok := substitute(p, false, ctx); return !ok }) && textual(positive) {
		return false // A variable without a value.
	}
	matching := 0
	for _, v := range values {
		if slices.ContainsFunc(r.Values, func(p string) bool { return oracleMatch(positive, v, p, ctx) }) {
			matching++
		}
	}
	switch {
	case each && negated:
		return matching == 0
	case each:
		return matching == len(values)
	case some && negated:
		return matching < len(values)
	case some:
		return matching > 0
	}
	return matching > 0 != negated
}

// textual reports whether an operator takes policy variables.
func textual(operator string) bool {
	return strings.HasPrefix(operator, "String") || strings.HasPrefix(operator, "Arn")
}

// oracleMatch holds a value of the request against one of the policy.
func oracleMatch(operator, v, p string, ctx map[string][]string) bool {
	switch {
	case strings.HasPrefix(operator, "Numeric"):
		a, okA := oracleNumber(v)
		b, okB := oracleNumber(p)
		return okA && okB && ordered(operator[len("Numeric"):], a.Cmp(b))
	case strings.HasPrefix(operator, "Date"):
		a, okA := oracleTime(v)
		b, okB := oracleTime(p)
		return okA && okB && ordered(operator[len("Date"):], a.Compare(b))
	case operator == "IpAddress":
		return oracleAddress(v, p)
	case operator == "BinaryEquals":
		a, errA := base64.StdEncoding.DecodeString(v)
		b, errB := base64.StdEncoding.DecodeString(p)
		return errA == nil && errB == nil && string(a) == string(b)
	case operator == "Bool" && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false"):
		return false
	}
	return oracleText(operator, v, p, ctx)
}

func ordered(operator string, compared int) bool {
	switch operator {
	case "LessThan":
		return compared < 0
	case "LessThanEquals":
		return compared <= 0
	case "GreaterThan":
		return compared > 0
	case "GreaterThanEquals":
		return compared >= 0
	}
	return compared == 0
}

func oracleNumber(s string) (*big.Rat, bool) {
	if !regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$`).MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func oracleTime(s string) (time.Time, bool) {
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(n, 0), err == nil
}

func oracleAddress(v, p string) bool {
	if !strings.Contains(p, "/") {
		p += map[bool]string{true: "/128", false: "/32"}[strings.Contains(p, ":")]
	}
	_, ipNet, err := net.ParseCIDR(p)
	ip := net.ParseIP(v)
	return err == nil && ip != nil && ipNet.Contains(ip)
}

// oracleText substitutes variables and turns what results into a regular
// expression, of an ARN part by part.
func oracleText(operator, v, p string, ctx map[string][]string) bool {
	wild := operator == "StringLike" || strings.HasPrefix(operator, "Arn")
	p, ok := substitute(p, wild, ctx)
	if !ok {
		return false
	}
	if !strings.HasPrefix(operator, "Arn") {
		return expression(p, ".", operator == "StringEqualsIgnoreCase" || operator == "Bool").MatchString(v)
	}
	parts := strings.SplitN(p, ":", 6)
	got := strings.SplitN(v, ":", len(parts))
	if len(strings.SplitN(v, ":", 6)) != 6 || got[0] != "arn" && len(parts) > 1 || !strings.HasPrefix(v, "arn:") {
		return false
	}
	for i, part := range parts {
		if !expression(part, ".", false).MatchString(got[i]) {
			return false
		}
	}
	return true
}

// Wildcards are private characters while variables are put in.
const (
	anyRest = "\uE000"
	anyOne  = "\uE001"
)

func substitute(p string, wild bool, ctx map[string][]string) (string, bool) {
	ok := true
	variables := regexp.MustCompile(`\$\{[^}]*\}|[*?]`)
	out := variables.ReplaceAllStringFunc(p, func(m string) string {
		switch {
		case m == "*" && wild:
			return anyRest
		case m == "?" && wild:
			return anyOne
		case len(m) == 1:
			return m
		case m == "${*}" || m == "${?}" || m == "${$}":
			return m[2:3]
		}
		name, standIn, given := strings.Cut(m[2:len(m)-1], ", ")
		if values := ctx[strings.ToLower(name)]; len(values) == 1 {
			return values[0]
		}
		ok = ok && given
		return strings.Trim(standIn, "'")
	})
	return out, ok
}

func expression(p, one string, fold bool) *regexp.Regexp {
	quoted := strings.NewReplacer(anyRest, "(?:"+one+")*", anyOne, one).Replace(regexp.QuoteMeta(p))
	flags := "(?s)"
	if fold {
		flags = "(?si)"
	}
	return regexp.MustCompile(flags + "^(?:" + quoted + ")$")
}
