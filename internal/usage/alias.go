package usage

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Aliases are the other names that logs have for identities: on Azure the
// application id of a service principal and the user principal name of a user
// in the place of the object id, on Google Cloud the unique id of a service
// account in the place of its e-mail address. A name that two identities have
// is nobody's, since a use must not land on the wrong one. AWS has but one name
// for each, its ARN.
//
// Aliases are safe for concurrent use; their zero value is not ready: use
// NewAliases.
type Aliases struct {
	mu    sync.RWMutex // Guards what follows.
	of    map[string]entitlement.IdentityID
	known map[string]bool // Identities, which are no names of others.
}

// NewAliases returns an empty set.
func NewAliases() *Aliases {
	return &Aliases{of: map[string]entitlement.IdentityID{}, known: map[string]bool{}}
}

// nobody is what a name stands for that several identities have.
const nobody entitlement.IdentityID = ""

// Alias tells that a name in the logs is that of an identity.
func (a *Aliases) Alias(name string, id entitlement.IdentityID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.alias(name, id)
}

func (a *Aliases) alias(name string, id entitlement.IdentityID) {
	key := Canonical(entitlement.IdentityID(name))
	if key == "" || key == Canonical(id) || id == "" {
		return
	}
	if other, ok := a.of[key]; ok && Canonical(other) != Canonical(id) || a.known[key] {
		id = nobody
	}
	a.of[key] = id
}

// Know enters the names of the identities of an inventory. Give it those of all
// systems that the logs are of, and make new aliases when they changed: a name
// may pass from one identity to another.
func (a *Aliases) Know(inv *entitlement.Inventory) {
	if inv.System.Cloud != entitlement.Azure && inv.System.Cloud != entitlement.GCP {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range inv.Identities {
		key := Canonical(inv.Identities[i].ID)
		a.known[key] = true
		if _, ok := a.of[key]; ok {
			a.of[key] = nobody
		}
	}
	for i := range inv.Identities {
		id := &inv.Identities[i]
		if id.Kind == entitlement.Function || id.Kind == entitlement.Instance || id.Kind == entitlement.Group {
			continue // Their names are not those that calls come from.
		}
		for _, name := range []string{id.Email, id.AppID, id.UniqueID} {
			a.alias(name, id.ID)
		}
	}
}

// Of returns the identity that a name stands for: itself, where it is none.
func (a *Aliases) Of(name entitlement.IdentityID) entitlement.IdentityID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if len(a.of) == 0 {
		return name
	}
	if id := a.of[Canonical(name)]; id != nobody {
		return id
	}
	return name
}

// Resolve puts the identity in the place of its other name: what a reader of
// logs calls before an event goes anywhere. The name is kept where the event has
// no other for people.
func (a *Aliases) Resolve(ev *auditlog.Event) {
	if ev.Identity == "" || ev.Cloud == entitlement.AWS {
		return
	}
	id := a.Of(ev.Identity)
	if id != ev.Identity && ev.IdentityName == "" {
		ev.IdentityName = string(ev.Identity)
	}
	ev.Identity = id
}

// each returns all names that stand for one identity.
func (a *Aliases) each() map[string]entitlement.IdentityID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	all := maps.Clone(a.of)
	maps.DeleteFunc(all, func(_ string, id entitlement.IdentityID) bool { return id == nobody })
	return all
}

// Alias tells that a name in the logs is that of an identity: uses under it
// count for the identity, also those that were added before. Ask for them by
// the identity. A name of several identities is for the caller to leave out; see
// [Aliases].
func (x *Index) Alias(name string, id entitlement.IdentityID) {
	x.aliases(map[string]entitlement.IdentityID{Canonical(entitlement.IdentityID(name)): id})
}

// AliasAll is Alias for all names of a.
func (x *Index) AliasAll(a *Aliases) { x.aliases(a.each()) }

func (x *Index) aliases(names map[string]entitlement.IdentityID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	changed := false
	for _, name := range slices.Sorted(maps.Keys(names)) {
		key := Canonical(names[name])
		if name == "" || name == key || x.alias[name] == key {
			continue
		}
		x.alias[name], changed = key, true
	}
	if changed {
		x.adoptAliases()
	}
}

// adoptAliases moves what is known under other names to the identities.
func (x *Index) adoptAliases() {
	clear(x.ids)
	for _, name := range slices.Sorted(maps.Keys(x.alias)) {
		from, ok := x.state.byKey[name]
		if !ok {
			continue
		}
		into := x.state.people[x.state.personIndex(x.alias[name])]
		x.state.merge(into, x.state.people[from])
		delete(x.state.byKey, name)
		x.state.people[from] = nil
	}
	x.state.compact()
}

// merge adds what is known of one person to another.
func (s *state) merge(into, from *person) {
	into.seen, into.active = max(into.seen, from.seen), max(into.active, from.active)
	for _, c := range from.cells {
		into.cell(c.action).merge(c)
	}
	for _, n := range from.named {
		s.mergeNamed(into, n)
	}
}

// compact drops the people that were merged into others.
func (s *state) compact() {
	if !slices.Contains(s.people, nil) {
		return
	}
	people := make([]*person, 0, len(s.byKey))
	for key, i := range s.byKey {
		s.byKey[key] = uint32(len(people)) //nolint:gosec // far fewer than 2^32
		people = append(people, s.people[i])
	}
	s.people = people
}

// canonicalName is Canonical for what is no ARN.
func canonicalName(s string) string {
	for _, prefix := range []string{"user:", "serviceAccount:", "group:"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && isAddress(rest) {
			return strings.ToLower(rest)
		}
	}
	if _, isGUID := parseUUID(strings.ToLower(s)); isGUID || isAddress(s) {
		return strings.ToLower(s)
	}
	return s
}

// isAddress reports whether the text is an e-mail address or a user principal
// name, and no longer name that ends in one.
func isAddress(s string) bool {
	return strings.IndexByte(s, '@') > 0 && !strings.ContainsAny(s, ":/?")
}
