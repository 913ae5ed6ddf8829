package entitle

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// permissions is the table of what identities hold, action by action.
func permissions() tables.Definition {
	fields := slices.Concat(
		tables.Lift(named()[:2], func(p *permission) *who { return p.who }), permissionFields(), weightFields(), useFields(),
		ofSystem(func(p *permission) *system { return p.sys }))
	who := tables.Complete("identity", "Identity", "Unique id; several are alternatives.")
	who.Required = true
	return tables.Definition{
		Name: "permissions", Title: "Permissions of an identity", Group: tables.Entitlements,
		Help: "Every action that an identity holds, how far, whether it used it, and which statements, or grants of roles, allow it. A user's are " +
			"with those of its groups; a function's and an instance's are those of its role. A root user holds, without any policy, all that no control above its system forbids.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			who, tables.Enum("severity", "Severity", "", false, "high", "delete"),
			tables.Enum("type", "Type", "", true, "read", "list", "write", "delete", "permissions", "tagging"),
			tables.Enum("state", "State", "unobservable: unused as far as is known, and no log at hand could show a use.", true, "used", "unused", "unobservable"),
			tables.Enum("reach", "Reach", "", true, "all", "part", "named"), yes("conditional", "Conditional", ""),
			{Name: "service", Title: "Service", Kind: api.FilterText, Several: true},
			{Name: "action", Title: "Action", Kind: api.FilterText, Several: true},
		},
		CompleteFrom: map[string]tables.Completion{"identity": {Table: "identities", Column: "identity"}},
		Sort:         []api.TableOrder{{By: "points", Descending: true}, {By: "weight", Descending: true}, {By: "action"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			list, err := everyPermission(q)
			if err != nil {
				return nil, err
			}
			return tables.Of(list, fields), nil
		},
	}
}

func permissionText(name, title, help string, s func(*permission) string) tables.Field[permission] {
	return tables.Fill(tables.Text(name, title, help), func(p *permission) report.Cell { return report.Text(s(p)) })
}

func permissionFields() []tables.Field[permission] {
	return []tables.Field[permission]{
		permissionText("action", "Action", "", func(p *permission) string { return string(p.action) }),
		permissionText("service", "Service", "", (*permission).service),
		tables.Fill(tables.Text("severity", "Severity", "normal or high; empty of an action that the catalogue does not have."), func(p *permission) report.Cell {
			if p.info == nil {
				return report.Cell{}
			}
			return report.Text(p.info.Severity.String()).At(severityLevel(p.info.Severity))
		}),
		permissionText("type", "Type", "read, list, write, delete, permissions or tagging.", (*permission).kind),
		permissionText("reach", "Reach", "all: every resource; part: those of a pattern; named: named ones.", func(p *permission) string { return reachName(p.reach) }),
		permissionText("conditional", "Conditional", "Whether it is granted under a condition only.", func(p *permission) string { return tables.YesNo(p.conditional) }),
		permissionText("state", "State", "used within the look-back window, unused, or unobservable.", func(p *permission) string { return p.state().String() }),
		permissionText("in_catalog", "Known", "Whether the catalogue has the action; such as it has not count nowhere.", func(p *permission) string {
			return tables.YesNo(p.info != nil)
		}),
		permissionText("via", "Allowed by", "Statements that allow it, by policy and place, or roles with where they are granted; whether a Deny or a guard takes it away again is worked in.", (*permission).via),
	}
}

func weightFields() []tables.Field[permission] {
	return []tables.Field[permission]{
		tables.Fill(tables.Decimal("weight", "Weight", "", "Of the action in the index."), func(p *permission) report.Cell { return report.Decimal(p.weight()) }),
		tables.Fill(tables.Points("points", "Points", "Of the identity's index, in proportion to its share; 0 where it is used, unobservable or has no weight."), func(p *permission) report.Cell {
			return report.Decimal(p.Score.PCI() * p.share())
		}),
		tables.Fill(tables.Ratio("share", "Share", "Of the identity's excess."), func(p *permission) report.Cell { return report.Percent(p.share()) }),
	}
}

func useFields() []tables.Field[permission] {
	return []tables.Field[permission]{
		tables.Fill(tables.Time("first_used", "First used", "As far as the logs reach."), func(p *permission) report.Cell { return report.Time(p.use.First) }),
		tables.Fill(tables.Time("last_used", "Last used", ""), func(p *permission) report.Cell { return report.Time(p.use.Last) }),
		tables.Fill(tables.Number("uses", "Uses", "uses", "Since the logs were first read."), func(p *permission) report.Cell { return report.Integer(int(p.use.Count)) }),
		tables.Fill(tables.Number("denied", "Denied", "attempts", ""), func(p *permission) report.Cell { return report.Integer(int(p.use.Denied)) }),
	}
}

// service is what the action's name begins with.
func (p *permission) service() string {
	if p.info != nil {
		return p.info.Service
	}
	separator := map[entitlement.Cloud]string{entitlement.Azure: "/", entitlement.GCP: "."}[p.sys.System.Cloud]
	service, _, _ := strings.Cut(string(p.action), cmp.Or(separator, ":"))
	return service
}

func (p *permission) kind() string {
	if p.info == nil {
		return ""
	}
	return p.info.Type.String()
}

// via writes the statements that allow it.
func (p *permission) via() string {
	if p.Root {
		return "nothing: it is the account's root user"
	}
	if roles := p.sys.Assessment.Roles; roles != nil {
		var list []string
		for _, v := range roles.Via(p.ID, p.action) {
			list = append(list, p.sys.grantText(&v))
		}
		return strings.Join(list, "; ")
	}
	var list []string
	for _, v := range p.ways() {
		text := fmt.Sprintf("%s, statement %d", p.sys.policyName(v.Policy), v.Statement+1)
		if v.Sid != "" {
			text += " (" + v.Sid + ")"
		}
		if v.Group != "" {
			text += ", by group " + p.sys.nameOf(v.Group)
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

func keepsPermission(q *tables.Question, p *permission) bool {
	return q.Keeps("state", p.state().String()) && q.Keeps("reach", reachName(p.reach)) &&
		q.Keeps("conditional", tables.YesNo(p.conditional)) && q.Keeps("service", p.service()) && q.Keeps("action", string(p.action)) &&
		q.Keeps("type", p.kind()) && p.severe(q.Value("severity"))
}

func (p *permission) severe(severity string) bool {
	switch severity {
	case "high":
		return p.info != nil && p.info.Severity == catalog.High
	case "delete":
		return p.info != nil && p.info.Type == catalog.Delete
	}
	return true
}
