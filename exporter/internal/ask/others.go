package ask

import (
	"encoding/json"
	"slices"
	"strconv"
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
)

// named is one entry of a Principal element.
type named struct{ sort, name string }

// others decides of those whom the policy of the resource names without that
// they are identities of the accounts.
func (s *search) others() {
	doc := s.asker.policyOf(s.found.Resource)
	if doc == nil {
		return
	}
	var done []named
	for i := range doc.Statements {
		st := &doc.Statements[i]
		if st.Effect != policy.Allow {
			continue
		}
		for _, n := range principalsOf(st) {
			if !slices.Contains(done, n) && (n.sort != canonicalPrincipal || concerns(st, s.question.Action)) {
				done = append(done, n)
				s.other(n)
			}
		}
	}
}

// other decides of one of them.
func (s *search) other(n named) {
	principal, kind, account := s.classify(n)
	if kind == "" {
		return
	}
	r := s.request(principal)
	if err := s.asker.estate.Decide(r, &s.decision); err != nil {
		s.decision.Verdict = policy.Conditional
		s.decision.Because, s.decision.Keys = nil, nil
	}
	if !granted(s.decision.Verdict) {
		return
	}
	if note := unknown(kind); note != "" {
		s.decision.Because = slices.DeleteFunc(s.decision.Because, func(r policy.Reason) bool {
			return r.Layer == policy.IdentityLayer && r.Effect == "" // The same in other words.
		})
		s.decision.Because = append(s.decision.Because, policy.Reason{Layer: policy.BuiltInLayer, Note: note})
	}
	s.found.Others = append(s.found.Others, s.holder(r, kind, account))
}

// unknown says what is not known of those who are not among the documents.
func unknown(kind string) string {
	switch kind {
	case "anybody", "service", "identity_provider":
		return ""
	case "account":
		return "named by the resource policy; whom its account lets use that is not known"
	}
	return "named by the resource policy; its own policies are not known"
}

// classify tells who a principal is; kind is "" where it is an identity of the
// accounts, which was decided of already, or one that is no longer there.
func (s *search) classify(n named) (principal, kind string, account entitlement.SystemID) {
	switch {
	case n.name == "*":
		return "*", "anybody", ""
	case n.sort == servicePrincipal:
		return n.name, "service", ""
	case n.sort == federatedPrincipal:
		return n.name, "identity_provider", ""
	case n.sort == canonicalPrincipal:
		return n.name, "other", ""
	case isNumber(n.name):
		n.name = "arn:aws:iam::" + n.name + ":root"
	case !strings.HasPrefix(n.name, "arn:"):
		return "", "", "" // The unique id of an identity that was deleted.
	}
	parts := strings.SplitN(n.name, ":", 6)
	if len(parts) < 6 {
		return "", "", ""
	}
	account = entitlement.SystemID(parts[4])
	if a := s.asker.estate.Account(account); a != nil && len(a.Inventory().Identities) > 0 {
		return "", "", ""
	}
	return n.name, outsider(parts[5]), account
}

// outsider names the kind of an identity by the last part of its ARN.
func outsider(resource string) string {
	switch kind, _, _ := strings.Cut(resource, "/"); kind {
	case "root":
		return "account"
	case "user", "role":
		return kind
	case "assumed-role":
		return "session"
	}
	return "other"
}

func isNumber(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// principalsOf lists whom an Allow statement names; of a NotPrincipal it is
// anybody.
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
		return nil // A trust or resource policy without one is not understood at all.
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

// concerns reports whether a statement is about an action.
func concerns(st *policy.Statement, action string) bool {
	matches := func(pattern string) bool {
		return glob.Match(glob.Encode(strings.ToLower(pattern), false), strings.ToLower(action))
	}
	return slices.ContainsFunc(st.Actions, matches) ||
		len(st.NotActions) > 0 && !slices.ContainsFunc(st.NotActions, matches)
}

// policyOf returns the policy that decides who may use a resource: a role's
// trust policy, or that of the resource or of the one that it is a part of, as
// an object is of its bucket; nil if none is known.
func (a *Asker) policyOf(resource string) *policy.Document {
	for _, account := range a.estate.Accounts() {
		if doc := account.Trust(entitlement.IdentityID(resource)); doc != nil {
			return doc
		}
	}
	for id := resource; strings.Count(id, ":") >= 5; {
		if r := a.resource(entitlement.ResourceID(id)); r != nil {
			if r.Policy == nil {
				return nil
			}
			doc, _ := policy.Parse(r.Policy)
			return doc
		}
		i := strings.LastIndexAny(id, "/:")
		id = id[:i]
	}
	return nil
}

func (a *Asker) resource(id entitlement.ResourceID) *entitlement.Resource {
	for _, account := range a.estate.Accounts() {
		list := account.Inventory().Resources
		if i := slices.IndexFunc(list, func(r entitlement.Resource) bool { return r.ID == id }); i >= 0 {
			return &list[i]
		}
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
