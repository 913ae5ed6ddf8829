package entitle

import (
	"context"
	"fmt"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// assignment is one policy that bears on an identity, or on all of a system.
type assignment struct {
	sys     *system
	one     *assess.Identity // Nil for controls, which bear on everybody.
	id      entitlement.PolicyID
	way     string
	through string

	// Of Azure and Google Cloud.
	member      string // Of a grant to none of the identities, such as "allUsers".
	name        string // Of a denial or boundary.
	scope       entitlement.ResourceID
	conditional string
}

// The ways by which a policy bears on an identity.
const (
	direct   = "direct"
	byMember = "group"
	boundary = "boundary"
	control  = "control"
)

// assignments is the table of who has which policy, and why.
func assignments() tables.Definition {
	fields := slices.Concat(assignmentFields(), ofSystem(func(a *assignment) *system { return a.sys }))
	return tables.Definition{
		Name: "assignments", Title: "Policy assignments", Group: tables.Entitlements,
		Help: "Which policies bear on whom: attached or inline (direct), of a group, as a permissions boundary, or as a control from above, " +
			"which bears on the whole system and has no identity here. Functions and instances have the policies of their role. On Azure and Google " +
			"Cloud policies are the roles that are granted, with where; deny assignments and deny policies are controls, principal access boundaries boundaries.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Complete("identity", "Identity", "Unique id; controls are left out."), byType(),
			tables.Complete("policy", "Policy", "Unique id."), tables.Complete("policy_name", "Policy name", ""),
			tables.Enum("kind", "Kind", "", true, "managed", "custom", "inline"),
			tables.Enum("way", "Way", "", true, direct, byMember, boundary, control),
		},
		Sort: []api.TableOrder{{By: "system"}, {By: "identity"}, {By: "way"}, {By: "policy"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyAssignment(q), fields), nil
		},
	}
}

func assignmentFields() []tables.Field[assignment] {
	t := func(name, title, help string, s func(*assignment) string) tables.Field[assignment] {
		return tables.Fill(tables.Text(name, title, help), func(a *assignment) report.Cell { return report.Text(s(a)) })
	}
	ofOne := func(s func(*assess.Identity) string) func(*assignment) string {
		return func(a *assignment) string {
			if a.one == nil {
				return ""
			}
			return s(a.one)
		}
	}
	return []tables.Field[assignment]{
		t("identity", "Identity", "Unique id, or a member such as allUsers; empty for a control.", func(a *assignment) string { return a.holder() }),
		t("name", "Name", "", ofOne(func(one *assess.Identity) string { return one.Name })),
		t("type", "Type", "", ofOne(func(one *assess.Identity) string { return string(one.Kind) })),
		t("owner", "Owner", "Team that answers for the identity.", ofOne(func(one *assess.Identity) string { return one.Owner })),
		t("policy", "Policy", "Unique id.", func(a *assignment) string { return string(a.id) }),
		t("policy_name", "Policy name", "", (*assignment).policyName),
		t("kind", "Kind", "managed, custom or inline; empty where the policy was not read.", (*assignment).kind),
		t("way", "Way", "direct, group, boundary or control.", func(a *assignment) string { return a.way }),
		t("through", "Through", "Group, role, or level of the organisation.", func(a *assignment) string { return a.through }),
		t("scope", "Scope", "Where a role is granted, on Azure and Google Cloud: there and on everything below.", func(a *assignment) string { return string(a.scope) }),
		t("conditional", "Conditional", "On Azure and Google Cloud: yes, no, or eligible where it must be activated first.", func(a *assignment) string { return a.conditional }),
	}
}

// holder is whom the policy bears on; "" is everybody.
func (a *assignment) holder() string {
	if a.one == nil {
		return a.member
	}
	return string(a.one.ID)
}

func (a *assignment) policyName() string {
	if a.name != "" {
		return a.name
	}
	return a.sys.policyName(a.id)
}

func (a *assignment) kind() string {
	if a.sys.Assessment.Roles != nil {
		return a.roleKind()
	}
	p, ok := a.sys.inventory().Policies[a.id]
	if !ok {
		return ""
	}
	return kindOfPolicy(&p)
}

func everyAssignment(q *tables.Question) []assignment {
	var list []assignment
	for _, s := range systems(q) {
		for _, a := range s.assignments(q) {
			if keepsAssignment(q, &a) {
				list = append(list, a)
			}
		}
	}
	return list
}

func keepsAssignment(q *tables.Question, a *assignment) bool {
	return q.Keeps("policy", string(a.id)) && (q.Values("policy_name") == nil || q.Keeps("policy_name", a.policyName())) &&
		(q.Values("kind") == nil || q.Keeps("kind", a.kind())) && q.Keeps("way", a.way)
}

func (s *system) assignments(q *tables.Question) []assignment {
	if s.Assessment.Roles != nil {
		return s.grantsOf(q)
	}
	var list []assignment
	for i := range s.Assessment.Identities {
		if one := &s.Assessment.Identities[i]; q.Keeps("identity", string(one.ID)) && q.Keeps("type", string(one.Kind)) {
			list = s.ofIdentity(list, one)
		}
	}
	if q.Values("identity") != nil || q.Values("type") != nil {
		return list
	}
	inv := s.inventory()
	list = s.controls(list, "service control policies, level %d", inv.Controls)
	return s.controls(list, "resource control policies, level %d", inv.ResourceControls)
}

func (s *system) ofIdentity(list []assignment, one *assess.Identity) []assignment {
	list = s.has(list, one, one, direct, "")
	for _, id := range one.Groups {
		if g := s.identity(id); g != nil {
			list = s.has(list, one, g, byMember, string(id))
		}
	}
	if role := s.identity(one.RunsAs); role != nil {
		list = s.has(list, one, role, direct, string(role.ID))
	}
	return list
}

// has adds what an identity has by way of another, which may be itself.
func (s *system) has(list []assignment, one, of *assess.Identity, way, through string) []assignment {
	for _, id := range of.Policies {
		list = append(list, assignment{sys: s, one: one, id: id, way: way, through: through})
	}
	if of.Boundary != "" && way != byMember {
		list = append(list, assignment{sys: s, one: one, id: of.Boundary, way: boundary, through: through})
	}
	return list
}

func (s *system) controls(list []assignment, format string, levels [][]entitlement.PolicyID) []assignment {
	for i, level := range levels {
		for _, id := range level {
			list = append(list, assignment{sys: s, id: id, way: control, through: fmt.Sprintf(format, i+1)})
		}
	}
	return list
}
