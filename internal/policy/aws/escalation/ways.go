package escalation

import (
	"cmp"
	"slices"
)

// ways are the shortest ways to everything from each identity of an estate,
// by moves that are sure enough.
type ways struct {
	least truth
	next  map[*actor]*move
	steps map[*actor]int
}

// chain returns the way from an identity, nil if there is none of two moves or
// more: single moves are found without it.
func (w *ways) chain(from *actor) *chain {
	if w.steps[from] < 2 {
		return nil
	}
	var c *chain
	for by := from; ; by = c.move.to {
		c = c.then(by, w.next[by])
		if w.steps[by] == 1 {
			return c
		}
	}
}

// edge is a move as seen from where it leads.
type edge struct {
	from *actor
	move *move
}

// explore finds the moves of these identities and of all that they lead to,
// and the ways to everything.
func (f *finder) explore(list []*actor) {
	seen := map[*actor]bool{}
	var order []*actor
	list = slices.Clone(list) // It grows.
	for len(list) > 0 {
		by := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[by] {
			continue
		}
		seen[by] = true
		order = append(order, by)
		for _, m := range f.movesOf(by) {
			if m.to != nil {
				list = append(list, m.to)
			}
		}
	}
	slices.SortFunc(order, func(a, b *actor) int { return cmp.Compare(a.ID, b.ID) }) // Of equal ways the same, always.
	into := map[*actor][]edge{}
	for _, by := range order {
		for _, m := range f.movesOf(by) {
			if m.to != nil {
				into[m.to] = append(into[m.to], edge{by, m})
			}
		}
	}
	f.ways[yes], f.ways[perhaps] = f.waysOf(order, into, yes), f.waysOf(order, into, perhaps)
}

// waysOf goes backwards from the moves that end with everything.
func (f *finder) waysOf(order []*actor, into map[*actor][]edge, least truth) *ways {
	w := &ways{least: least, next: map[*actor]*move{}, steps: map[*actor]int{}}
	var queue []*actor
	for _, by := range order {
		for _, m := range f.movesOf(by) {
			if m.truth >= least && w.next[by] == nil && f.everything(m) {
				w.next[by], w.steps[by] = m, 1
				queue = append(queue, by)
			}
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if w.steps[at] == MaxSteps {
			continue
		}
		for _, e := range into[at] {
			if e.move.truth >= least && w.next[e.from] == nil {
				w.next[e.from], w.steps[e.from] = e.move, w.steps[at]+1
				queue = append(queue, e.from)
			}
		}
	}
	return w
}
