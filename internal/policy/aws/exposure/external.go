package exposure

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// External returns who outside of account a may enter its roles, directly and
// through roles between, sorted by role and origin.
//
// An account of the same estate is outside as any other; but since its policies
// are known, Identities are those that can, and an entry for named ones of whom
// none can is left out. An account as a whole stays with no identities: its
// trust is given, and its administrators need nobody's leave to use it. Of an
// account that is not known Identities are those that the trust names.
//
// TrustsAll is set for an account, an identity provider or "*" of which the
// trust picks nobody. Of an identity provider that many customers share that is
// so unless a condition fixes the claim that tells them apart; a SAML provider
// decides by itself whom it sends, and is never marked so.
func (s *Survey) External(a *aws.Account) []entitlement.ExternalAccess {
	var out []entitlement.ExternalAccess
	for _, t := range s.trusts[a] {
		out = append(out, s.direct(t)...)
	}
	out = append(out, s.chained(a, out)...)
	slices.SortStableFunc(out, func(x, y entitlement.ExternalAccess) int {
		return cmp.Or(strings.Compare(string(x.Role), string(y.Role)), strings.Compare(x.From, y.From), strings.Compare(x.Method, y.Method))
	})
	return out
}

// direct returns who enters a role without any between.
func (s *Survey) direct(t *trust) []entitlement.ExternalAccess {
	if t.known {
		return t.direct
	}
	t.known = true
	c := s.callers(t)
	whole := map[string]bool{}
	for _, account := range slices.Sorted(maps.Keys(c.accounts)) {
		if x, is := s.whole(t, account); is != condition.No {
			t.direct = append(t.direct, x)
			whole[account] = is == condition.Yes
		}
	}
	t.direct = append(t.direct, s.named(t, c.names, whole)...)
	if c.anybody {
		t.direct = append(t.direct, s.anybody(t, c)...)
	}
	for _, p := range slices.Sorted(maps.Keys(c.providers)) {
		t.direct = append(t.direct, provided(t, p)...)
	}
	return t.direct
}

// whole is the entry of all identities of an account; No if it may not enter.
func (s *Survey) whole(t *trust, account string) (entitlement.ExternalAccess, condition.Truth) {
	known := s.estate.Account(entitlement.SystemID(account))
	is, keys := t.admits(&visitor{account: account, known: known}, byAccount)
	x := entitlement.ExternalAccess{
		From: account, Role: t.role.ID, Method: entitlement.AccessDirect,
		TrustsAll: !slices.ContainsFunc(keys, picks), Conditional: is == condition.Maybe, Keys: keys,
	}
	if is == condition.No || known == nil {
		return x, is
	}
	g := s.able(t, known)
	x.Identities = append(g.sure, g.maybe...)
	slices.Sort(x.Identities)
	switch {
	case len(g.sure) > 0 && x.TrustsAll:
		// Where the trust is conditional, these enter by their own names, and
		// have an entry of their own.
	case len(g.sure) > 0:
		x.Conditional, x.Keys = false, nil
	case len(g.maybe) > 0:
		x.Conditional, x.Keys = true, sorted(append(x.Keys, g.keys...))
	case !x.TrustsAll: // It picks, and picks nobody.
		return x, condition.No
	}
	return x, is
}

// picks reports whether a condition key tells the identities of an account
// apart.
func picks(key string) bool {
	switch key {
	case "aws:principalarn", "aws:userid", "aws:username", "aws:principaltype":
		return true
	}
	return strings.HasPrefix(key, "aws:principaltag/")
}

// group is the identities that can, and those that can if conditions hold.
type group struct {
	sure, maybe []entitlement.IdentityID
	keys        []string
}

func (g *group) add(id entitlement.IdentityID, v aws.Verdict, keys []string) {
	switch v {
	case aws.Allowed:
		g.sure = append(g.sure, id)
	case aws.Conditional:
		g.maybe = append(g.maybe, id)
		g.keys = append(g.keys, keys...)
	case aws.ImplicitlyDenied, aws.ExplicitlyDenied:
	}
}

// able finds the users and roles of a known account that can enter a role.
func (s *Survey) able(t *trust, known *aws.Account) group {
	var g group
	inv := known.Inventory()
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if (id.Kind == entitlement.User && !id.Root || id.Kind == entitlement.Role) && s.mayAssume(known, id.ID) {
			v, keys := s.decide(id.ID, "sts:AssumeRole", string(t.role.ID))
			g.add(id.ID, v, keys)
		}
	}
	return g
}

// anybody is the entry of everybody with AWS credentials, with an entry for
// each known account that has somebody who can.
func (s *Survey) anybody(t *trust, c callers) []entitlement.ExternalAccess {
	is, keys := t.admits(&visitor{}, byAccount)
	if is == condition.No {
		return nil
	}
	x := entitlement.ExternalAccess{
		From: "*", Role: t.role.ID, Method: entitlement.AccessDirect,
		TrustsAll: !slices.ContainsFunc(keys, picks), Conditional: is == condition.Maybe, Keys: keys,
	}
	out := []entitlement.ExternalAccess{x}
	for _, known := range s.estate.Accounts() {
		account := string(known.System())
		if known == t.account || c.accounts[account] {
			continue
		}
		if of, is := s.whole(t, account); is != condition.No && len(of.Identities) > 0 {
			out = append(out, of)
		}
	}
	return out
}
