package ask

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// The kinds of principals that a policy of a resource names, as its JSON does.
const (
	awsPrincipal       = "AWS"
	servicePrincipal   = "Service"
	federatedPrincipal = "Federated"
	canonicalPrincipal = "CanonicalUser"
	signedPrincipal    = ""       // Anybody who has an account: part of what "*" means.
	soughtPrincipal    = "sought" // Whom a condition asks for.
)

// named is one entry of a Principal element, or of a condition on who calls.
type named struct{ sort, name string }

// namedBy lists whom an Allow statement speaks of: its principals, of which a
// NotPrincipal is anybody, and the callers and accounts that its conditions
// ask for.
func namedBy(st *policy.Statement) []named {
	list := principalsOf(st)
	if slices.Contains(list, named{awsPrincipal, "*"}) {
		list = append(list, named{signedPrincipal, "*"})
	}
	for _, c := range st.Conditions {
		key := strings.ToLower(c.Key)
		for _, v := range c.Values {
			if key == "aws:principalarn" && strings.HasPrefix(v, "arn:") || key == "aws:principalaccount" && isNumber(v) {
				list = append(list, named{soughtPrincipal, v})
			}
		}
	}
	return list
}

func principalsOf(st *policy.Statement) []named {
	if st.NotPrincipal != nil {
		return []named{{awsPrincipal, "*"}}
	}
	var one string
	if json.Unmarshal(st.Principal, &one) == nil {
		return []named{{awsPrincipal, one}}
	}
	var sorts map[string]json.RawMessage
	if json.Unmarshal(st.Principal, &sorts) != nil {
		return nil // No statement of such a policy is understood without one.
	}
	var list []named
	for _, sort := range []string{awsPrincipal, servicePrincipal, federatedPrincipal, canonicalPrincipal} {
		for _, name := range names(sorts[sort]) {
			list = append(list, named{sort, name})
		}
	}
	return list
}

func names(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// classify tells who is named. Nobody stands for an identity of the accounts,
// which was decided of already, or for one that is no longer there.
func (s *awsSearch) classify(n named) outsider {
	switch {
	case n.name == "*" && n.sort == signedPrincipal:
		return outsider{name: "*", kind: kindAnyAccount, standIns: membersOf("000000000000")}
	case n.name == "*":
		return outsider{name: "*", kind: kindAnybody, standIns: []string{"*"}}
	case n.sort == servicePrincipal:
		return outsider{name: n.name, kind: kindService, standIns: []string{n.name}}
	case n.sort == federatedPrincipal:
		return outsider{name: n.name, kind: kindProvider, standIns: []string{n.name}}
	case n.sort == canonicalPrincipal:
		return outsider{name: n.name, kind: kindOther, standIns: []string{n.name}}
	case isNumber(n.name):
		n.name = "arn:aws:iam::" + n.name + ":root"
	}
	parts := strings.SplitN(n.name, ":", 6)
	if len(parts) < 6 || s.covers(parts[4]) {
		return outsider{}
	}
	o := outsider{name: n.name, account: entitlement.SystemID(parts[4])}
	switch kind, _, _ := strings.Cut(parts[5], "/"); kind {
	case "root":
		o.kind, o.standIns = kindAccount, membersOf(parts[4])
	case "user", "role":
		o.kind, o.standIns = kind, []string{concrete(n.name)}
	case "assumed-role":
		o.kind, o.standIns = "session", []string{concrete(n.name)}
	}
	return o
}

// covers reports whether the identities of an account are among the documents.
func (s *awsSearch) covers(account string) bool {
	a := s.side.estate.Account(entitlement.SystemID(account))
	return a != nil && len(a.Inventory().Identities) > 0
}

// membersOf returns who stands for a whole account: a role and a user that it
// may have, and its root user.
func membersOf(account string) []string {
	head := "arn:aws:iam::" + account + ":"
	return []string{head + "role/any", head + "user/any", head + "root"}
}

// concrete returns an ARN that fits a pattern.
func concrete(pattern string) string {
	return strings.NewReplacer("*", "any", "?", "x").Replace(pattern)
}

// concerns reports whether a statement is about an action.
func concerns(st *policy.Statement, action string) bool {
	matches := func(pattern string) bool {
		return glob.Match(glob.Encode(strings.ToLower(pattern), false), strings.ToLower(action))
	}
	return slices.ContainsFunc(st.Actions, matches) ||
		len(st.NotActions) > 0 && !slices.ContainsFunc(st.NotActions, matches)
}

func isNumber(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }
