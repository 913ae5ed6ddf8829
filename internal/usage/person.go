package usage

import (
	"math"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// person is what the index holds of one identity.
type person struct {
	id     entitlement.IdentityID // Of an ARN the longest form seen: with the path, if any record had it.
	seen   uint32                 // Last event of any kind.
	active uint32                 // Last time that the identity itself acted.
	cells  []cell                 // Sorted by action.
	named  []named                // Likewise, of the cells whose events name resources.
}

// cell is the use of one action by one identity. Times are in seconds since
// 1970, 0 is never.
type cell struct {
	action                   uint32
	first, last              uint32
	count, denied, forwarded uint32
	refused                  uint32 // Time of the last refusal.
}

// newPerson returns one who did nothing yet. The id of an ARN comes with the
// events.
func newPerson(key string) *person {
	if strings.HasPrefix(key, "arn:") {
		return &person{}
	}
	return &person{id: entitlement.IdentityID(key)}
}

// note notes the longest form of an ARN; other ids have one form, by which the
// person was made.
func (p *person) note(id entitlement.IdentityID, at uint32) {
	p.seen = max(p.seen, at)
	if strings.HasPrefix(string(id), "arn:") && (len(id) > len(p.id) || len(id) == len(p.id) && id > p.id) {
		p.id = id
	}
}

// isRole reports whether it is no person who acts: a role of AWS, a service
// account of Google Cloud.
func (p *person) isRole() bool {
	return strings.Contains(string(p.id), ":role/") || strings.HasSuffix(string(p.id), ".gserviceaccount.com")
}

// cell returns the cell of an action, which is made if need be. It is valid
// until the next call.
func (p *person) cell(action uint32) *cell {
	i, ok := p.index(action)
	if !ok {
		p.cells = slices.Insert(p.cells, i, cell{action: action})
	}
	return &p.cells[i]
}

func (p *person) index(action uint32) (int, bool) {
	return slices.BinarySearchFunc(p.cells, action, func(c cell, a uint32) int {
		return int(int64(c.action) - int64(a))
	})
}

// find returns the cell of an action and whether there is one.
func (p *person) find(action uint32) (cell, bool) {
	i, ok := p.index(action)
	if !ok {
		return cell{}, false
	}
	return p.cells[i], true
}

func (c *cell) add(at uint32, denied, forwarded bool) {
	if denied {
		c.denied = increment(c.denied)
		c.refused = max(c.refused, at)
		return
	}
	c.count = increment(c.count)
	if forwarded {
		c.forwarded = increment(c.forwarded)
	}
	if c.first == 0 || at < c.first {
		c.first = at
	}
	c.last = max(c.last, at)
}

// merge adds what another cell of the same action holds: two spellings may turn
// out to be one action when the catalogue learns it.
func (c *cell) merge(o cell) {
	if c.first == 0 || o.first != 0 && o.first < c.first {
		c.first = o.first
	}
	c.last, c.refused = max(c.last, o.last), max(c.refused, o.refused)
	c.count, c.denied, c.forwarded = sum(c.count, o.count), sum(c.denied, o.denied), sum(c.forwarded, o.forwarded)
}

func sum(a, b uint32) uint32 { return uint32(min(uint64(a)+uint64(b), math.MaxUint32)) } //nolint:gosec // limited

// increment stops at the largest number instead of starting anew.
func increment(n uint32) uint32 {
	return sum(n, 1)
}

func (c *cell) use() entitlement.ActionUse {
	return entitlement.ActionUse{
		First: instant(c.first), Last: instant(c.last),
		Count: c.count, Denied: c.denied, LastDenied: instant(c.refused), Forwarded: c.forwarded,
	}
}

// Canonical returns the form under which an identity is kept: users and roles
// of AWS without their path, object ids of Azure and addresses in lower case,
// members of Google Cloud's policies ("user:…", "serviceAccount:…", "group:…")
// as their addresses, everything else as it is.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
// https://cloud.google.com/iam/docs/principal-identifiers
func Canonical(id entitlement.IdentityID) string {
	s := string(id)
	if !strings.HasPrefix(s, "arn:") {
		return canonicalName(s)
	}
	for _, kind := range []string{":user/", ":role/"} {
		head, rest, ok := strings.Cut(s, kind)
		if i := strings.LastIndexByte(rest, '/'); ok && i >= 0 && strings.Contains(head, ":iam::") {
			return head + kind + rest[i+1:]
		}
	}
	return s
}
