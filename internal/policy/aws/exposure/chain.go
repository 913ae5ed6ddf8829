package exposure

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// maxBetween is the most roles that may lie between an outsider and a role. AWS
// sets no bound of its own, but each link takes a policy on both sides, and
// longer chains are not found in practice.
const maxBetween = 5

// edge is a role that another can enter.
type edge struct {
	to          *trust
	conditional bool
	keys        []string
}

// path is how an outsider got to a role.
type path struct {
	start       *entitlement.ExternalAccess
	at          *trust
	via         []entitlement.IdentityID // With the role where it is.
	conditional bool
	keys        []string
}

// chained returns who enters roles of an account through others: of the account
// itself, or of known ones, but not of the outsider's own. Of several ways from
// one origin to one role the shortest counts, one without conditions before
// others, and none where the origin enters the role at least as freely by
// itself.
func (s *Survey) chained(a *aws.Account, direct []entitlement.ExternalAccess) []entitlement.ExternalAccess {
	type pair struct {
		from string
		role entitlement.IdentityID
	}
	enters, freely := map[pair]bool{}, map[pair]bool{}
	for i := range direct {
		p := pair{direct[i].From, direct[i].Role}
		enters[p] = true
		freely[p] = freely[p] || !direct[i].Conditional
	}
	var out []entitlement.ExternalAccess
	starts := s.starts(string(a.System()))
	for _, from := range slices.Sorted(maps.Keys(starts)) {
		for _, p := range s.walk(from, starts[from]) {
			pair := pair{from, p.at.role.ID}
			if p.at.account == a && len(p.via) > 1 && !freely[pair] && (!enters[pair] || !p.conditional) {
				out = append(out, p.access())
			}
		}
	}
	return out
}

func (p *path) access() entitlement.ExternalAccess {
	x := *p.start
	x.Role, x.Method, x.Via = p.at.role.ID, entitlement.AccessChaining, p.via[:len(p.via)-1]
	x.Conditional, x.Keys = p.conditional, p.keys
	return x
}

// starts returns where outsiders come in, anywhere in the estate, by origin,
// but for one origin.
func (s *Survey) starts(but string) map[string][]path {
	out := map[string][]path{}
	for _, a := range s.estate.Accounts() {
		for _, t := range s.trusts[a] {
			for i := range s.direct(t) {
				x := &t.direct[i]
				if x.From == but || len(x.Identities) == 0 && s.estate.Account(entitlement.SystemID(x.From)) != nil {
					continue // Nobody there can.
				}
				out[x.From] = append(out[x.From], path{start: x, at: t, via: []entitlement.IdentityID{t.role.ID}, conditional: x.Conditional, keys: x.Keys})
			}
		}
	}
	return out
}

// walk finds the roles that an origin gets to, first without any condition,
// then with conditions.
func (s *Survey) walk(from string, starts []path) []path {
	slices.SortStableFunc(starts, func(x, y path) int {
		return strings.Compare(string(x.at.role.ID), string(y.at.role.ID))
	})
	seen := map[*trust]bool{}
	var out []path
	for _, conditional := range []bool{false, true} {
		reached := map[*trust]bool{}
		for _, p := range s.spread(from, starts, conditional, reached) {
			if !seen[p.at] {
				seen[p.at] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// spread walks in breadth, so that the first way to a role is a shortest.
func (s *Survey) spread(from string, starts []path, conditional bool, reached map[*trust]bool) []path {
	var queue []path
	done := map[*kin]bool{}
	push := func(p path) {
		if !reached[p.at] && (conditional || !p.conditional) {
			reached[p.at] = true
			queue = append(queue, p)
		}
	}
	for _, p := range starts {
		push(p)
	}
	for i := 0; i < len(queue); i++ {
		p := queue[i]
		if len(p.via) > maxBetween {
			continue
		}
		lists := [][]edge{s.edges(p.at)}
		if k := s.kinOf(p.at); k != nil && !done[k] {
			done[k] = true // Others get there no sooner.
			lists = append(lists, k.edges)
		}
		for _, e := range slices.Concat(lists...) {
			if !reached[e.to] && string(e.to.account.System()) != from {
				push(p.through(&e))
			}
		}
	}
	return queue
}

func (p *path) through(e *edge) path {
	next := path{start: p.start, at: e.to, conditional: p.conditional || e.conditional, keys: p.keys}
	next.via = append(slices.Clip(p.via), e.to.role.ID)
	if len(e.keys) > 0 {
		next.keys = sorted(append(slices.Clone(p.keys), e.keys...))
	}
	return next
}

// edges returns the roles, of all accounts, that a role can enter, but those
// that its kin can enter too.
func (s *Survey) edges(t *trust) []edge {
	if t.edged {
		return t.edges
	}
	t.edged = true
	granted, related := s.mayAssume(t.account, t.role.ID), s.kinOf(t) != nil
	list := s.enterable(t.role, granted && !related, nil)
	if related {
		list = append(list, s.trusting.apart[string(t.account.System())]...)
	}
	for _, to := range list {
		if to != t && (to.account == t.account || granted) {
			t.edges = s.edge(t.edges, t, to)
		}
	}
	return t.edges
}

// edge adds the edge from one role to another, if there is one.
func (s *Survey) edge(list []edge, t, to *trust) []edge {
	v, keys := s.decide(t.role.ID, "sts:AssumeRole", string(to.role.ID))
	if v != aws.Allowed && v != aws.Conditional {
		return list
	}
	return append(list, edge{to: to, conditional: v == aws.Conditional, keys: slices.Clone(keys)})
}
