package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// shelf finds the members of a list by patterns of their ARNs.
type shelf struct {
	arns []string // Sorted.
	at   []int    // Where in the list each is.
	all  []int
	seen map[string][]int // What patterns have found.
}

func newShelf(n int, arn func(int) string) *shelf {
	s := &shelf{arns: make([]string, n), at: make([]int, n), all: make([]int, n), seen: map[string][]int{}}
	for i := range n {
		s.at[i], s.all[i] = i, i
	}
	slices.SortFunc(s.at, func(a, b int) int { return strings.Compare(arn(a), arn(b)) })
	for i, n := range s.at {
		s.arns[i] = arn(n)
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

// match reads the part of the shelf that begins as the pattern does.
func (s *shelf) match(pattern string) []int {
	if found, ok := s.seen[pattern]; ok {
		return found
	}
	start := pattern
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		start = pattern[:i]
	}
	var out []int
	g := glob.Encode(pattern, false)
	from, _ := slices.BinarySearch(s.arns, start)
	for i := from; i < len(s.arns) && strings.HasPrefix(s.arns[i], start); i++ {
		if glob.Match(g, s.arns[i]) {
			out = append(out, s.at[i])
		}
	}
	slices.Sort(out)
	if start != pattern {
		s.seen[pattern] = out
	}
	return out
}

// targets returns the places of those on a shelf that an identity's grants of
// an action may speak of.
func (f *finder) targets(who *actor, action entitlement.Action, s *shelf) []int {
	var patterns []string
	for _, st := range f.statements(who, action) {
		if len(st.NotResources) > 0 {
			return s.all
		}
		for _, r := range st.Resources {
			if r == "*" || strings.Contains(r, "${") {
				return s.all
			}
			patterns = append(patterns, r)
		}
	}
	slices.Sort(patterns)
	return s.find(slices.Compact(patterns))
}
