package aws

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Grants are held twice: those that stand without any condition, and all.
const (
	firm  = iota // Counting conditional Deny and not conditional Allow.
	maybe        // Counting conditional Allow and not conditional Deny.
	ways
)

// reaches is a set of actions for each reach, by entitlement.Reach.
type reaches [entitlement.ReachAll + 1][]uint64

func newReaches(words int) reaches {
	var r reaches
	for i := entitlement.ReachNamed; i <= entitlement.ReachAll; i++ {
		r[i] = make([]uint64, words)
	}
	return r
}

func (r *reaches) clear() {
	for i := range r {
		clear(r[i])
	}
}

func (r *reaches) add(s *statement) {
	s.all.orInto(r[entitlement.ReachAll])
	s.part.orInto(r[entitlement.ReachPart])
	s.named.orInto(r[entitlement.ReachNamed])
}

// guard is one layer that every grant must pass: identity policies, a
// boundary, or a level of service control policies.
type guard struct {
	policies []int32
	limits   bool // Its Allow statements limit; its Deny statements always do.
}

// layer is what the statements of a guard allow. Once cumulated, each set
// holds the actions with at least that reach.
type layer struct {
	guard
	allow      [ways]reaches
	once, more []uint64 // Actions that one, or more, statements cover by type.
}

func newLayer(words int) *layer {
	l := &layer{once: make([]uint64, words), more: make([]uint64, words)}
	for w := range l.allow {
		l.allow[w] = newReaches(words)
	}
	return l
}

func (l *layer) reset(g guard) {
	l.guard = g
	for w := range l.allow {
		l.allow[w].clear()
	}
	clear(l.once)
	clear(l.more)
}

func (l *layer) add(s *statement) {
	way := firm
	if s.conditional {
		way = maybe
	}
	l.allow[way].add(s)
	if s.several != nil {
		for i, at := range s.several.at {
			l.more[at] |= l.once[at] & s.several.bits[i]
			l.once[at] |= s.several.bits[i]
		}
	}
}

func (l *layer) cumulate() {
	const named, part, all = entitlement.ReachNamed, entitlement.ReachPart, entitlement.ReachAll
	f, m := &l.allow[firm], &l.allow[maybe]
	for i := range f[all] {
		f[part][i] |= f[all][i]
		f[named][i] |= f[part][i]
		m[all][i] |= f[all][i]
		m[part][i] |= f[part][i] | m[all][i]
		m[named][i] |= f[named][i] | m[part][i]
	}
}

// denials is what the Deny statements of several guards take away: ReachAll
// holds what is denied whole, less what is left at most of an action. The sets
// of firm include those of maybe.
type denials struct {
	sets [ways]reaches
	any  bool
}

func newDenials(words int) *denials {
	var d denials
	for w := range d.sets {
		d.sets[w] = newReaches(words)
	}
	return &d
}

func (d *denials) add(s *statement) {
	d.any = true
	d.sets[firm].add(s)
	if !s.conditional {
		d.sets[maybe].add(s)
	}
}

// reset makes d equal to from, or empty if that is nil.
func (d *denials) reset(from *denials) {
	dirty := d.any
	d.any = from != nil && from.any
	for w := range d.sets {
		for r := range d.sets[w] {
			switch {
			case d.any:
				copy(d.sets[w][r], from.sets[w][r])
			case dirty:
				clear(d.sets[w][r])
			}
		}
	}
}

// merger computes the access of one set of policies; it is used again and
// again.
type merger struct {
	account *Account
	own     [2]*layer // Room for the identity's policies and its boundary.
	layers  []*layer  // In force now; the first is that of the identity.
	denies  *denials
	result  [ways]reaches
	slow    []uint64
	exact   exact
}

func newMerger(a *Account) *merger {
	words := a.universe.words
	m := &merger{account: a, slow: make([]uint64, words), denies: newDenials(words)}
	for i := range m.own {
		m.own[i] = newLayer(words)
	}
	for w := range m.result {
		m.result[w] = newReaches(words)
	}
	m.exact = exact{merger: m, memory: map[pair]bool{}}
	return m
}

// compute merges the policies of a cell.
func (a *Account) compute(c *cell) *entitlement.Access {
	m, ok := a.mergers.Get().(*merger)
	if !ok {
		m = newMerger(a)
	}
	defer a.mergers.Put(m)
	m.start(c)
	m.merge()
	return m.access()
}

// start takes in the layers of a cell.
func (m *merger) start(c *cell) {
	a := m.account
	controls, denies := a.controls, a.controlDenies
	if c.free {
		controls, denies = nil, nil
	}
	m.denies.reset(denies)
	m.own[0].fill(guard{policies: c.policies, limits: true}, a.policies, m.denies)
	m.layers = append(m.layers[:0], m.own[0])
	if c.boundary != noBoundary {
		m.own[1].fill(guard{[]int32{c.boundary}, !a.policies[c.boundary].doubtful}, a.policies, m.denies)
		m.layers = append(m.layers, m.own[1])
	}
	m.layers = append(m.layers, controls...)
}

// fill makes l the layer of a guard and adds its Deny statements to denies.
func (l *layer) fill(g guard, policies []policy, denies *denials) {
	l.reset(g)
	for _, n := range g.policies {
		for i := range policies[n].statements {
			if s := &policies[n].statements[i]; s.deny {
				denies.add(s)
			} else if g.limits {
				l.add(s)
			}
		}
	}
	l.cumulate()
}

// merge intersects the layers and takes away what is denied.
func (m *merger) merge() {
	for w := range m.result {
		for r := entitlement.ReachNamed; r <= entitlement.ReachAll; r++ {
			copy(m.result[w][r], m.layers[0].allow[w][r])
			for _, l := range m.layers[1:] {
				if l.limits {
					and(m.result[w][r], l.allow[w][r])
				}
			}
		}
		if m.denies.any {
			takeAway(&m.result[w], &m.denies.sets[w])
		}
	}
	m.findSlow()
	for i := range entitlement.ActionSet(m.slow).Indices() {
		m.settle(i)
	}
}

func and(a, b []uint64) {
	for i := range a {
		a[i] &= b[i]
	}
}

func takeAway(r, d *reaches) {
	const named, part, all = entitlement.ReachNamed, entitlement.ReachPart, entitlement.ReachAll
	for i := range r[all] {
		whole := d[all][i]
		r[named][i] &^= whole
		r[part][i] &^= whole | d[named][i]
		r[all][i] &^= whole | d[named][i] | d[part][i]
	}
}

// findSlow finds the actions whose reach needs a look at the patterns: those
// limited in two layers, or limited and denied in part, and those that several
// statements together may cover in full.
func (m *merger) findSlow() {
	const named, part, all = entitlement.ReachNamed, entitlement.ReachPart, entitlement.ReachAll
	for i := range m.slow {
		var one, two, several uint64
		for n, l := range m.layers {
			if n > 0 && !l.limits {
				continue
			}
			some := l.allow[maybe][named][i] &^ l.allow[firm][all][i]
			two |= one & some
			one |= some
			several |= l.more[i] & some
		}
		partly := m.denies.sets[firm][part][i] | m.denies.sets[firm][named][i]
		m.slow[i] = m.result[maybe][named][i] & (two | several | one&partly)
	}
}

// settle sets the reach of one action by its patterns.
func (m *merger) settle(action int) {
	for w := range m.result {
		r := m.exact.reach(action, w)
		for i := entitlement.ReachNamed; i <= entitlement.ReachAll; i++ {
			if word, bit := &m.result[w][i][action>>6], uint64(1)<<(action&63); r >= i {
				*word |= bit
			} else {
				*word &^= bit
			}
		}
	}
}

// access turns the result into the form that is shared.
func (m *merger) access() *entitlement.Access {
	const named, part, all = entitlement.ReachNamed, entitlement.ReachPart, entitlement.ReachAll
	f, y := &m.result[firm], &m.result[maybe]
	a := &entitlement.Access{Super: m.super()}
	conditional := m.slow // Free again.
	for i := range conditional {
		y[named][i] &^= y[part][i]
		y[part][i] &^= y[all][i]
		conditional[i] = y[all][i]&^f[all][i] | y[part][i]&^f[part][i] | y[named][i]&^f[named][i]
	}
	a.Literal = m.literals(conditional)
	words := m.account.universe.base / 64
	share := m.account.results
	a.All, a.Part = share.Share(y[all][:words]), share.Share(y[part][:words])
	a.Named, a.Conditional = share.Share(y[named][:words]), share.Share(conditional[:words])
	return a
}

// super reports whether everything is granted in full without condition.
func (m *merger) super() bool {
	for i, w := range m.account.cat.All() {
		if w&^m.result[firm][entitlement.ReachAll][i] != 0 {
			return false
		}
	}
	return true
}

// literals returns what is left of the literal actions that the identity's own
// policies name. Those that it holds by a wildcard alone nobody can list.
func (m *merger) literals(conditional []uint64) []entitlement.LiteralGrant {
	var named []int32
	for _, n := range m.own[0].policies {
		named = append(named, m.account.policies[n].literals...)
	}
	slices.Sort(named)
	var out []entitlement.LiteralGrant
	u := m.account.universe
	for _, n := range slices.Compact(named) {
		i := u.base + int(n)
		for r := entitlement.ReachNamed; r <= entitlement.ReachAll; r++ {
			if entitlement.ActionSet(m.result[maybe][r]).Has(i) {
				out = append(out, entitlement.LiteralGrant{
					Action: u.literals[n], Reach: r, Conditional: entitlement.ActionSet(conditional).Has(i),
				})
			}
		}
	}
	return out
}
