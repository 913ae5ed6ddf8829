package escalation

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// index finds the roles of an account by the words of their trust policies.
type index struct {
	words map[string][]entitlement.IdentityID
	wild  []entitlement.IdentityID // Those that speak of anybody, or may.
}

func quotedWord() *regexp.Regexp { return regexp.MustCompile(`"[^"\\]*"`) }

// index returns the index of an account, made when first asked for.
func (f *finder) index(a *aws.Account) *index {
	if x := f.indexes[a]; x != nil {
		return x
	}
	x := &index{words: map[string][]entitlement.IdentityID{}}
	f.indexes[a] = x
	inv := a.Inventory()
	for i := range inv.Identities {
		if id := &inv.Identities[i]; len(id.Trust) > 0 && !id.ServiceManaged {
			x.add(id, f.word)
		}
	}
	return x
}

func (x *index) add(id *entitlement.Identity, word *regexp.Regexp) {
	if names(id.Trust) {
		x.wild = append(x.wild, id.ID)
		return
	}
	for _, w := range word.FindAll(id.Trust, -1) {
		w := string(w[1 : len(w)-1])
		if list := x.words[w]; len(list) == 0 || list[len(list)-1] != id.ID {
			x.words[w] = append(list, id.ID)
		}
	}
}

// trusters returns the roles of an account that may trust an identity, the
// most powerful first. One that holds no permission to assume roles has to be
// named, in its own account.
func (f *finder) trusters(a *aws.Account, who *actor, byName bool) []*actor {
	x := f.index(a)
	lists := [][]entitlement.IdentityID{x.wild, x.words[string(who.ID)]}
	if !byName {
		root := "arn:" + who.view.partition + ":iam::" + who.view.number + ":root"
		lists = append(lists, x.words[who.view.number], x.words[root])
	}
	var out []*actor
	for _, id := range slices.Concat(lists...) {
		if role := f.view(a).byID[id]; role != nil && role != who {
			out = append(out, role)
		}
	}
	slices.SortStableFunc(out, func(a, b *actor) int { return cmp.Or(cmp.Compare(b.power, a.power), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(out)
}

// names reports whether a trust policy could speak of any of the words.
func names(trust []byte, words ...string) bool {
	for _, w := range words {
		if bytes.Contains(trust, []byte(w)) {
			return true
		}
	}
	// A wildcard is for anybody; an escape may hide a name.
	return bytes.Contains(trust, []byte(`"*"`)) || bytes.Contains(trust, []byte(`\u`)) || bytes.Contains(trust, []byte("NotPrincipal"))
}
