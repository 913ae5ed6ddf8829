package exposure

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// named returns the entries of named identities: those without condition, and
// those with one, of each account. Who enters with its account is left out.
func (s *Survey) named(t *trust, names, whole map[string]bool) []entitlement.ExternalAccess {
	groups := map[string]*group{}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		account := accountOf(n)
		if whole[account] {
			continue
		}
		g := groups[account]
		if g == nil {
			g = &group{}
			groups[account] = g
		}
		v, keys := s.enters(t, account, n)
		g.add(entitlement.IdentityID(n), v, keys)
	}
	var out []entitlement.ExternalAccess
	for _, account := range slices.Sorted(maps.Keys(groups)) {
		g := groups[account]
		x := entitlement.ExternalAccess{From: account, Role: t.role.ID, Method: entitlement.AccessDirect}
		if x.Identities = g.sure; len(g.sure) > 0 {
			out = append(out, x)
		}
		x.Identities, x.Conditional, x.Keys = g.maybe, true, sorted(g.keys)
		if len(g.maybe) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// enters tells whether a named identity can enter a role: by the policies of
// both sides where its own are known, else by the trust alone.
func (s *Survey) enters(t *trust, account, name string) (aws.Verdict, []string) {
	known := s.estate.Account(entitlement.SystemID(account))
	v := &visitor{account: account, arn: name, known: known}
	if known != nil {
		if id := s.reading(known).identities[entitlement.IdentityID(name)]; id != nil {
			v.unique = id.UniqueID
		}
	}
	is, keys := t.admits(v, byAccount)
	switch {
	case is == condition.No:
		return aws.ImplicitlyDenied, nil
	case known != nil:
		return s.decide(entitlement.IdentityID(name), "sts:AssumeRole", string(t.role.ID))
	case is == condition.Maybe:
		return aws.Conditional, keys
	}
	return aws.Allowed, nil
}
