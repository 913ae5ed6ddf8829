package entitle

import (
	"time"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// resource is one resource with who used it.
type resource struct {
	sys    *system
	kinds  *kinds
	id     entitlement.ResourceID
	read   *entitlement.Resource // As the inventory has it; nil where it has not.
	group  *entitlement.SecurityGroup
	uses   []usage.Touch
	kind   string
	only   entitlement.ActionSet // Those that the severity asks for; nil is all.
	counts resourceCounts
}

// resourceCounts are what users and roles did to a resource.
type resourceCounts struct {
	accessed, actions int
	uses, denied      uint64
	last              time.Time
	who               []uint32 // Those that accessed it, sorted.
}

func (c *resourceCounts) none() bool { return c.accessed == 0 && c.denied == 0 }

// everyResource returns the resources that were read or used.
func everyResource(q *tables.Question) []resource {
	var list []resource
	byCatalog, seen := map[*catalog.Catalog]*kinds{}, identitiesOf(q)
	for _, s := range systems(q) {
		kinds := byCatalog[s.sets.catalog]
		if kinds == nil {
			kinds = kindsOf(s.sets.catalog)
			byCatalog[s.sets.catalog] = kinds
		}
		only := s.sets.of(q.Value("severity"))
		for _, r := range s.allResources() {
			r.kinds, r.only = kinds, only
			if r.kind == "" {
				r.kind = kinds.of(r.id)
			}
			if r.count(); keepsResource(q, &r) && seen(&r) {
				list = append(list, r)
			}
		}
	}
	return list
}

// identitiesOf returns a function that reports whether one of the identities
// that are asked for used a resource.
func identitiesOf(q *tables.Question) func(*resource) bool {
	if q.Values("identity") == nil {
		return func(*resource) bool { return true }
	}
	return func(r *resource) bool {
		for _, n := range r.counts.who {
			if q.Keeps("identity", string(r.sys.Assessment.Identities[n].ID)) {
				return true
			}
		}
		return false
	}
}

// allResources returns those of the inventory and those that events name, each
// once.
func (s *system) allResources() []resource {
	var list []resource
	at := map[entitlement.ResourceID]int{}
	add := func(r resource) {
		if i, ok := at[r.id]; ok {
			list[i].uses = r.uses
			return
		}
		at[r.id] = len(list)
		r.sys = s
		list = append(list, r)
	}
	inv := s.inventory()
	for i := range inv.Resources {
		add(resource{id: inv.Resources[i].ID, read: &inv.Resources[i], kind: inv.Resources[i].Type})
	}
	for i := range inv.SecurityGroups {
		add(resource{id: inv.SecurityGroups[i].ID, group: &inv.SecurityGroups[i]})
	}
	if t := s.Assessment.Touched; t != nil {
		for begin := 0; begin < len(t.Uses); {
			end := begin
			for end < len(t.Uses) && t.Uses[end].Resource == t.Uses[begin].Resource {
				end++
			}
			add(resource{id: t.Resources[t.Uses[begin].Resource], uses: t.Uses[begin:end]})
			begin = end
		}
	}
	return list
}

// count counts the uses by users and roles.
func (r *resource) count() {
	c, actions := &r.counts, map[uint32]bool{}
	for i := range r.uses { // By identity.
		u := &r.uses[i]
		if r.only != nil && !r.only.Has(int(u.Action)) || !acts(&r.sys.Assessment.Identities[u.Identity]) {
			continue
		}
		c.denied += uint64(u.Denied)
		if u.Count == 0 {
			continue
		}
		actions[u.Action] = true
		c.uses += uint64(u.Count)
		c.last = latest(c.last, u.Last())
		if n := len(c.who); n == 0 || c.who[n-1] != u.Identity {
			c.who = append(c.who, u.Identity)
		}
	}
	c.accessed, c.actions = len(c.who), len(actions)
}

// service is whose resource it is: what the names of its actions begin with.
func (r *resource) service() string { return r.kinds.service(r.kind, r.id) }

func (r *resource) tags() map[string]string {
	switch {
	case r.read != nil:
		return r.read.Tags
	case r.group != nil:
		return r.group.Tags
	}
	return nil
}

// name is the name that was read, else the last part of the id.
func (r *resource) name() string {
	switch {
	case r.read != nil && r.read.Name != "":
		return r.read.Name
	case r.group != nil && r.group.Name != "":
		return r.group.Name
	}
	return lastOf(r.id)
}
