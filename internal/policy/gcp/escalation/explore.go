package escalation

// explore finds the ways to everything from each service account of the
// estate: from those that have everything backwards, a move at a time.
func (f *finder) explore() {
	var all []*node
	for _, h := range f.homes {
		all = append(all, h.accounts...)
	}
	for least := range 2 {
		for steps := 1; steps < MaxSteps; steps++ {
			if !f.approach(all, least, steps) {
				break
			}
		}
	}
}

// best is the nearest to everything among targets.
type best struct {
	steps int // Moves from there; -1 is none.
	node  *node
}

// approach finds the accounts from which so many moves lead to everything.
func (f *finder) approach(all []*node, least, steps int) bool {
	shared := map[**node]best{}
	type found struct {
		at   *node
		move move
	}
	var news []found
	for _, n := range all {
		if n.dist[least] > 0 {
			continue
		}
		if m, ok := f.closing(n, shared, least, steps); ok {
			news = append(news, found{n, m})
		}
	}
	for _, x := range news {
		x.at.dist[least], x.at.next[least] = steps, x.move
	}
	return len(news) > 0
}

// closing returns the first move of an account after which steps-1 lead to
// everything.
func (f *finder) closing(n *node, shared map[**node]best, least, steps int) (move, bool) {
	for _, l := range f.moves(f.actorOf(n).class) {
		if l.truth < leastTruth(least) || l.plan.Ends == Storage {
			continue
		}
		if steps == 1 && l.end != "" && l.admin {
			return move{list: l}, true
		}
		if len(l.targets) == 0 {
			continue
		}
		key := &l.targets[0]
		b, ok := shared[key]
		if !ok {
			b = f.nearest(l.targets, least)
			shared[key] = b
		}
		if b.steps == steps-1 && b.node != n {
			return move{list: l, to: b.node}, true
		}
	}
	return move{}, false
}

// nearest finds the target from which the fewest moves lead to everything.
func (f *finder) nearest(targets []*node, least int) best {
	b := best{steps: -1}
	for _, n := range targets {
		steps := n.dist[least]
		if f.administers(n.in(n.home)) >= leastTruth(least) {
			return best{0, n}
		}
		if steps > 0 && (b.steps < 0 || steps < b.steps) {
			b = best{steps, n}
		}
	}
	return b
}
