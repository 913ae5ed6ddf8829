package entitle

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// policies is the table of policies.
func policies() tables.Definition {
	fields := slices.Concat(policyInfo(), ofSystem(func(p *policyRow) *system { return p.sys }), policyNumbers())
	return tables.Definition{
		Name: "policies", Title: "Policies", Group: tables.Entitlements,
		Help: "Identity policies, permissions boundaries and service control policies with what they allow and who has them. What a " +
			"boundary or a control allows is only a limit. Policies of resources are not among them. On Azure and Google Cloud these are the roles " +
			"that somebody is granted, and the owner's own.",
		Columns: tables.Columns(fields),
		Filters: []api.TableFilter{
			tables.Enum("kind", "Kind", "managed is the cloud's own, custom the owner's, inline belongs to one identity.", true, "managed", "custom", "inline"),
			yes("assigned", "Assigned", "An identity has it, it is a boundary, or a control."),
			yes("used", "Used", "Somebody who has it used an action that it allows within the look-back window."), bySeverity(),
			tables.Complete("policy", "Policy", "Unique id."), tables.Complete("name", "Name", ""),
		},
		Sort: []api.TableOrder{{By: "identities", Descending: true}, {By: "name"}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everyPolicy(q), fields), nil
		},
	}
}

func policyInfo() []tables.Field[policyRow] {
	t := func(name, title, help string, s func(*policyRow) string) tables.Field[policyRow] {
		return tables.Fill(tables.Text(name, title, help), func(p *policyRow) report.Cell { return report.Text(s(p)) })
	}
	return []tables.Field[policyRow]{
		t("policy", "Policy", "Unique id.", func(p *policyRow) string { return string(p.ID) }),
		t("name", "Name", "", func(p *policyRow) string { return p.Name }),
		t("kind", "Kind", "managed, custom or inline.", (*policyRow).kind),
		t("assigned", "Assigned", "Whether an identity has it, or it is a boundary or a control.", func(p *policyRow) string { return tables.YesNo(p.assigned()) }),
		t("used", "Used", "Whether somebody who has it used an action that it allows.", func(p *policyRow) string { return tables.YesNo(!p.used.Empty()) }),
		t("control", "Control", "Whether it is a service or resource control policy above the system.", func(p *policyRow) string { return tables.YesNo(p.control) }),
	}
}

func policyNumbers() []tables.Field[policyRow] {
	count := func(name, title, unit, help string, n func(*policyRow) int) tables.Field[policyRow] {
		return tables.Fill(tables.Number(name, title, unit, help), func(p *policyRow) report.Cell { return report.Integer(n(p)) })
	}
	return []tables.Field[policyRow]{
		count("identities", "Identities", "identities", "Users, roles, service principals, managed identities and service accounts that have it, be it through a group.", func(p *policyRow) int { return p.reached }),
		count("attached", "Attached to", "identities", "Users, roles and groups that have it themselves; of a role of Azure or Google Cloud the members that it is granted to.", func(p *policyRow) int { return p.holders }),
		count("boundaries", "Boundary of", "identities", "", func(p *policyRow) int { return p.boundaries }),
		count("granted", "Granted", "actions", "That it allows on any resource.", func(p *policyRow) int { return p.granted.Len() }),
		count("granted_high", "Granted, high severity", "actions", "", func(p *policyRow) int { return p.granted.Intersect(p.sys.sets.high).Len() }),
		count("used_actions", "Used actions", "actions", "Of those granted, that somebody who has it used, whatever else allows them too.", func(p *policyRow) int { return p.used.Len() }),
		count("used_high", "Used, high severity", "actions", "", func(p *policyRow) int { return p.used.Intersect(p.sys.sets.high).Len() }),
		count("bytes", "Size", "bytes", "Of the document; 0 of a role.", func(p *policyRow) int { return len(p.Document) }),
	}
}

func keepsPolicy(q *tables.Question, p *policyRow) bool {
	return q.Keeps("kind", p.kind()) && q.Keeps("assigned", tables.YesNo(p.assigned())) &&
		q.Keeps("used", tables.YesNo(!p.used.Empty())) && q.Keeps("policy", string(p.ID)) && q.Keeps("name", p.Name)
}
