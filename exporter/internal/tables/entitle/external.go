package entitle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// entry is one way in which somebody from outside enters a role.
type entry struct {
	*entitlement.ExternalAccess

	sys  *system
	role *assess.Identity // Nil where the role is not among the identities.
}

// externalAccess is the table of who comes in from outside.
func externalAccess() tables.Definition {
	fields := slices.Concat(entryFields(), entryRole(), ofSystem(func(e *entry) *system { return e.sys }))
	return tables.Definition{
		Name: "external_access", Title: "Cross-account access", Group: tables.Entitlements,
		Help: "Who outside of a system may enter its roles, directly or through roles between: other accounts, identity providers, " +
			"anybody. Each system is judged by its own policies: of another account it is assumed that it lets its identities go.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Complete("from", "From", "Account, identity provider, or *."),
			tables.Enum("from_kind", "Kind of origin", "", true, "account", "provider", "anybody"),
			tables.Complete("role", "Role", "Unique id."), tables.Enum("method", "Method", "", true, entitlement.AccessDirect, entitlement.AccessChaining),
			yes("trusts_all", "Trusts all", "Every identity of the origin, not named ones."), yes("conditional", "Conditional", ""), byBand(),
		},
		Sort: []api.TableOrder{{By: "system"}, {By: "from"}, {By: "role"}, {By: "method"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			rows := tables.Of(everyEntry(q), fields)
			rows.Notices = onlyAWS(q, "who comes in from outside there holds grants itself, see tables assignments and identities, subtype guest")
			return rows, nil
		},
	}
}

func entryText(name, title, help string, s func(*entry) string) tables.Field[entry] {
	return tables.Fill(tables.Text(name, title, help), func(e *entry) report.Cell { return report.Text(s(e)) })
}

func entryFields() []tables.Field[entry] {
	return []tables.Field[entry]{
		entryText("from", "From", "Account, ARN or name of an identity provider, or * for anybody.", func(e *entry) string { return e.From }),
		entryText("from_name", "Origin", "Name of the account, where it is one that you may see.", (*entry).fromName),
		entryText("from_kind", "Kind of origin", "account, provider or anybody.", (*entry).fromKind),
		entryText("role", "Role", "Unique id of the role that is entered.", func(e *entry) string { return string(e.Role) }),
		entryText("role_name", "Role name", "", func(e *entry) string { return e.sys.nameOf(e.Role) }),
		entryText("method", "Method", "direct, or role_chaining where other roles lie between.", func(e *entry) string { return e.Method }),
		entryText("via", "Via", "The roles between, the outermost first.", func(e *entry) string { return joined(e.Via) }),
		entryText("trusts_all", "Trusts all", "Whether every identity of the origin gets in, not named ones.", func(e *entry) string { return tables.YesNo(e.TrustsAll) }),
		tables.Fill(tables.Number("identities", "Identities", "identities", "Named ones."), func(e *entry) report.Cell { return report.Integer(len(e.Identities)) }),
		entryText("identity_list", "Who", "The first of the named ones.", func(e *entry) string { return some(e.Identities, 20) }),
		entryText("conditional", "Conditional", "Whether it hangs on conditions that are not known.", func(e *entry) string { return tables.YesNo(e.Conditional) }),
		entryText("condition_keys", "Condition keys", "Those that would decide, such as sts:externalid.", func(e *entry) string { return strings.Join(e.Keys, ", ") }),
	}
}

// entryRole are the columns of the role that is entered.
func entryRole() []tables.Field[entry] {
	ofRole := func(cell func(*assess.Identity) report.Cell) func(*entry) report.Cell {
		return func(e *entry) report.Cell {
			if e.role == nil {
				return report.Cell{}
			}
			return cell(e.role)
		}
	}
	return []tables.Field[entry]{
		tables.Fill(tables.Points("pci", "PCI", "Of the role."), ofRole(func(r *assess.Identity) report.Cell { return report.Decimal(r.Score.PCI()).At(levelOf(r.Band)) })),
		tables.Fill(tables.Text("band", "Band", "Of the role."), ofRole(func(r *assess.Identity) report.Cell { return report.Text(string(r.Band)).At(levelOf(r.Band)) })),
		tables.Fill(tables.Text("super", "Super", "Whether the role may do everything."), ofRole(func(r *assess.Identity) report.Cell { return report.Text(tables.YesNo(r.Access.Super)) })),
		tables.Fill(tables.Number("granted", "Granted", "actions", "To the role."), ofRole(func(r *assess.Identity) report.Cell { return report.Integer(r.Granted) })),
		tables.Fill(tables.Number("used", "Used", "actions", "By the role."), ofRole(func(r *assess.Identity) report.Cell { return report.Integer(r.Used) })),
		tables.Fill(tables.Time("last_active", "Last active", "The role; empty where it was never seen."), ofRole(func(r *assess.Identity) report.Cell { return report.Time(r.LastActive) })),
		tables.Fill(tables.Text("owner", "Owner", "Team that answers for the role."), ofRole(func(r *assess.Identity) report.Cell { return report.Text(r.Owner) })),
	}
}

func everyEntry(q *tables.Question) []entry {
	var list []entry
	for _, s := range systems(q) {
		for i := range s.Assessment.External {
			e := entry{ExternalAccess: &s.Assessment.External[i], sys: s}
			if e.role = s.identity(e.Role); keepsEntry(q, &e) {
				list = append(list, e)
			}
		}
	}
	return list
}

func keepsEntry(q *tables.Question, e *entry) bool {
	band := ""
	if e.role != nil {
		band = string(e.role.Band)
	}
	return q.Keeps("from", e.From) && q.Keeps("from_kind", e.fromKind()) && q.Keeps("role", string(e.Role)) && q.Keeps("method", e.Method) &&
		q.Keeps("trusts_all", tables.YesNo(e.TrustsAll)) && q.Keeps("conditional", tables.YesNo(e.Conditional)) && q.Keeps("band", band)
}

func (e *entry) fromKind() string {
	switch {
	case e.From == "*":
		return "anybody"
	case fromAccount(e.From):
		return "account"
	}
	return "provider"
}

// fromName names an account that the asker may see.
func (e *entry) fromName() string {
	id := entitlement.SystemID(e.From)
	if r := e.sys.q.Snapshot.Result(id); r != nil && e.sys.q.Caller.Sees(id) {
		return r.System.Name
	}
	return ""
}

func joined(ids []entitlement.IdentityID) string { return some(ids, len(ids)) }

// some lists the first ids, and how many more there are.
func some(ids []entitlement.IdentityID, n int) string {
	n = min(n, len(ids))
	list := make([]string, n)
	for i, id := range ids[:n] {
		list[i] = string(id)
	}
	text := strings.Join(list, ", ")
	if more := len(ids) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
