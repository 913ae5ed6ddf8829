package explain

import (
	"cmp"
	"strconv"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// RoleSystem is a compiled subscription of Azure or project of Google Cloud.
type RoleSystem interface {
	Inventory() *entitlement.Inventory
	// Grants returns all grants that reach an identity, by whatever group.
	Grants(id entitlement.IdentityID) []Via
}

// Via is a grant that reaches an identity.
type Via struct {
	Grant *entitlement.RoleGrant
	Role  *entitlement.RoleDefinition // Nil where it is not known.
	Group entitlement.IdentityID      // "" is directly.
}

// Roles puts decisions about roles into words, for Azure and Google Cloud. It
// is safe for concurrent use.
type Roles struct {
	cloud      entitlement.Cloud
	catalog    *catalog.Catalog
	systems    []RoleSystem
	scopes     map[string]string // Names of systems and what is above them, by id in lower case.
	identities map[entitlement.IdentityID]*entitlement.Identity
	denials    map[string]*entitlement.Denial
	vendors    func() map[entitlement.RoleID]*entitlement.RoleDefinition
}

// NewRoles returns the words for the decisions about systems of one cloud.
func NewRoles(cloud entitlement.Cloud, systems []RoleSystem) *Roles {
	w := &Roles{
		cloud: cloud, catalog: catalog.Of(cloud), systems: systems, scopes: map[string]string{},
		identities: map[entitlement.IdentityID]*entitlement.Identity{}, denials: map[string]*entitlement.Denial{},
	}
	w.vendors = sync.OnceValue(func() map[entitlement.RoleID]*entitlement.RoleDefinition { return byID(cloud) })
	for _, s := range systems {
		inv := s.Inventory()
		w.scopes[strings.ToLower(string(SystemScope(inv.System)))] = inv.System.Name
		for _, a := range inv.Ancestors {
			w.scopes[strings.ToLower(string(a.ID))] = a.Name
		}
		for i := range inv.Identities {
			w.identities[inv.Identities[i].ID] = &inv.Identities[i]
		}
		for i := range inv.Denials {
			w.denials[inv.Denials[i].ID] = &inv.Denials[i]
		}
	}
	return w
}

// Because returns the reasons of a decision, a sentence each.
func (w *Roles) Because(r *decision.Request, d *decision.Decision) []string {
	list := make([]string, len(d.Because))
	for i := range d.Because {
		list[i] = string(w.AppendReason(nil, r, &d.Because[i]))
	}
	return list
}

// AppendReason appends the sentence of one reason of a decision.
func (w *Roles) AppendReason(b []byte, r *decision.Request, reason *decision.Reason) []byte {
	switch reason.Kind {
	case decision.DenyAssignment, decision.DenyPolicy:
		b = append(w.denial(b, reason), maybe(reason, " denies it", " may deny it")...)
	case decision.AccessBoundary:
		b = append(append(b, "The principal access boundary "...), reason.Policy...)
		b = append(b, maybe(reason, " does not reach ", " may not reach ")...)
		b = w.scope(b, r.Resource)
	case decision.EligibleAssignment:
		b = append(w.role(b, reason, " is eligible for", "for which it is eligible"), " may allow it"...)
	case decision.ClassicAdmin:
		return end(append(w.role(b, reason, " has", ""), maybe(reason, " allows it", " may allow it")...), "")
	case decision.RoleAssignment, decision.AllowPolicy:
		if as := w.runsAs(r.Principal); as != "" && reason.Group == "" {
			b = append(w.scope(append(w.identity(append(w.roleName(append(b, "The "...), reason), " of what it runs as, "...), as), ", on "...), reason.Scope), maybe(reason, " allows it", " may allow it")...)
			break
		}
		b = append(w.role(b, reason, " has", ""), maybe(reason, " allows it", " may allow it")...)
	default:
		return end(w.nothing(b, r), "")
	}
	return end(b, reason.Note)
}

// runsAs returns the identity of a function or an instance, "" of others.
func (w *Roles) runsAs(id entitlement.IdentityID) entitlement.IdentityID {
	if known := w.identities[id]; known != nil {
		return known.RunsAs
	}
	return ""
}

func maybe(reason *decision.Reason, certain, uncertain string) string {
	if reason.Uncertain {
		return uncertain
	}
	return certain
}

// nothing says that no grant speaks.
func (w *Roles) nothing(b []byte, r *decision.Request) []byte {
	b = append(w.identity(append(b, "No role of "...), r.Principal), " allows "...)
	return w.scope(append(append(b, r.Action...), " on "...), r.Resource)
}

// role names a role with who has it and where: "The role Contributor that the
// group developers has on the subscription shop".
func (w *Roles) role(b []byte, reason *decision.Reason, has, otherwise string) []byte {
	b = w.roleName(append(b, "The "...), reason)
	switch {
	case reason.Group != "":
		b = append(w.holders(append(b, " that "...), reason.Group), has...)
	case otherwise != "":
		b = append(append(b, ", "...), otherwise...)
	}
	b = w.scope(append(b, " on "...), reason.Scope)
	if reason.Group == "" && otherwise != "" {
		b = append(b, ',')
	}
	return b
}

func (w *Roles) roleName(b []byte, reason *decision.Reason) []byte {
	if reason.Kind == decision.ClassicAdmin {
		return append(append(b, "classic administrator role "...), cmp.Or(reason.Note, reason.RoleName)...)
	}
	b = append(b, "role "...)
	switch {
	case reason.RoleName == "":
		return append(b, reason.Role...)
	case w.cloud == entitlement.GCP && string(reason.Role) != reason.RoleName:
		return append(append(append(append(b, reason.Role...), ` ("`...), reason.RoleName...), `")`...)
	}
	return append(b, reason.RoleName...)
}

// holders names a group, or one of the special members that stand for many.
func (w *Roles) holders(b []byte, group entitlement.IdentityID) []byte {
	switch {
	case group == AllUsers:
		return append(b, "anybody at all (allUsers)"...)
	case group == AllAuthenticated:
		return append(b, "everybody with a Google account (allAuthenticatedUsers)"...)
	case strings.HasPrefix(string(group), "domain:"):
		return append(append(b, "everybody of "...), group[len("domain:"):]...)
	case strings.Contains(string(group), ":"): // "projectOwner:p", "principalSet://…"
		return append(b, group...)
	}
	return w.identity(append(b, "the group "...), group)
}

// The members of Google Cloud's policies that stand for everybody.
const (
	AllUsers         = "allUsers"
	AllAuthenticated = "allAuthenticatedUsers"
)

// identity names somebody; the id of a person on Azure says nothing to people.
func (w *Roles) identity(b []byte, id entitlement.IdentityID) []byte {
	known := w.identities[id]
	if known == nil || w.cloud != entitlement.Azure {
		return append(b, id...)
	}
	name := known.Email
	if name == "" || known.Kind == entitlement.Group {
		name = known.Name
	}
	if name == "" {
		return append(b, id...)
	}
	return append(append(append(append(b, name...), " ("...), id...), ')')
}

// denial names a deny assignment or the rule of a deny policy.
func (w *Roles) denial(b []byte, reason *decision.Reason) []byte {
	if reason.Kind == decision.DenyPolicy {
		b = strconv.AppendInt(append(b, "Rule "...), int64(reason.Statement+1), 10)
		b = append(b, " of the deny policy "...)
	} else {
		b = append(b, "The deny assignment "...)
	}
	b = append(b, reason.Policy...)
	if d := w.denials[reason.Policy]; d != nil && d.Name != "" {
		b = append(append(append(b, ` ("`...), d.Name...), `")`...)
	}
	if reason.Scope == "" {
		return b
	}
	return w.scope(append(b, " on "...), reason.Scope)
}
