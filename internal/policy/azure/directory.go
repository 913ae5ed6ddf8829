package azure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// directory knows who belongs to which groups, at any depth.
type directory struct {
	identities map[entitlement.IdentityID]*entitlement.Identity
	above      map[entitlement.IdentityID][]entitlement.IdentityID // Closure of one group, itself included.
	sets       map[string][]entitlement.IdentityID                 // Closure of several, by their names.
	aliases    map[string]entitlement.IdentityID                   // Other names in lower case; "" is ambiguous.
}

func newDirectory(inventories ...*entitlement.Inventory) *directory {
	n := 0
	for _, inv := range inventories {
		n += len(inv.Identities)
	}
	d := &directory{
		identities: make(map[entitlement.IdentityID]*entitlement.Identity, n),
		above:      map[entitlement.IdentityID][]entitlement.IdentityID{},
		sets:       map[string][]entitlement.IdentityID{},
		aliases:    map[string]entitlement.IdentityID{},
	}
	for _, inv := range inventories {
		for i := range inv.Identities {
			d.add(&inv.Identities[i])
		}
	}
	return d
}

// add takes in an identity. Of one that several inventories have, the
// memberships are joined.
func (d *directory) add(i *entitlement.Identity) {
	id := idOf(i.ID)
	if held := d.identities[id]; held != nil {
		d.identities[id] = joined(held, i)
		return
	}
	d.identities[id] = i
	d.alias(i.Email, id)
	d.alias(i.AppID, id)
}

// joined returns the first of two records of one identity with the groups of
// both.
func joined(a, b *entitlement.Identity) *entitlement.Identity {
	var more []entitlement.IdentityID
	for _, g := range b.Groups {
		if !slices.Contains(a.Groups, g) {
			more = append(more, g)
		}
	}
	if len(more) == 0 && (a.RunsAs != "" || b.RunsAs == "") {
		return a
	}
	c := *a
	c.Groups = append(slices.Clone(a.Groups), more...)
	if c.RunsAs == "" {
		c.RunsAs = b.RunsAs
	}
	return &c
}

func (d *directory) alias(name string, id entitlement.IdentityID) {
	if name == "" {
		return
	}
	name = lower(name)
	if held, ok := d.aliases[name]; ok && held != id {
		id = ""
	}
	d.aliases[name] = id
}

// idOf returns an id as it is compared.
func idOf(id entitlement.IdentityID) entitlement.IdentityID {
	return entitlement.IdentityID(lower(strings.TrimSpace(string(id))))
}

// find returns the id that a name stands for: an object id, a user principal
// name or an application id.
func (d *directory) find(name entitlement.IdentityID) entitlement.IdentityID {
	id := idOf(name)
	if d.identities[id] == nil {
		if other := d.aliases[string(id)]; other != "" {
			return other
		}
	}
	return id
}

// groups returns all groups that an identity belongs to, by way of others too,
// sorted. The slice is shared.
func (d *directory) groups(id entitlement.IdentityID) []entitlement.IdentityID {
	i := d.identities[id]
	if i == nil || len(i.Groups) == 0 {
		return nil
	}
	var all []entitlement.IdentityID
	if len(i.Groups) == 1 {
		all = d.closure(idOf(i.Groups[0]))
	} else {
		all = d.union(i.Groups)
	}
	if at, itself := slices.BinarySearch(all, id); itself { // A group in a circle.
		all = slices.Delete(slices.Clone(all), at, at+1)
	}
	return all
}

func (d *directory) union(groups []entitlement.IdentityID) []entitlement.IdentityID {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = string(idOf(g))
	}
	slices.Sort(names)
	key := strings.Join(names, "\n")
	if all, ok := d.sets[key]; ok {
		return all
	}
	var all []entitlement.IdentityID
	for _, name := range names {
		all = append(all, d.closure(entitlement.IdentityID(name))...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	d.sets[key] = all
	return all
}

// closure returns a group and all that it belongs to, sorted. Groups that
// contain each other do no harm.
func (d *directory) closure(group entitlement.IdentityID) []entitlement.IdentityID {
	if all, ok := d.above[group]; ok {
		return all
	}
	seen := map[entitlement.IdentityID]bool{group: true}
	all := []entitlement.IdentityID{group}
	for next := 0; next < len(all); next++ {
		g := d.identities[all[next]]
		if g == nil {
			continue
		}
		for _, parent := range g.Groups {
			if parent = idOf(parent); !seen[parent] {
				seen[parent] = true
				all = append(all, parent)
			}
		}
	}
	slices.Sort(all)
	d.above[group] = all
	return all
}
