package azure

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// hierarchy is the tree of management groups with the subscriptions in it.
type hierarchy struct {
	groups        map[string]*managementGroup // By name in lower case.
	subscriptions map[entitlement.SystemID]*subscription
	tenants       map[string]bool
	had           map[string]bool
}

// managementGroup is a node of the tree.
type managementGroup struct {
	scope  entitlement.Scope
	parent string // Name in lower case, "" if not known.
	root   bool   // It has no parent: the whole way up is known.
}

// subscription is a leaf of the tree.
type subscription struct {
	name   string
	parent string // Name of the management group in lower case, "" if not known.
}

func newHierarchy() hierarchy {
	return hierarchy{
		groups: map[string]*managementGroup{}, subscriptions: map[entitlement.SystemID]*subscription{},
		tenants: map[string]bool{}, had: map[string]bool{},
	}
}

// nodeDocument has the fields of management groups, entities and subscriptions.
// https://learn.microsoft.com/rest/api/managementgroups/management-groups/get
type nodeDocument struct {
	ID, Name, Type, DisplayName string
	SubscriptionID              string
	TenantID, HomeTenantID      string
	Children                    []nodeDocument
	Parent                      *parentDocument
	Details                     *struct {
		Parent *parentDocument
		Chain  []nodeDocument `json:"managementGroupAncestorsChain"`
	}
	Chain []nodeDocument `json:"managementGroupAncestorsChain"` // Of Resource Graph, the nearest first.
}

type parentDocument struct{ ID, Name, DisplayName string }

func (p *parentDocument) key() string {
	if p == nil {
		return ""
	}
	return strings.ToLower(cmp.Or(lastOf(p.ID), p.Name))
}

func (h *hierarchy) take(d *document) *refusal {
	var n nodeDocument
	if no := d.decode(&n); no != nil {
		return no
	}
	for _, tenant := range []string{n.TenantID, n.HomeTenantID} {
		if tenant != "" {
			h.tenants[strings.ToLower(tenant)] = true
		}
	}
	n.ID = cmp.Or(n.ID, d.id)
	if no := h.node(d.what, &n); no != nil {
		return no
	}
	key := string(d.what) + "|" + strings.ToLower(n.ID)
	if h.had[key] {
		return again()
	}
	h.had[key] = true
	return nil
}

func (h *hierarchy) node(what kind, n *nodeDocument) *refusal {
	if n.isSubscription(what) {
		return h.subscription(what, n)
	}
	if _, ok := cutFold(n.ID, managementGroups); !ok && n.Name == "" {
		return missing(what, "id")
	}
	name := strings.ToLower(cmp.Or(lastOf(n.ID), n.Name))
	g := h.group(name, n.ID, n.DisplayName)
	switch {
	case n.parentKey() != "":
		g.parent = n.parentKey()
		h.parents(n)
	case n.Details != nil && n.Details.Parent == nil && n.Details.Chain == nil:
		g.root = true
	}
	h.chain(name, n.ancestors(), func(parent string) { g.parent = parent })
	for i := range n.Children {
		if no := h.child(name, &n.Children[i]); no != nil {
			return no
		}
	}
	return nil
}

// isSubscription tells subscriptions among entities and children.
func (n *nodeDocument) isSubscription(what kind) bool {
	if _, ok := cutFold(n.ID, "/subscriptions/"); ok || what == kindSubscription {
		return true
	}
	return strings.HasSuffix(strings.ToLower(n.Type), "/subscriptions")
}

func (n *nodeDocument) parentKey() string {
	if n.Parent != nil {
		return n.Parent.key()
	}
	if n.Details != nil {
		return n.Details.Parent.key()
	}
	return ""
}

func (n *nodeDocument) ancestors() []nodeDocument {
	if n.Details != nil && n.Details.Chain != nil {
		return n.Details.Chain
	}
	return n.Chain
}

// parents notes the management group that a node names as its parent.
func (h *hierarchy) parents(n *nodeDocument) {
	p := n.Parent
	if p == nil {
		p = n.Details.Parent
	}
	h.group(p.key(), p.ID, p.DisplayName)
}

// chain notes the way up from a node, the nearest first.
func (h *hierarchy) chain(of string, chain []nodeDocument, set func(parent string)) {
	for i := range chain {
		name := strings.ToLower(chain[i].Name)
		if name == "" || name == of {
			continue
		}
		set(name)
		g := h.group(name, "", chain[i].DisplayName)
		g.root = g.root || i == len(chain)-1
		set = func(parent string) { g.parent = parent }
	}
}

func (h *hierarchy) child(parent string, n *nodeDocument) *refusal {
	n.Parent = &parentDocument{Name: parent, ID: managementGroups + parent}
	return h.node(kindManagement, n)
}

// group returns the management group, which is made if need be.
func (h *hierarchy) group(name, id, display string) *managementGroup {
	g := h.groups[name]
	if g == nil {
		g = &managementGroup{scope: entitlement.Scope{Type: "management_group"}}
		h.groups[name] = g
	}
	if _, ok := cutFold(id, managementGroups); ok && (g.scope.ID == "" || lastOf(id) != name) {
		g.scope.ID = entitlement.ResourceID(id)
	}
	if g.scope.ID == "" {
		g.scope.ID = entitlement.ResourceID(managementGroups + name)
	}
	g.scope.Name = cmp.Or(display, g.scope.Name)
	return g
}

// subscription takes one; its id stands in one of several places.
func (h *hierarchy) subscription(what kind, n *nodeDocument) *refusal {
	id := n.SubscriptionID
	if at, name := locate(n.ID); id == "" && at == inSubscription {
		id = name
	}
	if id == "" && !strings.HasPrefix(n.ID, "/") {
		id = n.ID // As az account list has it.
	}
	if id == "" {
		id = lastOf(n.ID)
	}
	if id = strings.ToLower(id); id == "" {
		return missing(what, "subscriptionId")
	}
	s := h.of(entitlement.SystemID(id))
	if name := cmp.Or(n.DisplayName, n.Name); !strings.EqualFold(name, id) {
		s.name = cmp.Or(s.name, name)
	}
	if parent := n.parentKey(); parent != "" {
		if s.parent != "" && s.parent != parent {
			return refused(records.Duplicate, "the subscription %s is below the management group %s and below %s; the first is kept: give one export only", id, s.parent, parent)
		}
		s.parent = parent
		h.parents(n)
	}
	h.chain(id, n.ancestors(), func(parent string) { s.parent = parent })
	return nil
}

// of returns the subscription, which is made if need be.
func (h *hierarchy) of(id entitlement.SystemID) *subscription {
	s := h.subscriptions[id]
	if s == nil {
		s = &subscription{}
		h.subscriptions[id] = s
	}
	return s
}

// above returns the management groups above a subscription, the nearest first,
// and whether these are all.
func (h *hierarchy) above(id entitlement.SystemID) (chain []string, whole bool) {
	name := h.of(id).parent
	for range len(h.groups) + 1 { // A circle ends, too.
		g := h.groups[name]
		if name == "" || g == nil {
			return chain, false
		}
		chain = append(chain, name)
		if g.root || h.tenants[name] {
			return chain, true
		}
		name = g.parent
	}
	return chain, false
}
