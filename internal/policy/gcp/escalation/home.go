package escalation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// settle finds the service accounts of a project and what runs as them.
func (f *finder) settle(h *home) {
	inv := h.Inventory()
	byID := map[entitlement.IdentityID]*node{}
	f.nodes[h.Project] = byID
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind == entitlement.ServiceAccount && !id.Disabled && !id.ServiceManaged && h.Houses(id.ID) {
			n := f.node(h, id.ID)
			h.accounts = append(h.accounts, n)
		}
	}
	slices.SortFunc(h.accounts, byWeight)
	h.noServers = true
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind == entitlement.Function {
			h.functions = f.employ(h, h.functions, id)
		}
		if id.Kind == entitlement.Instance {
			h.noServers = false
			h.servers = f.employ(h, h.servers, id)
		}
	}
	slices.SortFunc(h.functions, byAccount)
	slices.SortFunc(h.servers, byAccount)
}

// byAccount orders what runs as service accounts as these are ordered.
func byAccount(a, b *workload) int {
	return cmp.Or(byWeight(a.account, b.account), cmp.Compare(a.id, b.id))
}

// byWeight orders accounts, the most powerful first.
func byWeight(a, b *node) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.id, b.id))
}

func (f *finder) employ(h *home, list []*workload, id *entitlement.Identity) []*workload {
	if id.RunsAs == "" {
		return list
	}
	return append(list, &workload{id.ID, f.node(h, id.RunsAs)})
}

// node returns a service account by its address.
func (f *finder) node(h *home, id entitlement.IdentityID) *node {
	id = entitlement.IdentityID(strings.ToLower(string(id)))
	n := f.nodes[h.Project][id]
	if n == nil {
		n = &node{id: id, home: h, name: h.Canonical(entitlement.ResourceID("//iam.googleapis.com/projects/" + h.system + "/serviceAccounts/" + string(id)))}
		f.nodes[h.Project][id] = n
		n.weight = f.weigh(h.Access(id))
	}
	return n
}

// weigh tells how powerful an access is: an administrator's more than all
// others.
func (f *finder) weigh(a *entitlement.Access) int {
	w := a.Granted().Intersect(f.high).Len()*2 + a.All.Intersect(f.high).Len()
	if f.administers(a) == yes {
		w += 1 << 20
	}
	return w
}

// administers tells how surely an access is one to everything: all that owners
// have, or setting the project's allow policy.
func (f *finder) administers(a *entitlement.Access) truth {
	switch {
	case a.Super:
		return yes
	case !a.All.Has(f.set):
		return no
	case a.Conditional.Has(f.set):
		return perhaps
	}
	return yes
}

// truth is how surely something holds.
type truth uint8

const (
	no truth = iota
	perhaps
	yes
)

// gain tells how surely the second access is more than the first, among some
// actions: one that the first lacks, or has on a part and the second on all.
func (f *finder) gain(before, after *entitlement.Access, among entitlement.ActionSet) truth {
	if before == after || before.Super {
		return no
	}
	g := no
	for i, high := range among {
		open, doubtful := word(after.Conditional, i), word(before.Conditional, i)
		had := word(before.All, i) | word(before.Part, i) | word(before.Named, i)
		all := word(after.All, i)
		some := all | word(after.Part, i) | word(after.Named, i)
		if more := (some&^had | all&^word(before.All, i)) & high; more != 0 {
			g = max(g, perhaps)
			if more&^open != 0 {
				return yes
			}
		}
		if all&doubtful&had&^open&high != 0 { // What was had on a condition.
			return yes
		}
	}
	return g
}

func word(s entitlement.ActionSet, i int) uint64 {
	if i < len(s) {
		return s[i]
	}
	return 0
}
