package gcp

import (
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Evaluator compiles the policies of projects against a catalogue. It is safe
// for concurrent use.
type Evaluator struct {
	cat     *catalog.Catalog
	known   func() map[entitlement.RoleID]*entitlement.RoleDefinition
	owner   func() entitlement.ActionSet
	blocks  func() blockList
	blocked func() []uint8 // The first version of enforcement that blocks each permission of the catalogue.
}

// New returns an evaluator over the catalogue, whose indices its results use.
func New(cat *catalog.Catalog) *Evaluator {
	e := &Evaluator{cat: cat, blocks: sync.OnceValue(readBlockList)}
	e.blocked = sync.OnceValue(func() []uint8 { return e.blocks().over(cat) })
	e.known = sync.OnceValue(func() map[entitlement.RoleID]*entitlement.RoleDefinition {
		list := catalog.GCPRoles()
		out := make(map[entitlement.RoleID]*entitlement.RoleDefinition, len(list))
		for i := range list {
			out[list[i].ID] = &list[i]
		}
		return out
	})
	e.owner = sync.OnceValue(func() entitlement.ActionSet {
		set := entitlement.NewActionSet(cat.Len())
		if r := e.known()[roleOwner]; r != nil {
			for _, b := range r.Blocks {
				for _, a := range b.Actions {
					if i, ok := cat.Index(entitlement.Action(a)); ok {
						set.Add(i)
					}
				}
			}
		}
		return set
	})
	return e
}

// Catalog returns the catalogue that the evaluator works over.
func (e *Evaluator) Catalog() *catalog.Catalog { return e.cat }

// The basic roles.
const (
	roleOwner  entitlement.RoleID = "roles/owner"
	roleEditor entitlement.RoleID = "roles/editor"
	roleViewer entitlement.RoleID = "roles/viewer"
)

// Compile makes the inventory of one project ready to answer. It never fails;
// what could not be understood is in [Project.Problems]. The inventory must not
// be changed while the Project is in use.
func (e *Evaluator) Compile(inv *entitlement.Inventory) *Project {
	p := &Project{
		inv: inv, eval: e, names: newNamer(inv), universe: newUniverse(e.cat),
		roles: map[entitlement.RoleID]*role{}, levels: map[string]int{}, index: map[string][]int32{},
		identities: make(map[entitlement.IdentityID]*entitlement.Identity, len(inv.Identities)),
		holders:    map[string]*[3]truth{}, places: map[string]bool{}, reported: map[string]bool{},
		shared: map[string]*entitlement.Access{}, walls: map[string]pair{}, kept: entitlement.NewSetPool(),
	}
	p.readHierarchy()
	p.readIdentities()
	p.readGrants()
	p.readDenials()
	p.readBoundaries()
	p.storage = sync.OnceValue(p.viewStorage)
	return p
}
