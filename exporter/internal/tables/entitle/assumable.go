package entitle

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// assumableRoles is the table of who may come to act as which role.
func assumableRoles() tables.Definition {
	fields := slices.Concat(assumedRole(), assumer(), ofSystem(func(a *assumption) *system { return a.sys }), roleFigures())
	return tables.Definition{
		Name: "assumable_roles", Title: "Assumable roles", Group: tables.Entitlements,
		Help: "Who may come to act as which role: users and roles of its account where both sides allow it, services, functions and " +
			"instances that run as it, people of the directory, and outsiders.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Complete("role", "Role", "Unique id."), tables.Complete("role_name", "Role name", ""),
			tables.Complete("by", "By", "Unique id, account, service, identity provider, * or name in the directory."),
			tables.Enum("by_kind", "Kind", "", true, "user", "role", "function", "instance", "service", "account", "outsider", "provider", "anybody", "person", "directory_group"),
			tables.Enum("how", "How", "", true, byTrust, byChain, byRunning, byAssignment),
			yes("conditional", "Conditional", ""), byBand(),
		},
		CompleteFrom: map[string]tables.Completion{
			"role":      {Table: "identities", Column: "identity", Filters: map[string][]string{"type": {"role"}}},
			"role_name": {Table: "identities", Column: "name", Filters: map[string][]string{"type": {"role"}}},
			"by":        {Table: "identities", Column: "identity"},
		},
		Sort: []api.TableOrder{{By: "system"}, {By: "role"}, {By: "by_kind"}, {By: "by"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			list, skipped := everyAssumption(q)
			rows := tables.Of(list, fields)
			rows.Notices = onlyAWS(q, "roles are granted there and not assumed")
			if skipped > 0 {
				rows.Notices = append(rows.Notices, notice(skipped))
			}
			return rows, nil
		},
	}
}

func assumptionText(name, title, help string, s func(*assumption) string) tables.Field[assumption] {
	return tables.Fill(tables.Text(name, title, help), func(a *assumption) report.Cell { return report.Text(s(a)) })
}

func assumedRole() []tables.Field[assumption] {
	return []tables.Field[assumption]{
		assumptionText("role", "Role", "Unique id.", func(a *assumption) string { return string(a.role.ID) }),
		assumptionText("role_name", "Role name", "", func(a *assumption) string { return a.role.Name }),
	}
}

func assumer() []tables.Field[assumption] {
	return []tables.Field[assumption]{
		assumptionText("by", "By", "Unique id, account, service, identity provider, * for anybody, or name in the directory.", func(a *assumption) string { return a.by }),
		assumptionText("by_name", "By name", "", func(a *assumption) string {
			if one := a.sys.identity(entitlement.IdentityID(a.by)); one != nil {
				return one.Name
			}
			return ""
		}),
		assumptionText("by_kind", "Kind", "user, role, function, instance, service, account (its own: whose identities were too many to judge), outsider, provider, anybody, person or directory_group.",
			func(a *assumption) string { return a.byKind }),
		assumptionText("how", "How", "trust, role_chaining (roles lie between), runs_as or assignment (of a permission set).", func(a *assumption) string { return a.how }),
		assumptionText("via", "Via", "The roles between, the outermost first.", func(a *assumption) string { return joined(a.via) }),
		assumptionText("conditional", "Conditional", "Whether it hangs on conditions that are not known.", func(a *assumption) string { return tables.YesNo(a.conditional) }),
		assumptionText("condition_keys", "Condition keys", "Those that would decide.", func(a *assumption) string { return strings.Join(a.keys, ", ") }),
	}
}

func roleFigures() []tables.Field[assumption] {
	ofRole := func(c tables.Column, cell func(*assess.Identity) report.Cell) tables.Field[assumption] {
		return tables.Fill(c, func(a *assumption) report.Cell { return cell(a.role) })
	}
	return []tables.Field[assumption]{
		ofRole(tables.Points("pci", "PCI", "Of the role."), func(r *assess.Identity) report.Cell { return report.Decimal(r.Score.PCI()).At(levelOf(r.Band)) }),
		ofRole(tables.Text("band", "Band", "Of the role."), func(r *assess.Identity) report.Cell { return report.Text(string(r.Band)).At(levelOf(r.Band)) }),
		ofRole(tables.Text("super", "Super", "Whether the role may do everything."), func(r *assess.Identity) report.Cell { return report.Text(tables.YesNo(r.Access.Super)) }),
		ofRole(tables.Number("granted", "Granted", "actions", "To the role."), func(r *assess.Identity) report.Cell { return report.Integer(r.Granted) }),
		ofRole(tables.Time("last_active", "Last active", "The role; empty where it was never seen."), func(r *assess.Identity) report.Cell { return report.Time(r.LastActive) }),
		ofRole(tables.Text("owner", "Owner", "Team that answers for the role."), func(r *assess.Identity) report.Cell { return report.Text(r.Owner) }),
	}
}
