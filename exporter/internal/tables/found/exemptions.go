package found

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// exemptions is the table of what tags leave out.
func exemptions() tables.Definition {
	return tables.Definition{
		Name: "exemptions", Title: "Exemptions", Group: tables.Findings,
		Help: "What is tagged " + entitlement.TagExcludeFromPCI + " and left out of its system's index, or " +
			entitlement.TagExcludeFromReports + " and left out of findings. Of resources buckets and security groups are looked at.",
		Columns: slices.Concat(tables.OfSystem(), []tables.Column{
			tables.Text("identity", "Identity", "Unique id; empty for a resource."), tables.Text("name", "Name", ""),
			tables.Text("type", "Type", ""), tables.Text("resource", "Resource", "Empty for an identity."), tables.Text("owner", "Owner", ""),
			tables.Text("left_out_of", "Left out of", "pci or findings."), tables.Text("tag", "Tag", ""), tables.Text("value", "Value", "Of the tag."),
			tables.Points("pci", "PCI", "Index of the identity."), tables.Text("band", "Band", ""),
			tables.Number("granted", "Granted", "actions", ""), tables.Number("used", "Used", "actions", ""),
			tables.Time("last_active", "Last active", "Empty where it was never seen."),
		}),
		Filters: []api.TableFilter{
			tables.Enum("left_out_of", "Left out of", "", true, "pci", "findings"),
			tables.Enum("type", "Type", "", true, typeNames()...), tables.Complete("owner", "Owner", ""),
		},
		Sort: []api.TableOrder{{By: "system"}, {By: "left_out_of"}, {By: "type"}, {By: "name"}},
		Rows: everyExemption,
	}
}

func everyExemption(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	for _, r := range q.Assessed() {
		for i := range r.Assessment.Identities {
			one := &r.Assessment.Identities[i]
			exemptIdentity(rows, q, r, one, entitlement.TagExcludeFromPCI, "pci")
			exemptIdentity(rows, q, r, one, entitlement.TagExcludeFromReports, "findings")
		}
		for i := range r.Assessment.Findings {
			if f := &r.Assessment.Findings[i]; f.Category == entitlement.ExcludedFromReports && f.Identity == "" {
				exemptResource(rows, q, r, f)
			}
		}
	}
	return rows, nil
}

func exemptIdentity(rows *tables.Rows, q *tables.Question, r *collector.Result, one *assess.Identity, tag, from string) {
	if !one.Exempt(tag) || !q.Keeps("left_out_of", from) || !q.Keeps("type", string(one.Kind)) || !q.Keeps("owner", one.Owner) {
		return
	}
	rows.Add(append(tables.SystemCells(r), report.Text(string(one.ID)), report.Text(one.Name), report.Text(string(one.Kind)), report.Cell{},
		report.Text(one.Owner), report.Text(from), report.Text(tag), report.Text(one.Tags[tag]),
		report.Decimal(one.Score.PCI()), report.Text(string(one.Band)), report.Integer(one.Granted), report.Integer(one.Used),
		report.Time(one.LastActive))...)
}

func exemptResource(rows *tables.Rows, q *tables.Question, r *collector.Result, f *entitlement.Finding) {
	if !q.Keeps("left_out_of", "findings") || !q.Keeps("type", typeOf(f)) || !q.Keeps("owner", f.Owner) {
		return
	}
	value := ""
	if len(f.Evidence) > 0 {
		value = f.Evidence[0].Value
	}
	cells := append(tables.SystemCells(r), report.Cell{}, report.Text(nameOf(f)), report.Text(typeOf(f)), report.Text(f.Resource),
		report.Text(f.Owner), report.Text("findings"), report.Text(entitlement.TagExcludeFromReports), report.Text(value))
	rows.Add(append(cells, make([]report.Cell, 5)...)...)
}
