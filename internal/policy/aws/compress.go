package aws

import (
	"slices"
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

// patterns returns the patterns, sorted. The catalogue's indices are in the
// order of the names, so that what has a prefix in common stands together.
func (c *compressor) patterns() []string {
	var out []string
	left := c.wanted.Clone()
	for i := range c.wanted.Indices() {
		if !left.Has(i) {
			continue
		}
		pattern := c.widest(i)
		for j := range c.cat.Match(pattern).Indices() {
			left.Remove(j)
		}
		out = append(out, pattern)
	}
	slices.Sort(out)
	return out
}

// widest returns the widest pattern that selects action i and nothing that is
// not wanted: a prefix that ends with a word, or the name itself.
func (c *compressor) widest(i int) string {
	name := string(c.cat.Info(i).Action)
	for _, end := range words(name) {
		pattern := name[:end] + "*"
		if end < len(name)-1 && c.selectsWantedOnly(pattern) && c.may(pattern) {
			return pattern
		}
	}
	return name
}

func (c *compressor) selectsWantedOnly(pattern string) bool {
	set := c.cat.Match(pattern)
	return set.Len() > 1 && set.Minus(c.wanted).Empty()
}

// words returns the ends of the words of an action's name, the first word's
// first: of "ec2:DescribeVpcPeering" those of "Describe" and "DescribeVpc". It
// returns none unless the first word is one that reads begin with, so that no
// pattern selects by a prefix that later writes may have.
func words(name string) []int {
	start := strings.IndexByte(name, ':') + 1
	var ends []int
	for i := start + 1; i < len(name); i++ {
		if upper(name[i]) && !upper(name[i-1]) {
			ends = append(ends, i)
		}
	}
	if len(ends) == 0 || !readVerb(name[start:ends[0]]) {
		return nil
	}
	if name[start:ends[0]] == "Batch" {
		return ends[1:] // "BatchGet", not "Batch".
	}
	return ends
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func readVerb(word string) bool {
	switch word {
	case "Get", "List", "Describe", "Batch", "View", "Search", "Lookup", "Query", "Scan", "Read", "Select":
		return true
	}
	return false
}
