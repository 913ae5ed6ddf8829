package aws

// lookup finds those statements of a long policy that are about an action. Its
// rows go with the words of the policy's union.
type lookup struct {
	start   []int32 // Where the row of each word begins, and the end.
	entries []entry
}

// entry is one statement in a row, with the actions of the word that it is
// about.
type entry struct {
	bits      uint64
	statement int32
}

// fewStatements is how many are looked at one by one.
const fewStatements = 6

// lookupOf makes the lookup of a policy, nil if it is a short one.
func lookupOf(p *policy) *lookup {
	if len(p.statements) <= fewStatements || p.union == nil {
		return nil
	}
	l := &lookup{}
	next := make([]int, len(p.statements)) // In the words of each statement.
	for _, at := range p.union.at {
		l.start = append(l.start, int32(len(l.entries))) //nolint:gosec // bounded by the size of the document
		for i := range p.statements {
			if acts := p.statements[i].acts; acts != nil && next[i] < len(acts.at) && acts.at[next[i]] == at {
				l.entries = append(l.entries, entry{acts.bits[next[i]], int32(i)}) //nolint:gosec // as above
				next[i]++
			}
		}
	}
	l.start = append(l.start, int32(len(l.entries))) //nolint:gosec // as above
	return l
}

// about returns, in room, the statements of a policy that are about the action
// of the query, in order.
func (q *query) about(p *policy, a *Account) []int32 {
	out := q.room[:0]
	switch row := p.union.find(q.index); {
	case q.index < 0:
		out = q.aboutUnknown(out, p, a)
	case row < 0:
	case p.lookup == nil:
		for i := range p.statements {
			if p.statements[i].acts.has(q.index) {
				out = append(out, int32(i)) //nolint:gosec // bounded by the size of the document
			}
		}
	default:
		for _, e := range p.lookup.entries[p.lookup.start[row]:p.lookup.start[row+1]] {
			if e.bits&(1<<(q.index&63)) != 0 {
				out = append(out, e.statement)
			}
		}
	}
	q.room = out
	return out
}

// aboutUnknown is about for an action that the catalogue does not have.
func (q *query) aboutUnknown(out []int32, p *policy, a *Account) []int32 {
	for i := range p.statements {
		if q.concerns(a, &p.statements[i]) {
			out = append(out, int32(i)) //nolint:gosec // bounded by the size of the document
		}
	}
	return out
}
