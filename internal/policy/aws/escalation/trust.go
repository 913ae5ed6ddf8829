package escalation

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/leastward/leastward/internal/policy/aws"
)

// index finds the roles of an account by the words of their trust policies.
type index struct {
	words map[string][]*actor
	wild  []*actor // Those that speak of anybody, or may.
}

func quotedWord() *regexp.Regexp { return regexp.MustCompile(`"[^"\\]*"`) }

// from names an account by which somebody may be let in.
type from struct {
	into   *aws.Account
	number string // Of whom is let in.
}

// index returns the index of an account, made when first asked for.
func (f *finder) index(a *aws.Account) *index {
	if x := f.indexes[a]; x != nil {
		return x
	}
	x := &index{words: map[string][]*actor{}}
	f.indexes[a] = x
	for _, role := range f.view(a).roles { // By power.
		if len(role.Trust) > 0 {
			x.add(role, f.word)
		}
	}
	return x
}

func (x *index) add(role *actor, word *regexp.Regexp) {
	if names(role.Trust) {
		x.wild = append(x.wild, role)
		return
	}
	for _, w := range word.FindAll(role.Trust, -1) {
		w := string(w[1 : len(w)-1])
		if list := x.words[w]; len(list) == 0 || list[len(list)-1] != role {
			x.words[w] = append(list, role)
		}
	}
}

// byAccount are the roles that let in an account by its number or its root:
// those that let in all of it alike, and others.
type byAccount struct {
	alike  []*actor
	shelf  *shelf // Of alike.
	others []*actor
}

// letting returns the roles of an account that speak of another, or the same,
// as a whole.
func (f *finder) letting(a *aws.Account, v *view) *byAccount {
	key := from{a, v.number}
	if b := f.byAccount[key]; b != nil {
		return b
	}
	x, b := f.index(a), &byAccount{}
	list := slices.Concat(x.words[v.number], x.words["arn:"+v.partition+":iam::"+v.number+":root"])
	slices.SortFunc(list, byPower)
	for _, role := range slices.Compact(list) {
		switch text := bytes.ToLower(role.Trust); {
		case !bytes.Contains(text, []byte(`"aws"`)): // The number is but in a condition.
		case looks(text) || bytes.Contains(text, []byte(`"deny"`)):
			b.others = append(b.others, role)
		default:
			b.alike = append(b.alike, role)
		}
	}
	b.shelf = shelve(b.alike)
	f.byAccount[key] = b
	return b
}

// trusters returns the roles of an account that may trust an identity other
// than all of its account alike, the most powerful first. One that holds no
// permission to assume roles has to be named, in its own account.
func (f *finder) trusters(a *aws.Account, who *actor, byName bool) []*actor {
	x := f.index(a)
	lists := [][]*actor{x.wild, x.words[string(who.ID)]}
	if !byName {
		lists = append(lists, f.letting(a, who.view).others)
	}
	list := slices.Concat(lists...)
	slices.SortFunc(list, byPower)
	return slices.Compact(list)
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
