package found

import (
	"time"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

type field = tables.Field[found]

func text(name, title, help string, s func(*found) string) field {
	return tables.Fill(tables.Text(name, title, help), func(f *found) report.Cell { return report.Text(s(f)) })
}

func moment(name, title, help string, at func(*found) time.Time) field {
	return tables.Fill(tables.Time(name, title, help), func(f *found) report.Cell { return report.Time(at(f)) })
}

func categoryFields() []field {
	return []field{
		text("finding", "Finding", "Its id: the same for the same category and subject.", func(f *found) string { return f.ID }),
		text("category", "Category", "", func(f *found) string { return string(f.Category) }),
		text("family", "Family", "", func(f *found) string { return family(f.Category) }),
		text("title", "Title", "The category, for people.", func(f *found) string { return title(f.Category) }),
	}
}

func systemFields() []field {
	var list []field
	for i, c := range tables.OfSystem() {
		list = append(list, tables.Fill(c, func(f *found) report.Cell { return tables.SystemCells(f.of)[i] }))
	}
	return list
}

func subjectFields() []field {
	return []field{
		text("identity", "Identity", "Unique id; empty where it is about a resource or an outside account.", func(f *found) string { return string(f.Identity) }),
		text("name", "Name", "Of the identity, resource or outside account.", func(f *found) string { return nameOf(f.Finding) }),
		text("type", "Type", "", func(f *found) string { return typeOf(f.Finding) }),
		text("resource", "Resource", "Access key, bucket, security group or outside account; empty where there is none.", func(f *found) string { return f.Resource }),
		text("access_key", "Access key", "Where it is about one.", func(f *found) string {
			if family(f.Category) == keys {
				return f.Resource
			}
			return ""
		}),
		text("owner", "Owner", "Team that answers for it.", func(f *found) string { return f.Owner }),
	}
}

// figureFields are those of an identity; a resource has none.
func figureFields() []field {
	of := func(c tables.Column, cell func(*found) report.Cell) field {
		return tables.Fill(c, func(f *found) report.Cell {
			if f.Identity == "" {
				return report.Cell{}
			}
			return cell(f)
		})
	}
	return []field{
		of(tables.Points("pci", "PCI", "Index of the identity."), func(f *found) report.Cell { return report.Decimal(f.PCI) }),
		of(tables.Text("band", "Band", ""), func(f *found) report.Cell { return report.Text(string(f.q.Assessors.Band(f.PCI))) }),
		of(tables.Points("impact", "Impact", "By how much the system's index falls if the identity holds no more than it uses."),
			func(f *found) report.Cell { return report.Decimal(f.Impact) }),
		of(tables.Number("granted", "Granted", "actions", ""), func(f *found) report.Cell { return report.Integer(f.Granted) }),
		of(tables.Number("used", "Used", "actions", ""), func(f *found) report.Cell { return report.Integer(f.Used) }),
	}
}

func timeFields() []field {
	return []field{
		moment("last_active", "Last active", "Empty where it was never seen.", func(f *found) time.Time { return f.LastActive }),
		moment("first_seen", "First seen", "When a collection first reported the finding.", func(f *found) time.Time { return f.FirstSeen }),
		tables.Fill(tables.Days("age", "Age", "Since it was first seen."), func(f *found) report.Cell { return report.Days(f.q.Now.Sub(f.FirstSeen)) }),
		moment("created", "Created", "When the identity was made.", func(f *found) time.Time { return f.Created }),
		tables.Fill(tables.Ratio("covered", "Log coverage", "Part of the look-back window that the event logs reach; below 1, what they do not reach may hold a use."),
			func(f *found) report.Cell {
				if f.Identity == "" {
					return report.Cell{}
				}
				return report.Percent(f.Covered)
			}),
		text("exempt", "Exempt", "Whether the identity or resource is tagged so that nothing else is reported of it.", func(f *found) string {
			return tables.YesNo(f.Category == entitlement.ExcludedFromReports)
		}),
	}
}

// responseFields say what to do about a finding.
func responseFields() []field {
	of := func(name, title, help string, s func(*found, alert.Playbook) string) field {
		return tables.Fill(tables.Text(name, title, help), func(f *found) report.Cell {
			r, ok := alert.Respond(f.Category)
			if !ok {
				return report.Cell{}
			}
			return report.Text(s(f, r.Playbook))
		})
	}
	return []field{
		text("evidence", "Evidence", "", func(f *found) string { return evidence(f.Evidence) }),
		of("response", "Response", "Playbook by which the alert rules answer it.", func(_ *found, p alert.Playbook) string { return string(p) }),
		of("automated", "Automated", "Whether the remediator runs the playbook.", func(_ *found, p alert.Playbook) string { return tables.YesNo(p.Automated()) }),
		of("runbook", "Runbook", "Address of the playbook's runbook.", func(_ *found, p alert.Playbook) string { return alert.RunbookBase + string(p) + ".md" }),
		of("alert", "Alert", "Severity of the alert that the rules make of it; empty where they make none.",
			func(f *found, _ alert.Playbook) string { return string(alert.Alerts(f.Finding)) }),
	}
}
