package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// kin are the roles of one account of which the same policies speak of assuming
// roles: they enter the same roles by the trust that these have in the account
// as a whole.
type kin struct {
	edges []edge
}

// kinOf returns the kin of a role, nil if it has none: it holds no permission to
// assume roles, or what decides looks at who asks.
func (s *Survey) kinOf(t *trust) *kin {
	if t.related {
		return t.kin
	}
	t.related = true
	name, ok := s.kinship(t)
	if !ok || !s.mayAssume(t.account, t.role.ID) {
		return nil
	}
	if t.kin = s.kin[name]; t.kin == nil {
		t.kin = &kin{}
		s.kin[name] = t.kin
		for _, to := range s.trusting.alike[string(t.account.System())] {
			t.kin.edges = s.edge(t.kin.edges, t, to)
		}
	}
	return t.kin
}

// kinship identifies the kin of a role; false if it can have none.
func (s *Survey) kinship(t *trust) (string, bool) {
	r := s.reading(t.account)
	name := []string{string(t.account.System()), string(t.role.Boundary)}
	for _, id := range r.controls() {
		if r.document(id).personal {
			return "", false
		}
	}
	list := slices.Clone(r.policiesOf(t.role))
	slices.Sort(list)
	for _, id := range slices.Compact(list) {
		c := r.document(id)
		if c.personal {
			return "", false
		}
		if c.assumes {
			name = append(name, string(id))
		}
	}
	return strings.Join(name, "\n"), true
}

// controls lists the control policies above an account.
func (r *reading) controls() []entitlement.PolicyID {
	inv := r.account.Inventory()
	return slices.Concat(slices.Concat(inv.Controls...), slices.Concat(inv.ResourceControls...))
}

// alike reports whether a role lets in all identities of an account alike,
// beside those that it names.
func (t *trust) alike() bool {
	for i := range t.rules {
		r := &t.rules[i]
		if !r.ways[byAccount] {
			continue
		}
		if r.deny && (r.who.negated || !r.who.everyone) || slices.ContainsFunc(r.raw, looks) {
			return false
		}
	}
	return true
}

// looks reports whether a condition looks at who asks.
func looks(c aws.Condition) bool {
	return picks(strings.ToLower(c.Key)) || slices.ContainsFunc(c.Values, variable)
}

func variable(s string) bool { return strings.Contains(s, "${") }

// personal reports whether a statement looks at who asks.
func personal(s *aws.Statement) bool {
	return slices.ContainsFunc(s.Resources, variable) || slices.ContainsFunc(s.NotResources, variable) ||
		slices.ContainsFunc(s.Conditions, looks)
}
