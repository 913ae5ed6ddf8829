package usage

import (
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Disposition tells what became of an event in the index.
type Disposition uint8

// The dispositions. Every event has exactly one, so that their counts add up.
const (
	Used Disposition = iota
	Denied
	NotPermissionBearing
	Unmapped
)

func (d Disposition) String() string {
	return [...]string{"used", "denied", "not_permission_bearing", "unmapped"}[d]
}

// Counts are the numbers of events by disposition.
type Counts struct {
	Used, Denied, NotPermissionBearing, Unmapped int64
}

// Total returns the number of all events.
func (c Counts) Total() int64 { return c.Used + c.Denied + c.NotPermissionBearing + c.Unmapped }

// Index is identity × action → uses. It takes some 40 bytes for each action
// that an identity uses and some 200 for each identity: 100,000 identities with
// 50 actions each need about 200 MB. Resources that events name take 20 bytes
// each for an action of an identity, and the text of each resource once. It is
// safe for concurrent use.
type Index struct {
	cat *catalog.Catalog

	mu       sync.RWMutex // Guards everything below.
	state    state
	tracked  map[session]entitlement.IdentityID
	alias    map[string]string             // Canonical name → canonical identity.
	actionID map[entitlement.Action]uint32 // Spellings seen, for speed.
	ids      map[entitlement.IdentityID]uint32
}

// state is what is kept between runs.
type state struct {
	counts   Counts
	people   []*person
	byKey    map[string]uint32 // Canonical identity → index in people.
	literals []entitlement.Action
	literal  map[entitlement.Action]uint32 // → index in literals.
	// resources are those that cells name.
	resources  []entitlement.ResourceID
	resourceID map[entitlement.ResourceID]uint32 // → index in resources.
	keys       map[entitlement.AccessKeyID]keyUse
	unmapped   map[call]int64
	data       map[entitlement.SystemID]map[string]bool // Services whose data events were seen.
}

// session is a session of a role, by the role's canonical identity.
type session struct{ role, name string }

// call is a kind of call.
type call struct{ source, name string }

// New returns an empty index for the actions of a catalogue.
func New(cat *catalog.Catalog) *Index {
	x := &Index{cat: cat, tracked: map[session]entitlement.IdentityID{}, alias: map[string]string{}}
	x.replace(newState())
	return x
}

func newState() state {
	return state{
		byKey: map[string]uint32{}, literal: map[entitlement.Action]uint32{}, resourceID: map[entitlement.ResourceID]uint32{},
		keys: map[entitlement.AccessKeyID]keyUse{}, unmapped: map[call]int64{},
		data: map[entitlement.SystemID]map[string]bool{},
	}
}

func (x *Index) replace(s state) {
	x.state = s
	x.actionID = map[entitlement.Action]uint32{}
	x.ids = map[entitlement.IdentityID]uint32{}
	x.adoptAliases()
}

// Track tells that a session of a role is a function or an instance: Lambda
// names the sessions of a function after it, EC2 those of an instance. From
// then on the uses in such sessions count for the role and for as. Call it
// before the events are added.
func (x *Index) Track(role entitlement.IdentityID, name string, as entitlement.IdentityID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.tracked[session{Canonical(role), name}] = as
}

// Add takes one event and tells what it was.
func (x *Index) Add(ev *auditlog.Event) Disposition {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := dispose(ev)
	switch d {
	case Used:
		x.state.counts.Used++
	case Denied:
		x.state.counts.Denied++
	case NotPermissionBearing:
		x.state.counts.NotPermissionBearing++
	case Unmapped:
		x.state.counts.Unmapped++
		x.state.noteUnmapped(ev)
	}
	x.noteData(ev)
	if ev.ByService || ev.Identity == "" {
		return d
	}
	x.credit(ev.Identity, ev, d)
	if ev.Session != "" && len(x.tracked) > 0 {
		if as, ok := x.tracked[session{Canonical(ev.Identity), ev.Session}]; ok {
			x.credit(as, ev, d)
		}
	}
	x.state.useKey(ev)
	return d
}

func dispose(ev *auditlog.Event) Disposition {
	switch {
	case ev.ByService || ev.Identity == "" || ev.Mapping == auditlog.NotPermissionBearing:
		return NotPermissionBearing
	case ev.Mapping == auditlog.Unmapped:
		return Unmapped
	case ev.Outcome == auditlog.AuthorizationFailure:
		return Denied
	}
	return Used
}

// credit enters an event for one identity.
func (x *Index) credit(id entitlement.IdentityID, ev *auditlog.Event, d Disposition) {
	p := x.person(id)
	forwarded := ev.InvokedBy != ""
	at := seconds(ev.Time)
	p.note(id, at)
	if ev.Outcome != auditlog.AuthorizationFailure && (!forwarded || p.isRole()) {
		p.active = max(p.active, at)
	}
	if d != Used && d != Denied {
		return
	}
	for _, a := range ev.Actions {
		n := x.action(a)
		p.cell(n).add(at, d == Denied, forwarded)
		x.state.nameResources(p, n, ev, useAt(at, d == Denied))
	}
}

func (x *Index) person(id entitlement.IdentityID) *person {
	i, ok := x.ids[id]
	if !ok {
		key := Canonical(id)
		if of, aliased := x.alias[key]; aliased {
			key = of
		}
		i = x.state.personIndex(key)
		x.ids[id] = i
	}
	return x.state.people[i]
}

func (s *state) personIndex(key string) uint32 {
	i, ok := s.byKey[key]
	if !ok {
		i = uint32(len(s.people)) //nolint:gosec // far fewer than 2^32
		s.people = append(s.people, newPerson(key))
		s.byKey[key] = i
	}
	return i
}

// action returns the number of an action in cells: its index in the catalogue,
// or behind those its index among the literals.
func (x *Index) action(a entitlement.Action) uint32 {
	if n, ok := x.actionID[a]; ok {
		return n
	}
	n := x.state.action(x.cat, a)
	x.actionID[a] = n
	return n
}

func (s *state) action(cat *catalog.Catalog, a entitlement.Action) uint32 {
	if i, ok := cat.Index(a); ok {
		return uint32(i) //nolint:gosec // an index is not negative
	}
	i, ok := s.literal[a]
	if !ok {
		i = uint32(len(s.literals)) //nolint:gosec // far fewer than 2^32
		s.literals = append(s.literals, a)
		s.literal[a] = i
	}
	return uint32(cat.Len()) + i //nolint:gosec // far fewer than 2^32
}

// number is action for an action that need not be there.
func (s *state) number(cat *catalog.Catalog, a entitlement.Action) (uint32, bool) {
	if i, ok := cat.Index(a); ok {
		return uint32(i), true //nolint:gosec // an index is not negative
	}
	i, ok := s.literal[a]
	return uint32(cat.Len()) + i, ok //nolint:gosec // far fewer than 2^32
}

// Counts returns how many events were added, by disposition.
func (x *Index) Counts() Counts {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.state.counts
}

// seconds returns a time in seconds since 1970, within what cells can hold
// (1970 to 2106); 0 is kept for "never".
func seconds(t time.Time) uint32 {
	const most = 1<<32 - 1
	return uint32(min(max(t.Unix(), 1), most)) //nolint:gosec // limited just here
}

func instant(s uint32) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}
