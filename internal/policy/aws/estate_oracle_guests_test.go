package aws_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// welcome tells in which ways the policy of a resource lets the caller in.
type welcome struct {
	deny                      bool
	byAccount, asRole, itself bool
}

func (g welcome) any() bool { return g.byAccount || g.asRole || g.itself }

// resourceSays reads the trust policy of a role or the policy of a resource.
func (w *world) resourceSays() welcome {
	g := w.welcome(w.resourceDocument())
	if w.who.kind == "root" && w.who.account == w.owner() && strings.HasSuffix(w.action, "BucketPolicy") {
		g.deny = false // It always keeps the bucket's policy.
	}
	return g
}

func (w *world) resourceDocument() string {
	if w.assuming() {
		if inv := w.inventory(w.owner()); inv != nil {
			for i := range inv.Identities {
				if string(inv.Identities[i].ID) == w.resource {
					return string(inv.Identities[i].Trust)
				}
			}
		}
		return ""
	}
	_, r := w.holder()
	switch {
	case r != nil && r.PolicyUnknown:
		return w.hole(string(r.ID))
	case r != nil && r.Policy != nil:
		return string(r.Policy)
	case strings.HasPrefix(w.resource, "arn:aws:kms:") && w.owner() == w.who.account:
		return string(document(share("Allow", `{"AWS":"arn:aws:iam::`+string(w.who.account)+`:root"}`, "kms:*", "*")))
	}
	return ""
}

// welcome reads a policy that has principals.
func (w *world) welcome(docs ...string) (g welcome) {
	for _, doc := range docs {
		for _, st := range w.texts.statements(doc) {
			byAccount, asRole, itself := st.speaksOf(w)
			if !st.applies(w) || !byAccount && !asRole && !itself {
				continue
			}
			if st.Effect == "Deny" {
				g.deny = true
				continue
			}
			g.byAccount, g.asRole, g.itself = g.byAccount || byAccount, g.asRole || asRole, g.itself || itself
		}
	}
	return g
}

// sharesSay reads the resource control policies, of which only what they deny
// counts.
func (w *world) sharesSay() (s said) {
	inv := w.inventory(w.owner())
	if inv == nil || w.serviceLinked() {
		return s
	}
	for _, level := range inv.ResourceControls {
		for _, id := range level {
			s.deny = s.deny || w.welcome(w.document(inv, id)).deny
		}
	}
	return s
}

// speaksOf tells in which ways the statement speaks of the caller.
func (st *jsonStatement) speaksOf(w *world) (byAccount, asRole, itself bool) {
	byARN := false
	for _, keys := range st.Condition {
		for k := range keys {
			byARN = byARN || strings.EqualFold(k, "aws:PrincipalArn")
		}
	}
	if st.NotPrincipal == nil {
		return w.listed(st.Principal, byARN)
	}
	byAccount, asRole, itself = w.listed(st.NotPrincipal, byARN)
	spared := asRole || itself
	if st.Effect == "Allow" || w.who.kind == "root" {
		spared = spared || byAccount
	}
	if spared && (st.Effect == "Allow" || !w.bounded()) {
		return false, false, false
	}
	session := w.who.kind == "session" && byARN
	return false, session, !session
}

// listed looks for the caller in a Principal element.
func (w *world) listed(raw json.RawMessage, byARN bool) (byAccount, asRole, itself bool) {
	var names map[string]texts
	if string(raw) == `"*"` {
		names = map[string]texts{"AWS": {"*"}}
	} else if err := json.Unmarshal(raw, &names); err != nil {
		panic(err)
	}
	if slices.Contains(names["AWS"], "*") {
		asRole = w.who.kind == "session" && byARN
		itself = !asRole
	}
	root := "arn:aws:iam::" + string(w.who.account) + ":root"
	if w.who.account != "" && (slices.Contains(names["AWS"], root) || slices.Contains(names["AWS"], string(w.who.account))) {
		byAccount, itself = true, itself || w.who.kind == "root"
	}
	for kind, list := range names {
		for _, name := range list {
			r, i := w.who.called(kind, name)
			asRole, itself = asRole || r, itself || i
		}
	}
	return byAccount, asRole, itself
}

// called tells whether a name is that of the caller's role, or its own.
func (p *person) called(kind, name string) (asRole, itself bool) {
	unique := p.identity != nil && p.identity.UniqueID != "" && p.identity.UniqueID == name
	switch p.kind {
	case "user":
		return false, kind == "AWS" && (name == p.arn || unique)
	case "session":
		return kind == "AWS" && (p.arn != "" && name == p.arn || unique || p.arn == "" && p.mayBeOf(name)), kind == "AWS" && name == p.session
	case "service":
		return false, kind == "Service" && name == p.arn
	case "provider":
		return false, kind == "Federated" && name == p.arn
	}
	return false, false
}

// mayBeOf reports whether a role of an account that is not given, whose path
// the session's ARN leaves out, is the session's.
func (p *person) mayBeOf(role string) bool {
	parts := strings.Split(p.session, "/")
	return strings.HasPrefix(role, "arn:aws:iam::"+string(p.account)+":role/") && strings.HasSuffix(role, "/"+parts[1])
}

// personOf reads the principal of a request.
func personOf(accounts []*entitlement.Inventory, principal string) person {
	switch {
	case principal == "*":
		return person{kind: "anybody"}
	case strings.HasSuffix(principal, ".amazonaws.com"):
		return person{kind: "service", arn: principal}
	case !strings.HasPrefix(principal, "arn:"), strings.Contains(principal, "-provider/"):
		return person{kind: "provider", arn: principal}
	}
	parts := strings.Split(principal, ":")
	p := person{account: entitlement.SystemID(parts[4]), arn: principal, kind: "root"}
	for _, inv := range accounts {
		if inv.System.ID == p.account && len(inv.Identities) > 0 {
			p.inventory = inv
		}
	}
	path := strings.Split(parts[5], "/")
	switch path[0] {
	case "user":
		p.kind = "user"
	case "role":
		p.kind = "session"
	case "assumed-role":
		p.kind, p.session, p.arn = "session", principal, ""
	}
	p.find(path[1:])
	return p
}

func (p *person) find(path []string) {
	if p.inventory == nil || len(path) == 0 {
		return
	}
	for i := range p.inventory.Identities {
		one := &p.inventory.Identities[i]
		if p.arn == string(one.ID) || p.session != "" && one.Kind == entitlement.Role && strings.HasSuffix(string(one.ID), "/"+path[0]) {
			p.identity, p.arn = one, string(one.ID)
			return
		}
	}
}
