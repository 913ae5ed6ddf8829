package trace

import (
	"net/netip"

	"github.com/leastward/leastward/internal/entitlement"
)

// link is one event on one edge.
type link struct {
	from, to string // Node ids.
	kind     Kind
	context  bool
	step     *step
}

// begunKey finds a session by its name, in a system, of a role or of any.
type begunKey struct {
	system        entitlement.SystemID
	session, role string
}

// builder makes the graph of the steps of a walk.
type builder struct {
	w       *walk
	steps   []*step
	nodes   map[string]*Node
	links   []link
	issuer  map[entitlement.AccessKeyID]string // Node of who issued a key.
	session map[entitlement.AccessKeyID]string // Node of the session that a key belongs to.
	begun   map[begunKey]string                // Session nodes of machines.
	bursts  map[*step]bool
	members map[[2]string]bool // Node and member.
}

func newBuilder(w *walk) *builder {
	b := &builder{
		w: w, steps: w.ordered(), nodes: map[string]*Node{}, issuer: map[entitlement.AccessKeyID]string{},
		session: map[entitlement.AccessKeyID]string{}, begun: map[begunKey]string{}, members: map[[2]string]bool{},
	}
	for _, s := range b.steps {
		b.index(s)
	}
	b.bursts = b.findBursts()
	return b
}

// index notes what other events tell of a key: the session that used it, and
// which caller issued it.
func (b *builder) index(s *step) {
	if s.Session != "" && s.AccessKey != "" {
		b.session[s.AccessKey] = b.caller(s)
	}
	if s.Session != "" {
		b.begun[begunKey{s.System, s.Session, ""}] = b.caller(s)
		b.begun[begunKey{s.System, s.Session, pathless(string(s.Identity))}] = b.caller(s)
	}
	if s.AccessKey == "" && !s.ByService {
		return
	}
	for _, k := range s.Issued {
		b.issuer[k] = b.caller(s)
	}
}

// link notes the edges of an event: what was done, and with what and from where.
func (b *builder) link(s *step) {
	caller := b.caller(s)
	if s.kind == SignedIn {
		b.add(b.source(s.Address), caller, SignedIn, s, false)
		return
	}
	kind, target := b.deed(s, caller)
	b.add(caller, target, kind, s, false)
	if s.ByService {
		return
	}
	first := caller
	if key := b.key(s, caller); key != "" {
		b.add(key, caller, UsedKey, s, true)
		first = key
	}
	b.add(b.source(s.Address), first, ActedFrom, s, true)
}

func (b *builder) add(from, to string, kind Kind, s *step, context bool) {
	if from != "" && to != "" {
		b.links = append(b.links, link{from: from, to: to, kind: kind, context: context, step: s})
	}
}

// deed tells what an event did and to what.
func (b *builder) deed(s *step, caller string) (Kind, string) {
	switch {
	case s.kind == Deleted:
		return Deleted, b.service(s.Source)
	case s.kind != "" && !s.read:
		return s.kind, b.target(s, caller)
	case b.bursts[s]:
		return Discovery, b.account(s)
	case s.denied():
		return Refused, b.service(s.Source)
	}
	return Other, b.service(s.Source)
}

// target returns the node of what a telling event was about.
func (b *builder) target(s *step, caller string) string {
	f := &s.facts
	switch {
	case s.kind == AssumedRole:
		return b.began(s, caller)
	case s.kind == CreatedCredential && len(s.Issued) > 0:
		return b.longKey(s.Issued[0], nameOf(f.target))
	case f.enabled != "":
		return b.longKey(entitlement.AccessKeyID(f.enabled), nameOf(f.target))
	case len(f.machines) > 0:
		return b.machine(s, f.machines[0])
	case f.created != "":
		return b.identity(f.created)
	case isIdentity(f.target):
		return b.identity(f.target)
	case f.target != "":
		return b.resource(f.target, f.targetType)
	case f.role != "":
		return b.identity(f.role)
	}
	return b.service(s.Source)
}

// began returns the node of the session that an event began: the one that used
// the key, the one that the answer names, or the key itself.
func (b *builder) began(s *step, caller string) string {
	f := &s.facts
	for _, k := range s.Issued {
		if id := b.session[k]; id != "" && id != caller {
			return b.heldBy(id, k)
		}
	}
	switch {
	case s.failed() && f.role != "":
		return b.identity(f.role)
	case f.session != "" && f.role != "":
		return b.heldBy(b.sessionNode(f.role, f.session), s.Issued...)
	case len(s.Issued) > 0:
		return b.temporaryKey(s.Issued[0])
	}
	return b.service(s.Source)
}

// tie adds the edges between machines, roles and sessions, with the events that
// made them; those of roles to sessions where the graph has the role anyway.
func (b *builder) tie() {
	for _, s := range b.steps {
		for _, m := range s.facts.machines {
			b.tieMachine(s, m)
		}
	}
	for _, s := range b.steps {
		if isPrincipal(s.Session) && !s.ByService {
			b.add(b.identity(s.Session), b.caller(s), RunsAs, s, true)
		}
		role := "identity:" + pathless(string(s.Identity))
		if s.Session != "" && !s.ByService && b.nodes[role] != nil {
			b.add(role, b.caller(s), SessionOf, s, true)
		}
	}
}

func (b *builder) tieMachine(s *step, m machine) {
	if s.failed() {
		return
	}
	if session := b.begun[begunKey{s.System, m.session, pathless(m.role)}]; session != "" {
		b.add(b.machine(s, m), session, RunsAs, s, true)
	} else if s.kind == PassedRole && m.role != "" {
		b.add(b.machine(s, m), b.identity(m.role), RunsAs, s, true)
	}
}

// machine returns the node of a machine, or of all that one call was about.
func (b *builder) machine(s *step, m machine) string {
	if len(s.facts.machines) == 1 {
		return b.resource(m.arn, typeOf(m.arn, ""))
	}
	typ := typeOf(m.arn, "")
	id := b.node(Resource, "machines/"+s.ID, plural(len(s.facts.machines), typ), "", typ)
	for _, m := range s.facts.machines {
		b.member(id, m.arn)
	}
	return id
}

// source returns the node of an address, or of the service that passed a call on
// and stands in its place.
func (b *builder) source(address string) string {
	if address == "" {
		return ""
	}
	if _, err := netip.ParseAddr(address); err == nil {
		return b.node(Address, address, address, "", "")
	}
	return b.service(address)
}
