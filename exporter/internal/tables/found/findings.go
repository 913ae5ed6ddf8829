package found

import (
	"context"
	"slices"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// findings is the table of single findings.
func findings() tables.Definition {
	return tables.Definition{
		Name: "findings", Title: "Findings", Group: tables.Findings,
		Help: "What the last collection of each system found that somebody should act on, with its evidence and the playbook that " +
			"answers it. What is exempt has no finding but one that says so.",
		Columns: slices.Concat([]tables.Column{
			tables.Text("finding", "Finding", "Its id: the same for the same category and subject."),
			tables.Text("category", "Category", ""), tables.Text("family", "Family", ""), tables.Text("title", "Title", "The category, for people."),
		}, tables.OfSystem(), subjectColumns(), figureColumns(), timeColumns(), responseColumns()),
		Filters: append(byCategory(),
			tables.Complete("owner", "Owner", ""), tables.Complete("identity", "Identity", "Unique id."),
			tables.Enum("type", "Type", "", true, typeNames()...), tables.Complete("finding", "Finding", "Its id."),
			api.TableFilter{Name: "min_impact", Title: "Least impact", Help: "In points of the system's index.", Kind: api.FilterNumber},
		),
		Sort: []api.TableOrder{{By: "impact", Descending: true}, {By: "pci", Descending: true}, {By: "category"}, {By: "name"}, {By: "finding"}},
		Rows: everyFinding,
	}
}

func subjectColumns() []tables.Column {
	return []tables.Column{
		tables.Text("identity", "Identity", "Unique id; empty where it is about a resource or an outside account."),
		tables.Text("name", "Name", "Of the identity, resource or outside account."), tables.Text("type", "Type", ""),
		tables.Text("resource", "Resource", "Access key, bucket, security group or outside account; empty where there is none."),
		tables.Text("access_key", "Access key", "Where it is about one."),
		tables.Text("owner", "Owner", "Team that answers for it."),
	}
}

func figureColumns() []tables.Column {
	return []tables.Column{
		tables.Points("pci", "PCI", "Index of the identity."), tables.Text("band", "Band", ""),
		tables.Points("impact", "Impact", "By how much the system's index falls if the identity holds no more than it uses."),
		tables.Number("granted", "Granted", "actions", ""), tables.Number("used", "Used", "actions", ""),
	}
}

func timeColumns() []tables.Column {
	return []tables.Column{
		tables.Time("last_active", "Last active", "Empty where it was never seen."),
		tables.Time("first_seen", "First seen", "When a collection first reported the finding."),
		tables.Days("age", "Age", "Since it was first seen."),
		tables.Time("created", "Created", "When the identity was made."),
		tables.Ratio("covered", "Log coverage", "Part of the look-back window that the event logs reach; below 1, what they do not reach may hold a use."),
		tables.Text("exempt", "Exempt", "Whether the identity or resource is tagged so that nothing else is reported of it."),
	}
}

func responseColumns() []tables.Column {
	return []tables.Column{
		tables.Text("evidence", "Evidence", ""),
		tables.Text("response", "Response", "Playbook by which the alert rules answer it."),
		tables.Text("automated", "Automated", "Whether the remediator runs the playbook."),
		tables.Text("runbook", "Runbook", "Address of the playbook's runbook."),
		tables.Text("alert", "Alert", "Severity of the alert that the rules make of it; empty where they make none."),
	}
}

func everyFinding(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	least := 0.0
	if text := q.Value("min_impact"); text != "" {
		least, _ = strconv.ParseFloat(text, 64) // It was checked.
	}
	rows := &tables.Rows{}
	for _, r := range q.Assessed() {
		for i := range r.Assessment.Findings {
			if f := &r.Assessment.Findings[i]; f.Impact >= least && keeps(q, f) {
				rows.Cells = append(rows.Cells, row(f, r, q))
			}
		}
	}
	return rows, nil
}

func keeps(q *tables.Question, f *entitlement.Finding) bool {
	return keepsCategory(q, f.Category) && q.Keeps("owner", f.Owner) && q.Keeps("identity", string(f.Identity)) &&
		q.Keeps("type", typeOf(f)) && q.Keeps("finding", f.ID)
}

func row(f *entitlement.Finding, r *collector.Result, q *tables.Question) []report.Cell {
	cells := append(make([]report.Cell, 0, 29), report.Text(f.ID), report.Text(string(f.Category)), report.Text(family(f.Category)), report.Text(title(f.Category)))
	cells = append(cells, tables.SystemCells(r)...)
	key := ""
	if family(f.Category) == keys {
		key = f.Resource
	}
	cells = append(cells, report.Text(string(f.Identity)), report.Text(nameOf(f)), report.Text(typeOf(f)),
		report.Text(f.Resource), report.Text(key), report.Text(f.Owner))
	cells = append(cells, figures(f, q)...)
	cells = append(cells, report.Time(f.LastActive), report.Time(f.FirstSeen), report.Days(q.Now.Sub(f.FirstSeen)), report.Time(f.Created))
	return append(cells, answer(f)...)
}

// figures are those of an identity; a resource has none.
func figures(f *entitlement.Finding, q *tables.Question) []report.Cell {
	if f.Identity == "" {
		return make([]report.Cell, 5)
	}
	return []report.Cell{
		report.Decimal(f.PCI), report.Text(string(q.Assessor.Band(f.PCI))), report.Decimal(f.Impact),
		report.Integer(f.Granted), report.Integer(f.Used),
	}
}

// answer is how sure a finding is, and what to do about it.
func answer(f *entitlement.Finding) []report.Cell {
	covered := report.Cell{}
	if f.Identity != "" {
		covered = report.Percent(f.Covered)
	}
	cells := []report.Cell{
		covered, report.Text(tables.YesNo(f.Category == entitlement.ExcludedFromReports)), report.Text(evidence(f.Evidence)),
	}
	response, ok := alert.Respond(f.Category)
	if !ok {
		return append(cells, make([]report.Cell, 4)...)
	}
	return append(cells, report.Text(string(response.Playbook)), report.Text(tables.YesNo(response.Playbook.Automated())),
		report.Text(alert.RunbookBase+string(response.Playbook)+".md"), report.Text(string(alert.Alerts(f))))
}
