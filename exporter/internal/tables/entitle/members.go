package entitle

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/report"
)

// member is one membership of a group.
type member struct {
	who

	group  *assess.Identity
	direct bool // And not by way of a group within.
}

// members is the table of who belongs to which group.
func members() tables.Definition {
	fields := slices.Concat([]tables.Field[member]{
		tables.Fill(tables.Text("group", "Group", "Unique id."), func(m *member) report.Cell { return report.Text(string(m.group.ID)) }),
		tables.Fill(tables.Text("group_name", "Group name", ""), func(m *member) report.Cell { return report.Text(m.group.Name) }),
	}, tables.Lift(slices.Concat(named(), []tables.Field[who]{ownerField()}, ofSystem(systemOf), figuresOf(), seen()), func(m *member) *who { return &m.who }),
		memberFields())
	return tables.Definition{
		Name: "group_members", Title: "Group members", Group: tables.Entitlements,
		Help: "Who belongs to which group, itself or by way of a group within it; groups within are here too. Figures are those of the member, with " +
			"everything that it has from elsewhere.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			byGroup(), tables.Complete("identity", "Member", "Unique id."), byState(), byBand(), bySeverity(), tables.Complete("owner", "Owner", ""),
		},
		Sort: []api.TableOrder{{By: "system"}, {By: "group_name"}, {By: "name"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyMember(q), fields), nil
		},
	}
}

func byGroup() api.TableFilter { return tables.Complete("group", "Group", "Unique id.") }

func memberFields() []tables.Field[member] {
	return []tables.Field[member]{
		tables.Fill(tables.Text("direct", "Direct", "no where it belongs to the group by way of a group within."), func(m *member) report.Cell {
			return report.Text(tables.YesNo(m.direct))
		}),
		tables.Fill(tables.Number("from_group", "Granted by the group", "actions", ""), func(m *member) report.Cell {
			return report.Integer(m.group.Granted)
		}),
		tables.Fill(tables.Number("from_group_used", "Used of those", "actions", "Actions that the group grants and the member used, whatever else grants them too."),
			func(m *member) report.Cell {
				return report.Integer(m.group.Access.Granted().Intersect(m.Usage.Used).Len())
			}),
	}
}

func everyMember(q *tables.Question) []member {
	var list []member
	for _, w := range everybody(q, func(w *who) bool { return len(w.Within) > 0 && keepsBasics(q, w) }) {
		for _, id := range w.Within {
			if g := w.sys.identity(id); g != nil && id != w.ID && q.Keeps("group", string(id)) {
				list = append(list, member{who: w, group: g, direct: slices.Contains(w.Groups, id)})
			}
		}
	}
	return list
}
