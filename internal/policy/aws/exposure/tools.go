package exposure

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Tools finds in an identity's access which secrets it reads and which security
// services it can administer. It is safe for concurrent use; a look costs some
// tens of nanoseconds and allocates only for what it finds.
type Tools struct {
	stores, security []tool
}

// tool is a service with the actions that count.
type tool struct {
	name  string
	words []word
}

// word is a part of a set of actions.
type word struct {
	at   int
	bits uint64
}

// Found is what an access reaches, in the order of the tables. The lists are
// disjoint.
type Found struct {
	Sure        []string // By at least one action without condition.
	Conditional []string // Only under conditions.
}

// Names returns all names, in both ways reached, the sure ones first.
func (f *Found) Names() []string {
	if len(f.Conditional) == 0 {
		return f.Sure
	}
	return append(append([]string(nil), f.Sure...), f.Conditional...)
}

// NewTools prepares the tables for a catalogue. Actions that it does not have
// are passed over.
func NewTools(cat *catalog.Catalog) *Tools {
	return &Tools{stores: tools(cat, SecretStoreTable()), security: tools(cat, SecurityToolTable())}
}

func tools(cat *catalog.Catalog, rows []ToolRow) []tool {
	out := make([]tool, 0, len(rows))
	for _, r := range rows {
		set := entitlement.NewActionSet(cat.Len())
		for _, a := range r.Actions {
			if i, ok := cat.Index(a); ok {
				set.Add(i)
			}
		}
		t := tool{name: r.Name}
		for i, w := range set {
			if w != 0 {
				t.words = append(t.words, word{i, w})
			}
		}
		out = append(out, t)
	}
	return out
}

// SecretStores returns the stores of which an access can read secret material;
// a nil access reads none.
func (t *Tools) SecretStores(a *entitlement.Access) Found { return find(t.stores, a) }

// SecurityTools returns the security services that an access can administer,
// and so switch off; a nil access administers none.
func (t *Tools) SecurityTools(a *entitlement.Access) Found { return find(t.security, a) }

func find(list []tool, a *entitlement.Access) Found {
	var f Found
	if a == nil {
		return f
	}
	for i := range list {
		switch granted, sure := list[i].in(a); {
		case sure:
			f.Sure = append(f.Sure, list[i].name)
		case granted:
			f.Conditional = append(f.Conditional, list[i].name)
		}
	}
	return f
}

// in tells whether any of the tool's actions is granted, and any without a
// condition.
func (t *tool) in(a *entitlement.Access) (granted, sure bool) {
	for _, w := range t.words {
		got := (at(a.All, w.at) | at(a.Part, w.at) | at(a.Named, w.at)) & w.bits
		granted = granted || got != 0
		if got&^at(a.Conditional, w.at) != 0 {
			return true, true
		}
	}
	return granted, false
}

func at(s entitlement.ActionSet, i int) uint64 {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// SecretStores returns the names of the stores of which an access can read
// secret material, be it conditionally. For many identities use [Tools].
func SecretStores(cat *catalog.Catalog, a *entitlement.Access) []string {
	f := NewTools(cat).SecretStores(a)
	return f.Names()
}

// SecurityTools returns the names of the security services that an access can
// administer, be it conditionally. For many identities use [Tools].
func SecurityTools(cat *catalog.Catalog, a *entitlement.Access) []string {
	f := NewTools(cat).SecurityTools(a)
	return f.Names()
}
