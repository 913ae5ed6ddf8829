package entitle

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// functions is the table of what runs as a role.
func functions() tables.Definition {
	fields := slices.Concat(named(), []tables.Field[who]{ownerField()}, ofSystem(systemOf), roleFields(), figuresOf(), seen(), []tables.Field[who]{
		resourcesUsed(),
		number("escalations", "Escalations", "ways", "Ways in which it can raise its own permissions.", (*who).escalations),
		number("findings", "Findings", "findings", "", func(w *who) int { return w.sys.findingsOf(w.ID) }),
		superField(), text("tags", "Tags", "", func(w *who) string { return tagText(w.Tags) }),
	})
	kind := tables.Enum("type", "Type", "", true, "function", "instance")
	kind.Default = "function"
	return tables.Definition{
		Name: "functions", Title: "Functions", Group: tables.Entitlements,
		Help: "Serverless functions, and instances where the filter type asks for them. What they may do is what the role that they run " +
			"as may; what they used is what their own sessions of it did. On Azure and Google Cloud the role is the managed identity or service " +
			"account that they run as, and what they used is what it did.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			kind, byState(), byBand(), bySeverity(), yes("super", "Super", "May do every action on every resource."),
			tables.Complete("role", "Role", "Unique id."), tables.Complete("owner", "Owner", ""), tables.Complete("identity", "Identity", "Unique id."),
			tables.Complete("name", "Name", ""),
		},
		Sort: []api.TableOrder{{By: "pci", Descending: true}, {By: "name"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everybody(q, func(w *who) bool { return keepsFunction(q, w) }), fields), nil
		},
	}
}

func keepsFunction(q *tables.Question, w *who) bool {
	runs := w.Kind == entitlement.Function || w.Kind == entitlement.Instance
	return runs && keepsBasics(q, w) && q.Keeps("role", string(w.RunsAs))
}

func roleFields() []tables.Field[who] {
	return []tables.Field[who]{
		text("role", "Role", "Unique id of the role that it runs as; empty where it has none.", func(w *who) string { return string(w.RunsAs) }),
		tables.Fill(tables.Text("role_name", "Role name", ""), func(w *who) report.Cell {
			if w.RunsAs == "" {
				return report.Cell{}
			}
			return report.Text(w.sys.nameOf(w.RunsAs))
		}),
		number("role_shared_by", "Role shared by", "functions and instances", "Those that run as the same role, itself included.", func(w *who) int {
			return w.sys.runningAs(w.RunsAs)
		}),
	}
}

// runningAs returns how many functions and instances run as a role.
func (s *system) runningAs(role entitlement.IdentityID) int {
	if s.running == nil {
		s.running = map[entitlement.IdentityID]int{}
		for i := range s.Assessment.Identities {
			if as := s.Assessment.Identities[i].RunsAs; as != "" {
				s.running[as]++
			}
		}
	}
	return s.running[role]
}
