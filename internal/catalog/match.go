package catalog

import (
	"sort"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Bounds of the cache of matches: a set takes up to 2.8 kB.
const (
	maxMatches      = 4096
	maxMatchPattern = 256
)

// Match returns the actions that a pattern of a policy or role selects: "*"
// stands for any characters, "?" (on AWS alone) for one, case does not matter. A
// pattern such as "s3:Get*" is one range of indices and costs next to nothing.
// The set is shared: do not change it.
//
// The rules are those of AWS's Action element and of Azure's role definitions:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html,
// https://learn.microsoft.com/azure/role-based-access-control/role-definitions.
func (c *Catalog) Match(pattern string) entitlement.ActionSet {
	if pattern == "*" {
		return c.all
	}
	if set, ok := c.matches.get(pattern); ok {
		return set
	}
	lower := string(appendLower(nil, pattern))
	set := c.match(lower)
	if also := c.also(lower); also != "" {
		set = set.Union(c.match(also))
	}
	if len(pattern) <= maxMatchPattern {
		c.matches.put(strings.Clone(pattern), set)
	}
	return set
}

func (c *Catalog) match(pattern string) entitlement.ActionSet {
	wild := "*"
	if c.cloud == entitlement.AWS {
		wild = "*?"
	} else if strings.Contains(pattern, "?") {
		return nil // No name has one, and it stands for itself.
	}
	prefix, rest := pattern, ""
	if i := strings.IndexAny(pattern, wild); i >= 0 {
		prefix, rest = pattern[:i], pattern[i:]
	}
	lo, hi := c.span(prefix)
	set := entitlement.NewActionSet(hi)
	tail, one := strings.CutPrefix(rest, "*")
	one = one && !strings.ContainsAny(tail, wild) // Most patterns have one star.
	for i := lo; i < hi; i++ {
		name := c.lower[i][len(prefix):]
		if one && strings.HasSuffix(name, tail) || !one && glob(rest, name) {
			set.Add(i)
		}
	}
	return set
}

// also returns the pattern that Azure takes an odd one for besides; "" is none.
// Managed Identity Operator, whose purpose is to assign identities, says
// "userAssignedIdentities/*/assign/action" where the operation that Azure checks
// has no part for the star:
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/identity#managed-identity-operator.
func (c *Catalog) also(lower string) string {
	const odd = "microsoft.managedidentity/userassignedidentities/*/assign/action"
	if c.cloud == entitlement.Azure && lower == odd {
		return strings.Replace(odd, "/*/", "/", 1)
	}
	return ""
}

// span returns the range of the names that begin with prefix.
func (c *Catalog) span(prefix string) (lo, hi int) {
	lo = sort.SearchStrings(c.lower, prefix)
	n := sort.Search(len(c.lower)-lo, func(i int) bool {
		return !strings.HasPrefix(c.lower[lo+i], prefix)
	})
	return lo, lo + n
}

// glob reports whether all of s matches pattern. It keeps the position of the
// last star alone, so it takes at most len(pattern) × len(s) steps.
func glob(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
