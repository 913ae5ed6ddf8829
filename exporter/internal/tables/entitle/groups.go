package entitle

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// groups is the table of groups.
func groups() tables.Definition {
	fields := slices.Concat(named(), []tables.Field[who]{ownerField()}, ofSystem(systemOf), figuresOf(), seen(), groupFields())
	return tables.Definition{
		Name: "groups", Title: "Groups", Group: tables.Entitlements,
		Help: "Groups with what they grant and what their members used of that; members of its groups are members too. A group is active through its members' use of what it " +
			"grants; groups do not count in the index of a system, for their members do.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			byState(), byBand(), bySeverity(), yes("super", "Super", "Grants every action on every resource."),
			tables.Complete("owner", "Owner", ""), tables.Complete("identity", "Group", "Unique id."), tables.Complete("name", "Name", ""),
		},
		Sort: []api.TableOrder{{By: "pci", Descending: true}, {By: "granted", Descending: true}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everybody(q, func(w *who) bool { return w.Kind == entitlement.Group && keepsBasics(q, w) }), fields), nil
		},
	}
}

func groupFields() []tables.Field[who] {
	return []tables.Field[who]{
		number("members", "Members", "identities", "", func(w *who) int { return w.Members }),
		number("members_active", "Active members", "identities", "Those that used something that the group grants.", func(w *who) int {
			return w.sys.membersOf(w.ID).active
		}),
		number("resources_used", "Resources used", "resources", "Different ones that its members used by what the group grants, of each action of a member 32 at most.",
			func(w *who) int { return w.sys.membersOf(w.ID).resources }),
		number("policies", "Policies", "policies", "Or grants of roles.", (*who).policies),
		number("escalations", "Escalations", "ways", "Ways in which any member can raise its own permissions by what the group grants.", (*who).escalations),
		number("findings", "Findings", "findings", "", func(w *who) int { return w.sys.findingsOf(w.ID) }),
		superField(),
		text("tags", "Tags", "", func(w *who) string { return tagText(w.Tags) }),
	}
}

// membership is what members do by way of a group.
type membership struct {
	group     *assess.Identity
	granted   entitlement.ActionSet
	active    int
	resources int

	last uint32 // Resource that was counted last, from 1.
}

// membersOf returns what the members of a group do by way of it.
func (s *system) membersOf(group entitlement.IdentityID) *membership {
	if s.members == nil {
		s.members = map[entitlement.IdentityID]*membership{}
		s.countMembers()
		s.countResources()
	}
	if m := s.members[group]; m != nil {
		return m
	}
	return &membership{}
}

func (s *system) countMembers() {
	for i := range s.Assessment.Identities {
		if g := &s.Assessment.Identities[i]; g.Kind == entitlement.Group {
			s.members[g.ID] = &membership{group: g, granted: g.Access.Granted()}
		}
	}
	for i := range s.Assessment.Identities {
		one := &s.Assessment.Identities[i]
		if one.Kind == entitlement.Group {
			continue
		}
		for _, id := range one.Within {
			if m := s.members[id]; m != nil && !m.granted.Intersect(one.Usage.Used).Empty() {
				m.active++
			}
		}
	}
}

func (s *system) countResources() {
	if s.Assessment.Touched == nil {
		return
	}
	for i := range s.Assessment.Touched.Uses { // By resource.
		u := &s.Assessment.Touched.Uses[i]
		if u.Count == 0 {
			continue
		}
		for _, id := range s.Assessment.Identities[u.Identity].Within {
			if m := s.members[id]; m != nil && m.last != u.Resource+1 && m.granted.Has(int(u.Action)) {
				m.resources++
				m.last = u.Resource + 1
			}
		}
	}
}
