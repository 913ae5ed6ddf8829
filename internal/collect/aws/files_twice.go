package aws

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// known is what the authorization details say of one identity, to compare what
// stands twice: pages and repeated files say the same of it, exports of
// different times do not, and nobody could tell which counts.
type known struct {
	identity entitlement.Identity
	inline   [][]byte
}

// before returns what was said of an identity in this file or in an earlier one.
func (a *authorizationReader) before(arn string) (known, bool) {
	i, ok := a.index[entitlement.IdentityID(arn)]
	if !ok {
		return known{}, false
	}
	id := &a.into.Identities[i]
	detailed := id.UniqueID != "" || id.Trust != nil || len(id.Policies)+len(id.Groups) > 0
	return a.known(id), detailed // Else it is known from a credential report alone.
}

func (a *authorizationReader) known(id *entitlement.Identity) known {
	k := known{identity: *id}
	for _, p := range id.Policies {
		k.inline = append(k.inline, a.into.Policies[p].Document)
	}
	return k
}

// same reports whether two readings of an identity say the same of what it may
// do and who may act as it.
func (k known) same(o known) bool {
	a, b := &k.identity, &o.identity
	return a.Kind == b.Kind && a.UniqueID == b.UniqueID && a.Boundary == b.Boundary &&
		bytes.Equal(a.Trust, b.Trust) && maps.Equal(a.Tags, b.Tags) && slices.Equal(a.Policies, b.Policies) &&
		slices.EqualFunc(k.inline, o.inline, bytes.Equal) &&
		slices.EqualFunc(a.Groups, b.Groups, func(x, y entitlement.IdentityID) bool { return nameOf(string(x)) == nameOf(string(y)) })
}

func (a *authorizationReader) contradiction(arn string) error {
	return fmt.Errorf("%s: %s stands twice with different content; give one export of account %s, not several of different times",
		a.name, arn, a.into.System.ID)
}
