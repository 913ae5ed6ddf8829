package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// AnyAccount stands for every account in the answers of [Survey.Reaches].
const AnyAccount entitlement.SystemID = "*"

// Reaches returns the other accounts that users and roles of account a can
// enter by assuming one of their roles, be it under conditions; each list is
// sorted. Into an account of the estate one gets where both sides allow it; of
// another it is assumed that it trusts, so that the identity's own side
// decides. AnyAccount says that its policies name no account: it gets wherever
// it is trusted. Roles of AWS services are left out.
func (s *Survey) Reaches(a *aws.Account) map[entitlement.IdentityID][]entitlement.SystemID {
	out := map[entitlement.IdentityID][]entitlement.SystemID{}
	inv := a.Inventory()
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind != entitlement.User && id.Kind != entitlement.Role || id.Root || id.ServiceManaged || !s.mayAssume(a, id.ID) {
			continue
		}
		if list := s.reachedBy(a, id); len(list) > 0 {
			out[id.ID] = list
		}
	}
	return out
}

func (s *Survey) reachedBy(a *aws.Account, id *entitlement.Identity) []entitlement.SystemID {
	done := map[entitlement.SystemID]bool{a.System(): true}
	var out []entitlement.SystemID
	for _, t := range s.enterable(id, true, a) {
		system := t.account.System()
		if done[system] {
			continue
		}
		if v, _ := s.decide(id.ID, "sts:AssumeRole", string(t.role.ID)); v == aws.Allowed || v == aws.Conditional {
			done[system] = true
			out = append(out, system)
		}
	}
	for _, g := range s.targets(a, id) {
		if !done[g.system] && s.estate.Account(g.system) == nil && s.leaves(id.ID, g.sample) {
			done[g.system] = true
			out = append(out, g.system)
		}
	}
	return sorted(out)
}

// leaves reports whether the side of an identity lets it assume a role of an
// account that is not among the documents.
func (s *Survey) leaves(id entitlement.IdentityID, role string) bool {
	switch v, _ := s.decide(id, "sts:AssumeRole", role); v {
	case aws.Allowed, aws.Conditional:
		return true
	case aws.ImplicitlyDenied: // For want of the role's trust policy alone?
		return !slices.ContainsFunc(s.decision.Because, func(r aws.Reason) bool { return r.Layer != aws.TrustLayer })
	case aws.ExplicitlyDenied:
	}
	return false
}

// target is an account that a policy names in roles to assume, with such a
// role.
type target struct {
	system entitlement.SystemID
	sample string
}

// targets returns the targets of an identity's policies, its boundary's too.
func (s *Survey) targets(a *aws.Account, id *entitlement.Identity) []target {
	r := s.reading(a)
	var out []target
	for _, p := range r.policiesOf(id) {
		out = append(out, r.document(p).targets...)
	}
	return out
}

// targetsOf reads the roles that a statement lets one assume.
func targetsOf(s *aws.Statement) []target {
	if s.Effect != aws.Allow || !selects(s, byAccount.action()) {
		return nil
	}
	patterns := s.Resources
	if s.NotResources != nil {
		patterns = []string{"*"}
	}
	var out []target
	for _, p := range patterns {
		out = append(out, targetsOfPattern(p, resourceAccounts(s.Conditions))...)
	}
	return out
}

// resourceAccounts returns the accounts that conditions limit the resource to.
func resourceAccounts(when []aws.Condition) []string {
	for i := range when {
		op := operatorOf(when[i].Operator)
		if strings.EqualFold(when[i].Key, "aws:ResourceAccount") && op.compares() && !op.negated && !slices.ContainsFunc(when[i].Values, wild) {
			return when[i].Values
		}
	}
	return nil
}

// nobody is an account number that AWS gives to nobody.
const nobody = "000000000000"

// targetsOfPattern reads one pattern; of a wildcard for the account, limited to
// some, these.
func targetsOfPattern(pattern string, limited []string) []target {
	parts := []string{"arn", "aws", "iam", "", "*", "*"}
	if split := strings.SplitN(pattern, ":", resourcePart+1); len(split) == len(parts) {
		parts = split
	} else if strings.Trim(pattern, "*") != "" && !wild(pattern) {
		return nil
	}
	if !glob.Match(glob.Encode(parts[servicePart], false), "iam") || !glob.Overlaps(glob.Encode(parts[resourcePart], true), glob.Encode("role/*", false)) {
		return nil
	}
	role := fill(parts[resourcePart], nil)
	if !strings.HasPrefix(role, "role/") {
		role = "role/" + role
	}
	partition := parts[1]
	if wild(partition) {
		partition = "aws"
	}
	arn := func(account string) string { return "arn:" + partition + ":iam::" + account + ":" + role }
	account := parts[accountPart]
	switch {
	case isAccountNumber(account):
		return []target{{entitlement.SystemID(account), arn(account)}}
	case !wild(account):
		return nil
	case limited == nil:
		return []target{{AnyAccount, arn(anyNumber(account))}}
	}
	var out []target
	for _, one := range limited {
		out = append(out, target{entitlement.SystemID(one), arn(one)})
	}
	return out
}

// anyNumber returns a number that a pattern of one matches, as far as can be.
func anyNumber(pattern string) string {
	pattern = strings.ReplaceAll(pattern, "?", "0")
	head, tail, ok := strings.Cut(pattern, "*")
	if tail = strings.ReplaceAll(tail, "*", ""); ok && len(head)+len(tail) <= len(nobody) {
		return head + nobody[len(head)+len(tail):] + tail
	}
	return nobody
}
