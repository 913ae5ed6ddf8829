package aws

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// reading returns patterns for the reading that a statement allows: as few and
// short as can be, none of which selects anything, known or yet to come, that
// the statement does not.
func (j *Judge) reading(s *policy.Statement) []string {
	var patterns []string
	open := entitlement.NewActionSet(j.cat.Len()) // Reads that no pattern selects yet.
	for _, pattern := range s.Actions {
		matched := j.cat.Match(pattern)
		if !matched.Empty() && matched.Minus(j.reads).Empty() {
			patterns = append(patterns, pattern) // It only reads: it stays as it is.
		} else {
			open = open.Union(matched.Intersect(j.reads))
		}
	}
	if len(s.NotActions) > 0 {
		open = j.allowed(s).Intersect(j.reads)
	}
	for _, pattern := range patterns {
		open = open.Minus(j.cat.Match(pattern))
	}
	patterns = append(patterns, j.short(open, s)...)
	slices.Sort(patterns)
	return slices.Compact(patterns)
}

// short returns patterns for a set of reads: "service:Verb*" where the
// statement covers the whole service, the verb is one of reading and the
// pattern selects nothing but reads; the actions' names otherwise.
func (j *Judge) short(open entitlement.ActionSet, s *policy.Statement) []string {
	var patterns []string
	for _, candidate := range j.candidates(open, s) {
		matched := j.cat.Match(candidate)
		if !matched.Intersect(open).Empty() && matched.Minus(j.reads).Empty() {
			patterns = append(patterns, candidate)
			open = open.Minus(matched)
		}
	}
	for i := range open.Indices() {
		patterns = append(patterns, string(j.cat.Info(i).Action))
	}
	return patterns
}

// candidates returns the patterns "service:Verb*" for a set of reads, the
// shortest first, of services that the statement covers as a whole.
func (j *Judge) candidates(open entitlement.ActionSet, s *policy.Statement) []string {
	found := map[string]bool{}
	for i := range open.Indices() {
		info := j.cat.Info(i)
		name := string(info.Action)[len(info.Service)+1:]
		if v := verb(name); v != "" && whole(s, info.Service) {
			found[info.Service+":"+v+"*"] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
}

// verb returns the words that an action's name begins with and that say that
// it reads, "" if it has none. Actions to come under them will read as well.
func verb(name string) string {
	for _, v := range []string{"Get", "List", "Describe", "BatchGet", "BatchDescribe", "Search", "Lookup", "Query", "View"} {
		if strings.HasPrefix(name, v) {
			return v
		}
	}
	return ""
}

// whole reports whether a statement allows every action of a service, those
// included that the catalogue doesn't know.
func whole(s *policy.Statement, service string) bool {
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(pattern string) bool { return mayMatch(pattern, service) })
	}
	return slices.ContainsFunc(s.Actions, func(pattern string) bool {
		return pattern == "*" || pattern == "*:*" || strings.EqualFold(pattern, service+":*")
	})
}

// mayMatch reports whether a pattern could match an action of a service.
func mayMatch(pattern, service string) bool {
	prefix, _, _ := strings.Cut(pattern, ":")
	if strings.ContainsAny(prefix, "*?") || !strings.Contains(pattern, ":") {
		return true
	}
	return strings.EqualFold(prefix, service)
}
