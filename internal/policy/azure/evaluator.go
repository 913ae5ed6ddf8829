package azure

import (
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// Evaluator compiles the inventories of subscriptions against a catalogue. It
// is safe for concurrent use.
type Evaluator struct {
	cat     *catalog.Catalog
	control entitlement.ActionSet // Actions that are no data actions.
	// onSubscription are the actions that can only be on a subscription itself.
	onSubscription entitlement.ActionSet
	actions        condition.Actions
	names          []string                                           // Of actions, in lower case.
	types          []string                                           // Resource type of each action, in lower case.
	planes         map[string]plane                                   // Those of the actions on a type, and of a resource provider.
	builtIn        map[entitlement.RoleID]*entitlement.RoleDefinition // Of the catalogue.
	mentions       map[string]plane                                   // Where built-in roles name actions that the catalogue does not have.

	mu     sync.Mutex // Guards what follows.
	roles  map[entitlement.RoleID]*role
	spread map[string]*spread // By resource type.
}

// New returns an evaluator over the catalogue, whose indices its results use.
func New(cat *catalog.Catalog) *Evaluator {
	e := &Evaluator{
		cat:            cat,
		control:        cat.Control(),
		onSubscription: entitlement.NewActionSet(cat.Len()),
		actions:        condition.Actions{All: cat.All(), Match: cat.Match},
		names:          make([]string, cat.Len()),
		types:          make([]string, cat.Len()),
		planes:         map[string]plane{},
		builtIn:        map[entitlement.RoleID]*entitlement.RoleDefinition{},
		roles:          map[entitlement.RoleID]*role{},
		spread:         map[string]*spread{},
	}
	for i := range e.types {
		e.names[i] = lower(string(cat.Info(i).Action))
		e.types[i] = typeOfAction(e.names[i])
		e.notePlane(i)
		if onSubscription(e.names[i]) {
			e.onSubscription.Add(i)
		}
	}
	defs := catalog.AzureRoles()
	e.mentions = map[string]plane{}
	for i := range defs {
		e.builtIn[defs[i].ID] = &defs[i]
		e.mention(e.mentions, &defs[i])
	}
	return e
}

// notePlane notes the plane of an action for its type and resource provider.
func (e *Evaluator) notePlane(i int) {
	p := e.planesAt(i)
	e.planes[e.types[i]] |= p
	provider, _, _ := strings.Cut(e.types[i], "/")
	e.planes[provider+"/"] |= p
}

// planesAt returns the planes of an action of the catalogue: one, but for a few
// names that are on both.
func (e *Evaluator) planesAt(i int) plane {
	var p plane
	if e.cat.Control().Has(i) {
		p = controlPlane
	}
	if e.cat.Data().Has(i) {
		p |= dataPlane
	}
	return p
}

// planesOf returns the planes that an action in lower case may be on, which the
// catalogue does not have: those on which roles name it, else those of the
// other actions on its type, or of its resource provider, where these have one
// plane only, else both.
func (e *Evaluator) planesOf(action string, mentions map[string]plane) plane {
	if p := e.mentions[action] | mentions[action]; p != 0 {
		return p
	}
	if p := e.planes[typeOfAction(action)]; p != 0 {
		return p
	}
	provider, _, _ := strings.Cut(action, "/")
	if p := e.planes[provider+"/"]; p != 0 {
		return p
	}
	return controlPlane | dataPlane
}

// managed returns the compiled form of a built-in role, nil if there is none.
// It is compiled once for all subscriptions.
func (e *Evaluator) managed(id entitlement.RoleID) *role {
	def := e.builtIn[id]
	if def == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.roles[id]
	if r == nil {
		r = e.role(def)
		e.roles[id] = r
	}
	return r
}
