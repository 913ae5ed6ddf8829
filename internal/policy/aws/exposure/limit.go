package exposure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/policy/aws"
)

// limit is what stands between everybody and a bucket.
type limit struct {
	keys     []string // Condition keys, in lower case.
	accounts []string // The accounts that are left; nil: not told by account.
}

// and is what both leave.
func (l limit) and(m limit) limit {
	out := limit{keys: append(slices.Clone(l.keys), m.keys...), accounts: l.accounts}
	switch {
	case l.accounts == nil:
		out.accounts = m.accounts
	case m.accounts != nil:
		out.accounts = slices.DeleteFunc(slices.Clone(l.accounts), func(a string) bool { return !slices.Contains(m.accounts, a) })
	}
	return out
}

// or is what either leaves; l counts for nothing if first is set.
func (l limit) or(m limit, first bool) limit {
	if first {
		return m
	}
	out := limit{keys: append(slices.Clone(l.keys), m.keys...)}
	if l.accounts != nil && m.accounts != nil {
		out.accounts = append(slices.Clone(l.accounts), m.accounts...)
	}
	return out
}

func setOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// narrowing returns the limits that the conditions of an Allow set: those on
// fixed values. See
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status.
func narrowing(when []aws.Condition) []limit {
	var out []limit
	for i := range when {
		op := operatorOf(when[i].Operator)
		// A key that is absent passes the ones left out here.
		if op.ifExists || op.forAll || op.negated {
			continue
		}
		if l, ok := fixed(op, &when[i]); ok {
			out = append(out, l)
		}
	}
	return out
}

// escape returns whom the conditions of a Deny leave alone, as "deny unless"
// statements have it: each test asks that a key differs from fixed values, so
// that whom the Deny spares has one of them; false if it may spare anybody.
func escape(when []aws.Condition) (limit, bool) {
	var out limit
	for i := range when {
		l, ok := escapeOf(&when[i])
		if !ok {
			return limit{}, false
		}
		out = out.or(l, i == 0)
	}
	return out, len(when) > 0
}

func escapeOf(c *aws.Condition) (limit, bool) {
	op, key := operatorOf(c.Operator), strings.ToLower(c.Key)
	if op.base == "bool" && isService(key) {
		return limit{keys: []string{key}}, len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false")
	}
	if !op.negated || op.forAny { // Without the key, ForAnyValue does not deny.
		return limit{}, false
	}
	if isService(key) {
		return limit{keys: []string{key}}, !slices.ContainsFunc(c.Values, wild)
	}
	return fixed(op, c)
}

// isService reports whether a key tells AWS services apart.
func isService(key string) bool {
	switch key {
	case "aws:principalisawsservice", "aws:viaawsservice", "aws:principalservicename", "aws:principalservicenameslist":
		return true
	}
	return false
}

// operator is a condition operator taken apart.
type operator struct {
	base                              string // In lower case, without Not: "stringequals", "ipaddress".
	negated, ifExists, forAll, forAny bool
}

func operatorOf(name string) operator {
	var op operator
	op.base = strings.ToLower(name)
	op.base, op.ifExists = strings.CutSuffix(op.base, "ifexists")
	op.base, op.forAll = strings.CutPrefix(op.base, "forallvalues:")
	op.base, op.forAny = strings.CutPrefix(op.base, "foranyvalue:")
	before, after, negated := strings.Cut(op.base, "not")
	op.base, op.negated = before+after, negated
	return op
}

func (o *operator) compares() bool {
	switch o.base {
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike":
		return true
	}
	return false
}

// fixed reports whether a test compares one of the keys that S3 lists with
// fixed values only, and what that leaves. Beyond S3's own list, an
// organisation's paths and the pattern of a principal or an access point may
// have wildcards behind what names the organisation or the account.
func fixed(op operator, c *aws.Condition) (limit, bool) {
	key := strings.ToLower(c.Key)
	if key == "aws:sourceip" {
		ok := (op.base == "ipaddress" || op.compares()) && !slices.ContainsFunc(c.Values, broad)
		return limit{keys: []string{key}}, ok
	}
	if !op.compares() || len(c.Values) == 0 {
		return limit{}, false
	}
	switch key {
	case "aws:principalaccount":
		return limit{keys: []string{key}, accounts: c.Values}, !slices.ContainsFunc(c.Values, wild)
	case "aws:principalarn":
		accounts, ok := accountsOf(c.Values)
		return limit{keys: []string{key}, accounts: accounts}, ok
	case "aws:principalorgpaths":
		return limit{keys: []string{key}}, !slices.ContainsFunc(c.Values, looseOrganization)
	case "s3:dataaccesspointarn":
		_, ok := accountsOf(c.Values)
		return limit{keys: []string{key}}, ok
	}
	return limit{keys: []string{key}}, listed(key) && !slices.ContainsFunc(c.Values, wild)
}

// listed reports whether a key is one that S3 takes for narrow when compared
// with fixed values. The last line is not of S3's list, but as narrow.
func listed(key string) bool {
	switch key {
	case "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
		"aws:principalorgid", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointaccount",
		"aws:sourceorgid", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid":
		return true
	}
	return false
}

// accountsOf returns the accounts of ARNs; false unless each has a number.
func accountsOf(arns []string) ([]string, bool) {
	out := make([]string, len(arns))
	for i, a := range arns {
		if out[i] = accountOf(a); !isAccountNumber(out[i]) {
			return nil, false
		}
	}
	return sorted(out), true
}

// looseOrganization reports whether a path names no one organisation.
func looseOrganization(path string) bool {
	id, _, ok := strings.Cut(path, "/")
	return !ok || !strings.HasPrefix(id, "o-") || wild(id)
}

// broad reports whether a range of addresses is so wide that S3 takes it for
// everybody: wider than /8, or /32 of IPv6. What is no address narrows nothing.
func broad(s string) bool {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.Zone() != ""
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return true
	}
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 32
}
