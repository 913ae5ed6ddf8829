package par

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/report"
)

// family is a section of categories that belong together.
type family struct {
	id, title, lead string
	categories      []entitlement.Category
}

func families() []family {
	return []family{
		{"inactive", "Inactive identities", "They used none of their granted permissions within the window. Remove what is no longer needed; a needed one can be exempted by the tag " + entitlement.TagExcludeFromReports + ".", []entitlement.Category{
			entitlement.InactiveUser, entitlement.InactiveRole, entitlement.InactiveInstance, entitlement.InactiveFunction,
		}},
		{"inactive-groups", "Inactive groups", "No member used, within the window, the permissions given through the group.", []entitlement.Category{entitlement.InactiveGroup}},
		{"super", "Super identities", "They may do every action on every resource of their system. Keep no more than five per system.", []entitlement.Category{
			entitlement.SuperUser, entitlement.SuperRole, entitlement.SuperInstance, entitlement.SuperFunction, entitlement.SuperGroup,
		}},
		{"overprovisioned", "Over-provisioned active identities", "They are active and use only a part of what they are granted. What the logs can't show does not count as unused.", []entitlement.Category{
			entitlement.OverprovisionedUser, entitlement.OverprovisionedRole, entitlement.OverprovisionedInstance,
			entitlement.OverprovisionedFunction, entitlement.OverprovisionedGroup,
		}},
		{"hygiene", "Hygiene of credentials", "Second factors and access keys.", []entitlement.Category{
			entitlement.UserWithoutMFA, entitlement.AccessKeyOld, entitlement.AccessKeyUnused,
		}},
		{"excluded", "Excluded from reports", "These carry the tag " + entitlement.TagExcludeFromReports + " and are left out of the findings above. They are listed so that exemptions stay visible.", []entitlement.Category{entitlement.ExcludedFromReports}},
	}
}

// categories lists every category in the report's order, also one that this
// package doesn't know but that has findings.
func (b *builder) categories() []entitlement.Category {
	var list []entitlement.Category
	for _, f := range families() {
		list = append(list, f.categories...)
	}
	return append(list, b.unknown()...)
}

func (b *builder) unknown() []entitlement.Category {
	var known, list []entitlement.Category
	for _, f := range families() {
		known = append(known, f.categories...)
	}
	for c := range b.now.Counts {
		if !slices.Contains(known, c) {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return list
}

func (b *builder) findings() []report.Section {
	all := families()
	if rest := b.unknown(); len(rest) > 0 {
		all = append(all, family{"other", "Other findings", "", rest})
	}
	var list []report.Section
	by, totals := b.byCategory(), b.in.totals()
	for _, f := range all {
		s := report.Section{ID: f.id, Title: f.title, Lead: f.lead}
		for _, c := range f.categories {
			s.Tables = append(s.Tables, b.findingTable(c, by[c], totals[c]))
		}
		list = append(list, s)
	}
	return list
}

// found is a finding with its system.
type found struct {
	*entitlement.Finding
	system *entitlement.System
}

// byCategory sorts the findings of all systems, what weighs most first.
func (b *builder) byCategory() map[entitlement.Category][]found {
	by := map[entitlement.Category][]found{}
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		for k := range s.Findings {
			f := &s.Findings[k]
			by[f.Category] = append(by[f.Category], found{f, &s.System})
		}
	}
	for _, list := range by {
		slices.SortStableFunc(list, func(a, b found) int {
			return cmp.Or(cmp.Compare(b.Impact, a.Impact), cmp.Compare(b.PCI, a.PCI), cmp.Compare(a.System, b.System),
				cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Resource, b.Resource))
		})
	}
	return by
}

func (b *builder) findingTable(c entitlement.Category, list []found, total int) report.Table {
	title, meaning := finding.Describe(c)
	t := report.Table{
		ID: strings.ReplaceAll(string(c), "_", "-"), Title: title, Detail: true, Columns: findingColumns(c),
		Empty: "None.",
	}
	t.Short = strings.Replace(title, "Over-provisioned active", "Over-provisioned", 1)
	if total > 0 {
		t.Lead = fmt.Sprintf("%d of %d (%.1f %%) %s.", len(list), total, 100*float64(len(list))/float64(total), meaning)
		t.Empty = ""
	}
	for _, f := range list {
		t.Rows = append(t.Rows, b.findingRow(c, f))
	}
	return t
}

func ofKeys(c entitlement.Category) bool {
	return c == entitlement.AccessKeyOld || c == entitlement.AccessKeyUnused
}

func findingColumns(c entitlement.Category) []report.Column {
	name, created := "Name", "Created on"
	if ofKeys(c) {
		name, created = "Owner of the key", "Key created on"
	}
	columns := []report.Column{{ID: "identity", Title: name, Type: report.TypeIdentity}}
	if c == entitlement.ExcludedFromReports {
		columns = append(columns, report.Column{ID: "identity_type", Title: "Type", Type: report.TypeText})
	}
	if ofKeys(c) {
		columns = append(columns, report.Column{ID: "access_key", Title: "Access key", Type: report.TypeText})
	}
	return append(columns, []report.Column{
		{ID: "system", Title: "Authorization system, account", Type: report.TypeIdentity},
		{ID: "permissions_used", Title: "Used", Type: report.TypeInteger},
		{ID: "permissions_granted", Title: "Granted", Type: report.TypeInteger},
		{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1},
		{ID: "pci_band", Title: "Band", Type: report.TypeText},
		{ID: "pci_impact", Title: "PCI impact", Type: report.TypeDecimal, Digits: 2},
		{ID: "last_active_on", Title: "Last active on", Type: report.TypeDate, Blank: "not seen"},
		{ID: "created_on", Title: created, Type: report.TypeDate, Blank: "unknown"},
		{ID: "owner", Title: "Owner", Type: report.TypeText, Blank: "unknown"},
		{ID: "first_seen", Title: "First seen", Type: report.TypeDate, Blank: "now"},
		{ID: "evidence", Title: "Evidence", Type: report.TypeText},
	}...)
}

func (b *builder) findingRow(c entitlement.Category, f found) []report.Cell {
	row := []report.Cell{report.Identity(f.Name, string(f.Identity))}
	if c == entitlement.ExcludedFromReports {
		row = append(row, report.Text(string(f.Kind)))
	}
	if ofKeys(c) {
		row = append(row, report.Text(f.Resource))
	}
	index, band := b.pci(f.PCI)
	return append(row, systemCell(f.system), report.Integer(f.Used), report.Integer(f.Granted), index, band,
		report.Decimal(f.Impact), report.Date(f.LastActive), report.Date(f.Created), report.Text(f.Owner),
		report.Date(f.FirstSeen), report.Text(evidence(f.Evidence)))
}

func evidence(list []entitlement.Evidence) string {
	parts := make([]string, 0, len(list))
	for _, e := range list {
		parts = append(parts, e.Name+": "+e.Value)
	}
	return strings.Join(parts, "; ")
}
