package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// shelf finds the members of a list by patterns of their ARNs. They are sorted
// by what stands behind the account, which patterns rarely leave open.
type shelf struct {
	arns []string
	ends []string // Of the ARNs; sorted.
	at   []int    // Where in the list each is.
	all  []int
	seen map[string][]int // What patterns have found.
}

func newShelf(n int, arn func(int) string) *shelf {
	s := &shelf{arns: make([]string, n), ends: make([]string, n), at: make([]int, n), all: make([]int, n), seen: map[string][]int{}}
	ends := make([]string, n)
	for i := range n {
		s.at[i], s.all[i], ends[i] = i, i, endOf(arn(i))
	}
	slices.SortFunc(s.at, func(a, b int) int { return strings.Compare(ends[a], ends[b]) })
	for i, n := range s.at {
		s.arns[i], s.ends[i] = arn(n), ends[n]
	}
	return s
}

func shelve(list []*actor) *shelf {
	return newShelf(len(list), func(i int) string { return string(list[i].ID) })
}

// find returns the places of all that one of the patterns matches, in order.
func (s *shelf) find(patterns []string) []int {
	if len(patterns) == 1 {
		return s.match(patterns[0])
	}
	var out []int
	for _, p := range patterns {
		out = append(out, s.match(p)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// endOf returns what stands behind the account in an ARN.
func endOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}

// startOf returns how the ends begin of all ARNs that a pattern matches.
func startOf(pattern string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 || strings.Trim(parts[4], "0123456789*?") != "" {
		return "" // A wildcard may stand for several parts.
	}
	start := parts[5]
	if i := strings.IndexAny(start, "*?"); i >= 0 {
		return start[:i]
	}
	return start
}

// match reads the part of the shelf that begins as the pattern does.
func (s *shelf) match(pattern string) []int {
	if found, ok := s.seen[pattern]; ok {
		return found
	}
	var out []int
	g, start := glob.Encode(pattern, false), startOf(pattern)
	from, _ := slices.BinarySearch(s.ends, start)
	for i := from; i < len(s.ends) && strings.HasPrefix(s.ends[i], start); i++ {
		if glob.Match(g, s.arns[i]) {
			out = append(out, s.at[i])
		}
	}
	slices.Sort(out)
	if start == "" || len(out) > few {
		s.seen[pattern] = out
	}
	return out
}

// fill puts into a pattern what its variables stand for, or what is wider.
func (a *actor) fill(pattern string) string {
	if a.Kind == entitlement.User {
		name := string(a.ID[strings.LastIndexByte(string(a.ID), '/')+1:])
		pattern = strings.ReplaceAll(pattern, "${aws:username}", name)
	}
	for {
		before, rest, found := strings.Cut(pattern, "${")
		_, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return pattern
		}
		pattern = before + "*" + after
	}
}

// few are found again as fast as they are remembered.
const few = 10

// targets returns the places of those on a shelf that an identity's grants of
// an action may speak of.
func (f *finder) targets(who *actor, action entitlement.Action, s *shelf) []int {
	var patterns []string
	for _, st := range f.statements(who, action) {
		if len(st.NotResources) > 0 {
			return s.all
		}
		for _, r := range st.Resources {
			if r == "*" {
				return s.all
			}
			patterns = append(patterns, who.fill(r))
		}
	}
	slices.Sort(patterns)
	return s.find(slices.Compact(patterns))
}
