package aws

import (
	"fmt"
	"math"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// universe numbers all actions that an account's policies speak of: those of
// the catalogue by their index and, from a word of their own on, the literal
// ones that the catalogue does not know.
type universe struct {
	cat      *catalog.Catalog
	base     int // The first literal; a multiple of 64.
	literals []entitlement.Action
	globs    [][]byte // The literals in lower case.
	words    int
}

func newUniverse(cat *catalog.Catalog, literals []entitlement.Action) (*universe, error) {
	u := &universe{cat: cat, base: (cat.Len() + 63) &^ 63, literals: literals}
	u.words = (u.base + len(literals) + 63) / 64
	if u.words > math.MaxUint16 {
		return nil, fmt.Errorf("the policies name %d actions that the catalogue does not know, more than can be held", len(literals))
	}
	for _, l := range literals {
		u.globs = append(u.globs, []byte(strings.ToLower(string(l))))
	}
	return u, nil
}

// match adds to set what an action pattern in lower case selects.
func (u *universe) match(pattern string, set []uint64) {
	if !strings.ContainsAny(pattern, "*?") {
		if i, ok := u.cat.Index(entitlement.Action(pattern)); ok {
			set[i>>6] |= 1 << (i & 63)
			return
		}
	} else {
		for i, w := range u.cat.Match(pattern) {
			set[i] |= w
		}
	}
	if len(u.globs) == 0 {
		return
	}
	g := glob.Encode(pattern, false)
	for i, l := range u.globs {
		if j := u.base + i; glob.Covers(g, l) {
			set[j>>6] |= 1 << (j & 63)
		}
	}
}

// invert turns set into all actions that are not in it.
func (u *universe) invert(set []uint64) {
	for i, w := range u.cat.All() {
		set[i] = w &^ set[i]
	}
	for i := range u.literals {
		j := u.base + i
		set[j>>6] ^= 1 << (j & 63)
	}
}
