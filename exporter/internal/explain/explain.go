// Package explain puts decisions into sentences for people.
package explain

import (
	"strconv"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Words puts the decisions of an estate into words. It is safe for concurrent
// use.
type Words struct {
	estate    *policy.Estate
	resources map[entitlement.ResourceID]owned
	documents sync.Map // *policy.Document by documentKey, parsed when first asked for.
}

// New returns the words for the decisions of an estate.
func New(estate *policy.Estate) *Words {
	return &Words{estate: estate, resources: resourcesOf(estate)}
}

// Kind names the kind of policy that a reason comes from, for programs.
func Kind(l policy.Layer) string {
	return [...]string{
		policy.IdentityLayer: "identity_policy", policy.BoundaryLayer: "permissions_boundary",
		policy.SessionLayer: "session_policy", policy.ServiceControlLayer: "service_control_policy",
		policy.ResourceControlLayer: "resource_control_policy", policy.ResourceLayer: "resource_policy",
		policy.TrustLayer: "trust_policy", policy.BuiltInLayer: "aws",
	}[l]
}

// Because returns the reasons of a decision, a sentence each.
func (w *Words) Because(r *policy.Request, d *policy.Decision) []string {
	list := make([]string, len(d.Because))
	for i := range d.Because {
		list[i] = string(w.AppendReason(nil, r, d, &d.Because[i]))
	}
	return list
}

// AppendReason appends the sentence of one reason of a decision.
func (w *Words) AppendReason(b []byte, r *policy.Request, d *policy.Decision, reason *policy.Reason) []byte {
	if reason.Effect == "" {
		return w.missing(b, r, reason)
	}
	b = append(b, "Statement "...)
	b = strconv.AppendInt(b, int64(reason.Statement+1), 10)
	if reason.Sid != "" {
		b = append(append(append(b, ` ("`...), reason.Sid...), `")`...)
	}
	b = w.source(append(b, " of "...), r, reason)
	b = append(b, verb(reason)...)
	if reason.Uncertain {
		b = w.asks(b, d, reason)
	}
	return end(b, reason.Note)
}

func verb(reason *policy.Reason) string {
	switch {
	case reason.Effect == policy.Deny && reason.Uncertain:
		return " may deny it"
	case reason.Effect == policy.Deny:
		return " denies it"
	case reason.Uncertain:
		return " may allow it"
	}
	return " allows it"
}

// end ends a sentence, with a note if there is one.
func end(b []byte, note string) []byte {
	if note == "" {
		return append(b, '.')
	}
	b = append(append(b, ": "...), note...)
	if strings.HasSuffix(note, ".") {
		return b
	}
	return append(b, '.')
}

// source names the policy that a reason comes from.
func (w *Words) source(b []byte, r *policy.Request, reason *policy.Reason) []byte {
	switch reason.Layer {
	case policy.IdentityLayer:
		return identityPolicy(b, reason)
	case policy.BoundaryLayer:
		return append(append(b, "the permissions boundary "...), reason.Policy...)
	case policy.SessionLayer:
		return strconv.AppendInt(append(b, "session policy "...), int64(reason.Level+1), 10)
	case policy.ServiceControlLayer:
		b = append(append(b, "the service control policy "...), reason.Policy...)
		return w.level(w.name(b, reason.Policy), r, reason)
	case policy.ResourceControlLayer:
		b = append(append(b, "the resource control policy "...), reason.Policy...)
		return w.level(w.name(b, reason.Policy), r, reason)
	case policy.ResourceLayer:
		return append(append(b, "the resource policy of "...), reason.Policy...)
	case policy.TrustLayer:
		return append(append(b, "the trust policy of "...), reason.Policy...)
	case policy.BuiltInLayer:
	}
	return append(b, "AWS's own rules"...)
}

func spaced(id entitlement.PolicyID) string {
	if id == "" {
		return ""
	}
	return " " + string(id)
}

// identityPolicy names an inline policy by its identity, a managed one by its
// ARN, and the group that it comes by.
func identityPolicy(b []byte, reason *policy.Reason) []byte {
	owner, name, inline := strings.Cut(string(reason.Policy), "/inline/")
	switch {
	case inline && reason.Group != "":
		return append(append(append(append(b, "the inline policy "...), name...), " of the group "...), owner...)
	case inline:
		return append(append(append(append(b, "the inline policy "...), name...), " of "...), owner...)
	case reason.Group != "":
		return append(append(append(append(b, "the policy "...), reason.Policy...), " of the group "...), reason.Group...)
	}
	return append(append(b, "the policy "...), reason.Policy...)
}

// name appends the name of a control policy, whose id says nothing.
func (w *Words) name(b []byte, id entitlement.PolicyID) []byte {
	for _, a := range w.estate.Accounts() {
		if p, ok := a.Inventory().Policies[id]; ok && p.Name != "" {
			return append(append(append(b, ` ("`...), p.Name...), `")`...)
		}
	}
	return b
}

// level says where in the organisation a control policy is attached.
func (w *Words) level(b []byte, r *policy.Request, reason *policy.Reason) []byte {
	b = strconv.AppendInt(append(b, " at level "...), int64(reason.Level+1), 10)
	b = append(b, " of the organisation"...)
	if where := w.place(r, reason); where != "" {
		b = append(append(append(b, " ("...), where...), ')')
	}
	return b
}

// place returns the id of the root, unit or account that has a level.
func (w *Words) place(r *policy.Request, reason *policy.Reason) string {
	account := w.estate.Account(w.governed(r, reason))
	if account == nil && len(w.estate.Accounts()) == 1 {
		account = w.estate.Accounts()[0]
	}
	if account == nil || account.Inventory().Organization == nil {
		return ""
	}
	_, below, _ := strings.Cut(strings.TrimSuffix(account.Inventory().Organization.Path, "/"), "/")
	for range reason.Level {
		_, below, _ = strings.Cut(below, "/")
	}
	unit, _, _ := strings.Cut(below, "/")
	if unit == "" {
		return string(account.System())
	}
	return unit
}

// governed returns the account that a control policy stands above: that of the
// caller, or that of the resource.
func (w *Words) governed(r *policy.Request, reason *policy.Reason) entitlement.SystemID {
	if reason.Layer == policy.ServiceControlLayer {
		return entitlement.SystemID(accountOf(r.Principal))
	}
	if known, ok := w.resource(r.Resource); ok {
		return known.owner
	}
	return entitlement.SystemID(accountOf(r.Resource))
}
