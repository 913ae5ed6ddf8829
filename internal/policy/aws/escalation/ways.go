package escalation

import (
	"cmp"
	"slices"
)

// ways are the shortest ways to everything from each identity of an estate,
// by moves that are sure enough.
type ways struct {
	least   truth
	next    map[*actor]*move
	steps   map[*actor]int
	settled map[*list]bool
	queue   []*actor
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

// edge is a move as seen from where it leads: of one identity, or of all that
// have a list.
type edge struct {
	from *actor
	list *list
	move *move
}

// explore finds the moves of these identities and of all that they lead to,
// and the ways to everything.
func (f *finder) explore(list []*actor) {
	order := f.reach(list)
	into := map[*actor][]edge{}
	for _, by := range order {
		for _, m := range by.own {
			f.enter(into, edge{from: by, move: m})
		}
		for _, l := range by.lists {
			if l.of = append(l.of, by); len(l.of) > 1 {
				continue
			}
			for _, m := range l.moves {
				f.enter(into, edge{list: l, move: m})
				if f.everything(m) {
					l.ends[m.truth] = append(l.ends[m.truth], m)
				}
			}
		}
	}
	f.ways[yes], f.ways[perhaps] = f.waysOf(order, into, yes), f.waysOf(order, into, perhaps)
}

// enter notes a move where it leads.
func (f *finder) enter(into map[*actor][]edge, e edge) {
	to := e.move.to
	if to == nil {
		return
	}
	into[to] = append(into[to], e)
	if e.move.after != to.access {
		f.given[to] = true
	}
}

// reach finds the moves of these identities and of all that they lead to, and
// returns those sorted, so that of equal ways it is the same always.
func (f *finder) reach(list []*actor) []*actor {
	seen := map[*actor]bool{}
	listed := make(map[int]bool)
	var order []*actor
	list = slices.Clone(list) // It grows.
	push := func(moves []*move) {
		for _, m := range moves {
			if m.to != nil && !seen[m.to] {
				list = append(list, m.to)
			}
		}
	}
	for len(list) > 0 {
		by := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[by] {
			continue
		}
		seen[by] = true
		order = append(order, by)
		f.meet(by)
		push(by.own)
		for _, l := range by.lists {
			if !listed[l.number] {
				listed[l.number] = true
				push(l.moves)
			}
		}
	}
	slices.SortFunc(order, func(a, b *actor) int { return cmp.Compare(a.ID, b.ID) })
	return order
}

// waysOf goes backwards from the moves that end with everything.
func (f *finder) waysOf(order []*actor, into map[*actor][]edge, least truth) *ways {
	w := &ways{least: least, next: map[*actor]*move{}, steps: map[*actor]int{}, settled: map[*list]bool{}}
	for _, by := range order {
		if m := f.ending(by, least); m != nil {
			w.settle(by, m, 1)
		}
	}
	for len(w.queue) > 0 {
		at := w.queue[0]
		w.queue = w.queue[1:]
		if w.steps[at] < MaxSteps {
			w.back(into[at], w.steps[at]+1)
		}
	}
	return w
}

// ending returns the first move of an identity that ends with everything.
func (f *finder) ending(by *actor, least truth) *move {
	for _, m := range by.own {
		if m.truth >= least && f.everything(m) {
			return m
		}
	}
	for _, l := range by.lists {
		for t := yes; t >= least; t-- {
			for _, m := range l.ends[t] {
				if by.may(m) {
					return m
				}
			}
		}
	}
	return nil
}

// back settles those whose moves lead to somebody.
func (w *ways) back(into []edge, steps int) {
	for _, e := range into {
		switch {
		case e.move.truth < w.least:
		case e.list == nil:
			w.settle(e.from, e.move, steps)
		case !w.settled[e.list]:
			w.settled[e.list] = true
			for _, by := range e.list.of {
				if by != e.move.to {
					w.settle(by, e.move, steps)
				}
			}
		}
	}
}

func (w *ways) settle(by *actor, m *move, steps int) {
	if w.next[by] == nil {
		w.next[by], w.steps[by] = m, steps
		w.queue = append(w.queue, by)
	}
}
