package aws_test

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// world is one request of which everything is known, with the inventories that
// it is decided by. It shares no code with the evaluator: it reads the JSON
// with encoding/json, compares by regular expressions and applies the rules of
// docs/aws-evaluation.md one by one.
type world struct {
	accounts         []*entitlement.Inventory
	who              person
	action, resource string
	sessionPolicies  []string
	filled           map[string]string   // What stands in holes, by what is missing: statements.
	context          map[string][]string // All keys, in lower case; not there is absent.
	texts            *library
	hear             func(statement string) // Called with each statement about the action, if set.
	lacking          []string               // Holes that the decision came upon.
}

// person is who makes the request of a world.
type person struct {
	kind      string // "user", "session", "root", "service", "provider", "anybody".
	account   entitlement.SystemID
	arn       string // Of a user or the role of a session; the name of others.
	session   string // ARN of the session.
	identity  *entitlement.Identity
	inventory *entitlement.Inventory // nil for accounts that are not given.
}

// said is what the statements of a layer come to.
type said struct{ allow, deny bool }

// decide answers "allowed", "implicitly_denied" or "explicitly_denied".
func (w *world) decide() string {
	own, boundary, session := w.identitySays(), w.boundarySays(), w.sessionSays()
	controls, guests, shares := w.controlsSay(), w.resourceSays(), w.sharesSay()
	if own.deny || boundary.deny || session.deny || controls.deny || guests.deny || shares.deny {
		return denied
	}
	caller := own.allow && boundary.allow && session.allow
	limits := boundary.allow && session.allow
	if w.who.kind == "root" {
		caller = true
	}
	granted := false
	switch {
	case w.who.kind == "root" && w.assuming():
	case w.who.account == "":
		granted = guests.itself
	case w.who.account != w.owner():
		granted = caller && guests.any()
	case guests.itself, guests.asRole && limits:
		granted = true
	case w.assuming(), strings.HasPrefix(w.resource, "arn:aws:kms:"):
		granted = caller && guests.any()
	default:
		granted = caller
	}
	if granted && controls.allow {
		return allowed
	}
	return silent
}

func (w *world) assuming() bool {
	return strings.HasPrefix(w.action, "sts:") && strings.Contains(w.resource, ":role/")
}

// owner is the account of the resource.
func (w *world) owner() entitlement.SystemID {
	if w.resource == "*" {
		return w.who.account
	}
	if id := strings.Split(w.resource, ":")[4]; id != "" {
		return entitlement.SystemID(id)
	}
	if inv, _ := w.holder(); inv != nil {
		return inv.System.ID
	}
	return w.who.account
}

// holder finds the inventory that has the resource, or what it is a part of.
func (w *world) holder() (*entitlement.Inventory, *entitlement.Resource) {
	for _, inv := range w.accounts {
		for i := range inv.Resources {
			if id := string(inv.Resources[i].ID); w.resource == id || strings.HasPrefix(w.resource, id+"/") {
				return inv, &inv.Resources[i]
			}
		}
	}
	return nil, nil
}

func (w *world) inventory(id entitlement.SystemID) *entitlement.Inventory {
	for _, inv := range w.accounts {
		if inv.System.ID == id {
			return inv
		}
	}
	return nil
}

// document finds a policy by its id, or what was put in its place.
func (w *world) document(inv *entitlement.Inventory, id entitlement.PolicyID) string {
	if p, ok := inv.Policies[id]; ok {
		return string(p.Document)
	}
	return w.hole(string(inv.System.ID) + string(id))
}

// hole is what stands where a document is missing.
func (w *world) hole(name string) string {
	if w.hear != nil && !slices.Contains(w.lacking, name) {
		w.lacking = append(w.lacking, name)
	}
	return string(document(w.filled[name]))
}

// read goes through documents.
func (w *world) read(docs ...string) (s said) {
	for _, doc := range docs {
		for _, st := range w.texts.statements(doc) {
			if st.applies(w) {
				s.allow, s.deny = s.allow || st.Effect == "Allow", s.deny || st.Effect == "Deny"
			}
		}
	}
	return s
}

func (w *world) identitySays() said {
	switch w.who.kind {
	case "service", "provider", "anybody", "root":
		return said{}
	}
	if w.who.identity == nil {
		return w.read(w.hole("caller"))
	}
	ids := slices.Clone(w.who.identity.Policies)
	for _, g := range w.who.identity.Groups {
		for i := range w.who.inventory.Identities {
			if one := &w.who.inventory.Identities[i]; one.ID == g {
				ids = append(ids, one.Policies...)
			}
		}
	}
	var docs []string
	for _, id := range ids {
		docs = append(docs, w.document(w.who.inventory, id))
	}
	return w.read(docs...)
}

func (w *world) bounded() bool { return w.who.identity != nil && w.who.identity.Boundary != "" }

func (w *world) boundarySays() said {
	if !w.bounded() {
		return said{allow: true}
	}
	return w.read(w.document(w.who.inventory, w.who.identity.Boundary))
}

func (w *world) sessionSays() said {
	if len(w.sessionPolicies) == 0 {
		return said{allow: true}
	}
	return w.read(w.sessionPolicies...)
}

// serviceLinked reports whether the organisation's policies leave the caller
// alone.
func (w *world) serviceLinked() bool {
	return w.who.identity != nil && w.who.identity.ServiceManaged || strings.Contains(w.who.arn, ":role/aws-service-role/")
}

// controlsSay asks each level of service control policies.
func (w *world) controlsSay() said {
	s := said{allow: true}
	if w.who.account == "" || w.serviceLinked() {
		return s
	}
	if w.who.inventory == nil {
		return w.read(w.hole("controls"))
	}
	for _, level := range w.who.inventory.Controls {
		var docs []string
		for _, id := range level {
			docs = append(docs, w.document(w.who.inventory, id))
		}
		one := w.read(docs...)
		s.allow, s.deny = s.allow && one.allow, s.deny || one.deny
	}
	return s
}
