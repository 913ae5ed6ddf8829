package trace

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// leadKind tells how the events of a lead are recognised.
type leadKind uint8

const (
	byKey leadKind = iota
	bySession
	byIdentity
	// What an identity does without a long-lived key: someone who set its
	// password can do just that.
	bySignIn
	byAddress
)

// leadID is what is followed. The value is a key, the name of a session, an ARN
// without its path, or an address. A session may be narrowed to a role, by name
// or ARN, and to the system of the machine that it belongs to.
type leadID struct {
	kind        leadKind
	value, role string
	system      entitlement.SystemID
}

// maxValue bounds what is asked for, in bytes.
const maxValue = 2 << 10

// askable reports whether a query can ask for a value.
func askable(v string) bool { return v != "" && len(v) <= maxValue && utf8.ValidString(v) }

// lead is something to follow from a time on.
type lead struct {
	leadID
	arn   string // Of an identity, with its path.
	from  time.Time
	depth int
	asked time.Time // From when on its events were read; zero is not yet.
}

func (l *lead) due() bool { return l.asked.IsZero() || l.from.Before(l.asked) }

func (id leadID) String() string {
	switch id.kind {
	case byKey:
		return "key " + id.value
	case bySession:
		if id.role != "" {
			return "session " + nameOf(id.role) + "/" + id.value
		}
		return "session " + id.value
	case bySignIn:
		return "sign-ins of " + id.value
	case byAddress:
		return "address " + id.value
	case byIdentity:
	}
	return id.value
}

func compareLeads(a, b *lead) int {
	return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.kind, b.kind), strings.Compare(a.value, b.value),
		strings.Compare(a.role, b.role), strings.Compare(string(a.system), string(b.system)))
}

// leadSet holds what is followed.
type leadSet map[leadID]*lead

// add notes a lead. One that is there already begins at the earlier time. What no
// query can ask for is left out: the clouds' own names and ARNs are shorter.
func (s leadSet) add(l lead) {
	if !askable(l.value) || l.arn != "" && !askable(l.arn) || l.role != "" && !askable(l.role) {
		return
	}
	old := s[l.leadID]
	if old == nil {
		s[l.leadID] = &l
		return
	}
	if l.from.Before(old.from) {
		old.from = l.from
	}
}

// due returns the leads whose events are still to be read, in a fixed order.
func (s leadSet) due() []*lead {
	var due []*lead
	for _, l := range s {
		if l.due() {
			due = append(due, l)
		}
	}
	slices.SortFunc(due, compareLeads)
	return due
}

// covering returns the leads that are being read and that an event belongs to.
func (s leadSet) covering(ev *auditlog.Event) iter.Seq[*lead] {
	return func(yield func(*lead) bool) {
		for id := range ids(ev) {
			l := s[id]
			if l != nil && !l.asked.IsZero() && !ev.Time.Before(l.asked) && !yield(l) {
				return
			}
		}
	}
}

// covers reports whether an event belongs to a lead that is being read.
func (s leadSet) covers(ev *auditlog.Event) bool {
	for range s.covering(ev) {
		return true
	}
	return false
}

// ids returns the leads that an event could belong to.
func ids(ev *auditlog.Event) iter.Seq[leadID] {
	return func(yield func(leadID) bool) {
		identity := pathless(string(ev.Identity))
		ok := (ev.AccessKey == "" || yield(leadID{kind: byKey, value: string(ev.AccessKey)})) &&
			(identity == "" || yield(leadID{kind: byIdentity, value: identity})) &&
			(identity == "" || longLived(ev.AccessKey) || yield(leadID{kind: bySignIn, value: identity})) &&
			(ev.Address == "" || yield(leadID{kind: byAddress, value: ev.Address}))
		if !ok || ev.Session == "" {
			return
		}
		// What a service account did as which somebody acted is what they did.
		if isPrincipal(ev.Session) && !yield(leadID{kind: byIdentity, value: ev.Session}) {
			return
		}
		for _, role := range []string{"", identity, ev.IdentityName} {
			for _, system := range []entitlement.SystemID{"", ev.System} {
				if !yield(leadID{kind: bySession, value: ev.Session, role: role, system: system}) {
					return
				}
			}
		}
	}
}
