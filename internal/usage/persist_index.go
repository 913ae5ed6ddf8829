package usage

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// WriteTo writes the index, without what Track told. The same index gives the
// same bytes. Actions are written by name, so that the file outlives versions
// of the catalogue.
func (x *Index) WriteTo(w io.Writer) (int64, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	e, err := newEncoder(w, indexMagic)
	if err != nil {
		return 0, fmt.Errorf("write the usage index: %w", err)
	}
	e.state(&x.state, x.cat)
	n, err := e.close()
	if err != nil {
		return n, fmt.Errorf("write the usage index: %w", err)
	}
	return n, nil
}

// ReadFrom replaces the index by one that WriteTo wrote, from a reader that may
// hold more behind it. Where that fails the index stays as it was; a damaged
// file is [ErrCorrupt].
func (x *Index) ReadFrom(r io.Reader) (int64, error) {
	d, err := newDecoder(r, indexMagic, indexOld)
	if err != nil {
		return 0, fmt.Errorf("read the usage index: %w", err)
	}
	s := d.state(x.cat)
	n, err := d.close()
	if err != nil {
		return n, fmt.Errorf("read the usage index: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.replace(s)
	return n, nil
}

func (e *encoder) state(s *state, cat *catalog.Catalog) {
	for _, n := range []int64{s.counts.Used, s.counts.Denied, s.counts.NotPermissionBearing, s.counts.Unmapped} {
		e.uint(uint64(n)) //nolint:gosec // a count is not negative
	}
	names := e.actions(s, cat)
	resources := e.resources(s)
	e.uint(uint64(len(s.people)))
	for _, key := range slices.Sorted(maps.Keys(s.byKey)) {
		e.string(key)
		e.person(s.people[s.byKey[key]], names)
		e.named(s.people[s.byKey[key]], names, resources)
	}
	e.uint(uint64(len(s.keys)))
	for _, id := range slices.Sorted(maps.Keys(s.keys)) {
		e.string(string(id))
		e.uint(uint64(s.keys[id].last))
		e.string(string(s.keys[id].id))
	}
	e.unmapped(s.unmapped)
	e.data(s.data)
}

// actions writes the names of the actions in use, sorted, and returns their
// numbers in the file.
func (e *encoder) actions(s *state, cat *catalog.Catalog) map[uint32]uint64 {
	names := map[entitlement.Action]uint32{}
	for _, p := range s.people {
		for _, c := range p.cells {
			if n := int(c.action); n < cat.Len() {
				names[cat.Info(n).Action] = c.action
			} else {
				names[s.literals[n-cat.Len()]] = c.action
			}
		}
	}
	numbers := map[uint32]uint64{}
	e.uint(uint64(len(names)))
	for i, name := range slices.Sorted(maps.Keys(names)) {
		e.string(string(name))
		numbers[names[name]] = uint64(i) //nolint:gosec // an index is not negative
	}
	return numbers
}

func (e *encoder) person(p *person, names map[uint32]uint64) {
	e.string(string(p.id))
	e.uint(uint64(p.seen))
	e.uint(uint64(p.active))
	e.uint(uint64(len(p.cells)))
	cells := slices.Clone(p.cells)
	slices.SortFunc(cells, func(a, b cell) int { return int(names[a.action]) - int(names[b.action]) }) //nolint:gosec // small
	for _, c := range cells {
		e.uint(names[c.action])
		for _, v := range []uint32{c.first, c.last, c.count, c.denied, c.forwarded, c.refused} {
			e.uint(uint64(v))
		}
	}
}

func (e *encoder) unmapped(calls map[call]int64) {
	e.uint(uint64(len(calls)))
	for _, c := range slices.SortedFunc(maps.Keys(calls), compareCalls) {
		e.string(c.source)
		e.string(c.name)
		e.uint(uint64(calls[c])) //nolint:gosec // a count is not negative
	}
}

func (e *encoder) data(systems map[entitlement.SystemID]map[string]bool) {
	e.uint(uint64(len(systems)))
	for _, system := range slices.Sorted(maps.Keys(systems)) {
		e.string(string(system))
		e.uint(uint64(len(systems[system])))
		for _, service := range slices.Sorted(maps.Keys(systems[system])) {
			e.string(service)
		}
	}
}

func (d *decoder) state(cat *catalog.Catalog) state {
	s := newState()
	for _, n := range []*int64{&s.counts.Used, &s.counts.Denied, &s.counts.NotPermissionBearing, &s.counts.Unmapped} {
		*n = int64(d.uint(math.MaxInt64)) //nolint:gosec // limited just here
	}
	var actions []uint32
	d.each(func() { actions = append(actions, s.action(cat, entitlement.Action(d.string()))) })
	var resources []uint32
	if !d.old {
		resources = d.resources(&s)
	}
	d.each(func() {
		p := s.people[s.personIndex(Canonical(entitlement.IdentityID(d.string())))] // Files may have names of before.
		if d.person(p, actions); !d.old {
			d.named(&s, p, actions, resources)
		}
	})
	d.each(func() {
		id := entitlement.AccessKeyID(d.string())
		s.keys[id] = keyUse{last: d.uint32(), id: entitlement.IdentityID(d.string())}
	})
	d.each(func() {
		c := call{source: d.string(), name: d.string()}
		s.unmapped[c] = int64(d.uint(math.MaxInt64)) //nolint:gosec // limited just here
	})
	d.each(func() {
		system := entitlement.SystemID(d.string())
		d.each(func() { s.addData(system, d.string()) })
	})
	return s
}

func (d *decoder) person(p *person, actions []uint32) {
	id := entitlement.IdentityID(d.string())
	p.note(id, d.uint32())
	p.active = max(p.active, d.uint32())
	d.each(func() {
		action := d.numbered(actions)
		if d.err != nil {
			return
		}
		p.cell(action).merge(cell{
			first: d.uint32(), last: d.uint32(), count: d.uint32(),
			denied: d.uint32(), forwarded: d.uint32(), refused: d.uint32(),
		})
	})
}

func (d *decoder) uint32() uint32 {
	return uint32(d.uint(math.MaxUint32)) //nolint:gosec // limited just here
}

// each calls read as often as the number that comes next says, until the first
// error.
func (d *decoder) each(read func()) {
	for n := d.uint(math.MaxUint32); n > 0 && d.err == nil; n-- {
		read()
	}
}
