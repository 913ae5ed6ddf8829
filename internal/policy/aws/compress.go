package aws

import (
	"slices"
	"sort"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// compressor writes a set of actions as few short patterns that select nothing
// else.
type compressor struct {
	cat    *catalog.Catalog
	wanted entitlement.ActionSet
	may    func(pattern string) bool // Whether a pattern may stand in the result.
}

// patterns returns the patterns, sorted. Each wanted action is selected by one of
// them alone: of two prefixes that select the same action the one would begin with
// the other, and the shorter was taken; names come last, for what is left.
func (c *compressor) patterns() []string {
	var out []string
	left := c.wanted.Clone()
	for i := range c.wanted.Indices() {
		if !left.Has(i) {
			continue
		}
		if pattern := c.widest(i); strings.HasSuffix(pattern, "*") {
			left = left.Minus(c.cat.Match(pattern))
			out = append(out, pattern)
		}
	}
	for i := range left.Indices() {
		out = append(out, string(c.cat.Info(i).Action))
	}
	slices.Sort(out)
	return out
}

// widest returns the shortest pattern that selects action i and nothing that is
// not wanted: a prefix with a wildcard, or the name itself. A prefix may end within
// a word: IAM counts characters, so that a shorter one saves reading that would
// not fit otherwise.
func (c *compressor) widest(i int) string {
	name := string(c.cat.Info(i).Action)
	verb := verbEnd(name)
	if verb == 0 {
		return name
	}
	// If a prefix will do, so will every longer one.
	end := verb + sort.Search(len(name)-verb+1, func(k int) bool { return c.fits(name[:verb+k] + "*") })
	if end > len(name) || c.cat.Match(name[:end]+"*").Len() == 1 {
		return name
	}
	return name[:end] + "*"
}

func (c *compressor) fits(pattern string) bool {
	return c.may(pattern) && c.cat.Match(pattern).Minus(c.wanted).Empty()
}

// verbEnd returns where the verb of an action's name ends: of
// "ec2:DescribeVpcPeering" that is behind "Describe". It returns 0 where the
// verb is not one that reads begin with, so that no pattern selects by a prefix
// that later writes may have.
func verbEnd(name string) int {
	start := strings.IndexByte(name, ':') + 1
	end := wordEnd(name, start)
	if name[start:end] == "Batch" {
		end = wordEnd(name, end) // "BatchGet", not "Batch".
	}
	if !readVerb(name[start:end]) {
		return 0
	}
	return end
}

func wordEnd(name string, start int) int {
	for i := start + 1; i < len(name); i++ {
		if upper(name[i]) && !upper(name[i-1]) {
			return i
		}
	}
	return len(name)
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func readVerb(word string) bool {
	switch word {
	case "Get", "List", "Describe", "BatchGet", "BatchDescribe", "BatchList", "View", "Search", "Lookup", "Query", "Scan", "Read", "Select":
		return true
	}
	return false
}
