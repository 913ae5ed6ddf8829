package aws

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Account is the compiled form of one account's inventory. It is safe for
// concurrent use.
type Account struct {
	inv           *entitlement.Inventory
	cat           *catalog.Catalog
	judge         *judge
	universe      *universe
	policies      []policy
	patterns      []*pattern
	subjects      map[entitlement.IdentityID]*subject
	roles         map[string]*subject // By name.
	guards        map[string]*guarded // Resources that are known, by ARN.
	serviceLevels []level             // Of service control policies.
	shareLevels   []level             // Of resource control policies.
	actions       [][]byte            // Action patterns as globs.
	controls      []*layer            // The levels of service control policies, merged.
	controlDenies *denials
	diags         []Diagnostic
	mergers       sync.Pool
	results       *entitlement.SetPool
}

// subject is an identity with what its access follows from.
type subject struct {
	*entitlement.Identity
	own      []int32 // Its policies in order; absent where there is no document.
	groups   []*subject
	runsAs   *subject // Whose access it has; nil: its own.
	cell     *cell
	account  *Account
	boundary int32 // Its permissions boundary; absent if there is no document.
	trust    int32 // Its trust policy; absent if there is none.
	taggable bool  // Its trust policy lets sessions bring tags.
}

const absent = -1

// cell holds the access of all identities with the same policies, computed
// when first asked for.
type cell struct {
	once     sync.Once
	access   *entitlement.Access
	policies []int32 // Sorted, each once.
	boundary int32   // noBoundary if there is none that limits.
	free     bool    // Service control policies do not apply.
}

const noBoundary = -1

// Diagnostics returns what a person should know about the policies, sorted by
// policy and position.
func (a *Account) Diagnostics() []Diagnostic { return slices.Clone(a.diags) }

// Access returns what an identity may do: a user with its groups, a role, a
// group by itself, a function or an instance by the role that it runs as. It
// is nil if the inventory does not have the identity. Identities with the same
// policies share one Access; treat it as read-only.
func (a *Account) Access(id entitlement.IdentityID) *entitlement.Access {
	s := a.subjects[id]
	if s == nil {
		return nil
	}
	c := s.actor().cell
	c.once.Do(func() { c.access = a.compute(c) })
	return c.access
}

// actor returns whose policies count.
func (s *subject) actor() *subject {
	if s.runsAs != nil {
		return s.runsAs
	}
	return s
}

// link joins identities with their policies, and equal sets of policies with
// each other.
func (a *Account) link(inv *entitlement.Inventory, r *reader) {
	l := linker{account: a, reader: r, inv: inv, cells: map[string]*cell{}, missing: map[entitlement.PolicyID]bool{}}
	a.subjects = make(map[entitlement.IdentityID]*subject, len(inv.Identities))
	l.controls()
	l.levels()
	l.guards()
	for i := range inv.Identities {
		l.own(&inv.Identities[i])
	}
	for i := range inv.Identities {
		l.groups(&inv.Identities[i])
	}
	for i := range inv.Identities {
		l.cell(&inv.Identities[i])
	}
	for i := range inv.Identities {
		l.runsAs(&inv.Identities[i])
	}
}

type linker struct {
	account *Account
	reader  *reader
	inv     *entitlement.Inventory
	cells   map[string]*cell
	missing map[entitlement.PolicyID]bool
	numbers []int32
	key     []byte
}

func (l *linker) own(id *entitlement.Identity) {
	s := &subject{Identity: id, account: l.account, own: make([]int32, len(id.Policies)), trust: absent, boundary: absent}
	if n, ok := l.reader.ids[id.Boundary]; ok && id.Boundary != "" {
		s.boundary = n
	}
	l.trust(s)
	for i, p := range id.Policies {
		n, ok := l.reader.ids[p]
		if s.own[i] = n; !ok {
			s.own[i] = absent
			l.absent(p, "%s has this policy, but the inventory does not hold its document: it grants nothing here", id.ID)
		}
	}
	l.account.subjects[id.ID] = s
}

func (l *linker) groups(id *entitlement.Identity) {
	s := l.account.subjects[id.ID]
	for _, g := range id.Groups {
		if group := l.account.subjects[g]; group != nil {
			s.groups = append(s.groups, group)
		} else {
			l.reader.reject("", "%s belongs to group %s, which the inventory does not hold: it grants nothing here", id.ID, g)
		}
	}
}

func (l *linker) runsAs(id *entitlement.Identity) {
	if id.RunsAs == "" {
		return
	}
	s := l.account.subjects[id.ID]
	if s.runsAs = l.account.subjects[id.RunsAs]; s.runsAs == nil {
		l.reader.reject("", "%s runs as %s, which the inventory does not hold: it grants nothing here", id.ID, id.RunsAs)
	}
}

// absent reports a policy without a document, once.
func (l *linker) absent(p entitlement.PolicyID, format string, args ...any) {
	if !l.missing[p] {
		l.missing[p] = true
		l.reader.reject(p, format, args...)
	}
}

// cell finds or makes the cell of an identity's set of policies.
func (l *linker) cell(id *entitlement.Identity) {
	s := l.account.subjects[id.ID]
	l.numbers = l.numbers[:0]
	for _, who := range append([]*subject{s}, s.groups...) {
		for _, n := range who.own {
			if n != absent {
				l.numbers = append(l.numbers, n)
			}
		}
	}
	slices.Sort(l.numbers)
	l.numbers = slices.Compact(l.numbers)
	boundary, free := l.boundary(id), id.ServiceManaged
	key := l.keyOf(boundary, free)
	c, ok := l.cells[string(key)]
	if !ok {
		c = &cell{policies: slices.Clone(l.numbers), boundary: boundary, free: free}
		l.cells[string(key)] = c
	}
	s.cell = c
}

func (l *linker) keyOf(boundary int32, free bool) []byte {
	l.key = append(l.key[:0], 0)
	if free {
		l.key[0] = 1
	}
	l.key = binary.AppendVarint(l.key, int64(boundary))
	for _, n := range l.numbers {
		l.key = binary.AppendUvarint(l.key, uint64(n)) //nolint:gosec // never negative
	}
	return l.key
}

// boundary returns the permissions boundary of an identity. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func (l *linker) boundary(id *entitlement.Identity) int32 {
	if id.Boundary == "" {
		return noBoundary
	}
	n, ok := l.reader.ids[id.Boundary]
	if !ok {
		l.absent(id.Boundary, "it is the permissions boundary of %s, but the inventory does not hold its document: it does not limit here", id.ID)
		return noBoundary
	}
	if l.account.policies[n].doubtful {
		l.absent(id.Boundary, "it is a permissions boundary, of %s for one, and has a part that cannot be understood: only its Deny statements limit here", id.ID)
	}
	return n
}

// controls makes the levels of service control policies. See
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html.
func (l *linker) controls() {
	a := l.account
	if len(l.inv.Controls) == 0 {
		return
	}
	a.controlDenies = newDenials(a.universe.words)
	for depth, level := range l.inv.Controls {
		c := newLayer(a.universe.words)
		c.fill(l.control(depth, level), a.policies, a.controlDenies)
		a.controls = append(a.controls, c)
	}
}

func (l *linker) control(depth int, level []entitlement.PolicyID) guard {
	g := guard{limits: len(level) > 0}
	if len(level) == 0 {
		l.reader.reject("", "level %d of the service control policies, counted from the root, holds none, though AWS asks for at least one: it does not limit here", depth+1)
	}
	for _, p := range level {
		n, ok := l.reader.ids[p]
		if !ok {
			l.absent(p, "it is a service control policy, but the inventory does not hold its document: its level does not limit here")
			g.limits = false
			continue
		}
		if l.account.policies[n].doubtful {
			l.absent(p, "it is a service control policy and has a part that cannot be understood: only the Deny statements of its level limit here")
			g.limits = false
		}
		g.policies = append(g.policies, n)
	}
	return g
}

func quoted(s string) string { return `"` + s + `"` }

func isWild(s string) bool { return strings.ContainsAny(s, "*?") }
