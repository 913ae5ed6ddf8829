package par

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/report"
)

// column is a column of a table of findings with what fills it.
type column struct {
	report.Column

	cell func(b *builder, f *found) report.Cell
}

// named shows what the finding is about: an identity, else a resource.
func named(id, title string) column {
	return column{report.Column{ID: id, Title: title, Type: report.TypeIdentity}, func(_ *builder, f *found) report.Cell {
		return report.Identity(f.Name, cmp.Or(string(f.Identity), f.Resource))
	}}
}

// fact shows a piece of the evidence.
func fact(id, title, evidence string) column {
	return column{report.Column{ID: id, Title: title, Type: report.TypeText, Blank: "–"}, func(_ *builder, f *found) report.Cell {
		return report.Text(finding.Value(f.Finding, evidence))
	}}
}

// ways shows how many ways an escalation has, and the gravest.
func ways() column {
	return column{report.Column{ID: "ways", Title: "Ways", Type: report.TypeText}, func(_ *builder, f *found) report.Cell {
		count, list := finding.Value(f.Finding, finding.EvidenceWays), finding.Value(f.Finding, finding.EvidenceWay)
		return report.Text(strings.Trim(count+": "+list, ": "))
	}}
}

func systemColumn() column {
	return column{report.Column{ID: "system", Title: "Authorization system, account", Type: report.TypeIdentity}, func(_ *builder, f *found) report.Cell {
		return systemCell(f.system)
	}}
}

func permissions() []column {
	return []column{
		{report.Column{ID: "permissions_used", Title: "Used", Type: report.TypeInteger}, func(_ *builder, f *found) report.Cell {
			return ofIdentity(f, report.Integer(f.Used))
		}},
		{report.Column{ID: "permissions_granted", Title: "Granted", Type: report.TypeInteger}, func(_ *builder, f *found) report.Cell {
			return ofIdentity(f, report.Integer(f.Granted))
		}},
	}
}

func index() []column {
	return []column{
		{report.Column{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1}, func(b *builder, f *found) report.Cell {
			cell, _ := b.pci(f.PCI)
			return ofIdentity(f, cell)
		}},
		{report.Column{ID: "pci_band", Title: "Band", Type: report.TypeText}, func(b *builder, f *found) report.Cell {
			_, cell := b.pci(f.PCI)
			return ofIdentity(f, cell)
		}},
	}
}

// ofIdentity empties a cell about what an identity holds where there is none.
func ofIdentity(f *found, c report.Cell) report.Cell {
	if f.Identity == "" {
		return report.Cell{}
	}
	return c
}

func impact() column {
	return column{report.Column{ID: "pci_impact", Title: "PCI impact", Type: report.TypeDecimal, Digits: 2}, func(_ *builder, f *found) report.Cell {
		return ofIdentity(f, report.Decimal(f.Impact))
	}}
}

func lastActive() column {
	return column{report.Column{ID: "last_active_on", Title: "Last active on", Type: report.TypeDate, Blank: "not seen"}, func(_ *builder, f *found) report.Cell {
		return report.Date(f.LastActive)
	}}
}

func created(title string) column {
	return column{report.Column{ID: "created_on", Title: title, Type: report.TypeDate, Blank: "unknown"}, func(_ *builder, f *found) report.Cell {
		return report.Date(f.Created)
	}}
}

// answer says whose it is and since when it is known.
func answer() []column {
	return []column{
		{report.Column{ID: "owner", Title: "Owner", Type: report.TypeText, Blank: "unknown"}, func(_ *builder, f *found) report.Cell {
			return report.Text(f.Owner)
		}},
		{report.Column{ID: "first_seen", Title: "First seen", Type: report.TypeDate, Blank: "now"}, func(_ *builder, f *found) report.Cell {
			return report.Date(f.FirstSeen)
		}},
	}
}

func allEvidence() column {
	return column{report.Column{ID: "evidence", Title: "Evidence", Type: report.TypeText}, func(_ *builder, f *found) report.Cell {
		return report.Text(evidence(f.Evidence))
	}}
}

func accessKey() column {
	return column{report.Column{ID: "access_key", Title: "Access key", Type: report.TypeText}, func(_ *builder, f *found) report.Cell {
		return report.Text(f.Resource)
	}}
}

func subjectType() column {
	return column{report.Column{ID: "identity_type", Title: "Type", Type: report.TypeText}, func(_ *builder, f *found) report.Cell {
		return report.Text(cmp.Or(string(f.Kind), resourceType(f.Resource)))
	}}
}

// resourceType says what a resource is, as far as findings are about it.
func resourceType(id string) string {
	switch {
	case finding.Firewall(id):
		return "security group"
	case finding.Storage(id):
		return "bucket"
	}
	return ""
}

func evidence(list []entitlement.Evidence) string {
	parts := make([]string, 0, len(list))
	for _, e := range list {
		parts = append(parts, e.Name+": "+e.Value)
	}
	return strings.Join(parts, "; ")
}
