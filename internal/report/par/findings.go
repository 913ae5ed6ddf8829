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

// family is a section of tables that belong together.
type family struct {
	id, title, lead string
	tables          []tableOf
}

// tableOf is the table of one category.
type tableOf struct {
	category entitlement.Category
	columns  []column
}

// alike are the tables of categories that have the same columns.
func alike(columns []column, list ...entitlement.Category) []tableOf {
	tables := make([]tableOf, len(list))
	for i, c := range list {
		tables[i] = tableOf{c, columns}
	}
	return tables
}

// families are those that systems of the report can have findings of, and those
// that have some all the same.
func (b *builder) families() []family {
	all := families()
	for i := range all {
		all[i].tables = slices.DeleteFunc(all[i].tables, func(t tableOf) bool {
			return b.now.Counts[t.category] == 0 && !slices.ContainsFunc(b.in.Systems, func(s System) bool {
				return finding.Possible(t.category, s.System.Cloud)
			})
		})
	}
	return slices.DeleteFunc(all, func(f family) bool { return len(f.tables) == 0 })
}

// categories lists every category in the report's order, also one that this
// package doesn't know but that has findings.
func (b *builder) categories() []entitlement.Category {
	var list []entitlement.Category
	for _, f := range b.families() {
		for _, t := range f.tables {
			list = append(list, t.category)
		}
	}
	return append(list, b.unknown()...)
}

func (b *builder) unknown() []entitlement.Category {
	var known, list []entitlement.Category
	for _, f := range families() {
		for _, t := range f.tables {
			known = append(known, t.category)
		}
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
	all := b.families()
	if rest := b.unknown(); len(rest) > 0 {
		all = append(all, family{"other", "Other findings", "", alike(ofExcluded(), rest...)})
	}
	var list []report.Section
	by, totals := b.byCategory(), b.in.totals()
	for _, f := range all {
		s := report.Section{ID: f.id, Title: f.title, Lead: f.lead}
		for _, t := range f.tables {
			s.Tables = append(s.Tables, b.findingTable(&t, by[t.category], totals))
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

func (b *builder) findingTable(of *tableOf, list []found, totals map[entitlement.Category]int) report.Table {
	title, meaning := finding.Describe(of.category)
	t := report.Table{ID: strings.ReplaceAll(string(of.category), "_", "-"), Title: title, Short: short(title), Detail: true, Empty: "None."}
	for _, c := range of.columns {
		t.Columns = append(t.Columns, c.Column)
	}
	total, looked := totals[of.category]
	switch {
	case total > 0:
		t.Lead = fmt.Sprintf("%d of %d (%.1f %%) %s.", len(list), total, 100*float64(len(list))/float64(total), meaning)
		t.Empty = ""
	case !looked:
		t.Empty = "None: the collection read nothing that this could be about."
	}
	for i := range list {
		row := make([]report.Cell, len(of.columns))
		for k, c := range of.columns {
			row[k] = c.cell(b, &list[i])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// short makes a title fit a sheet.
func short(title string) string {
	return strings.NewReplacer("Over-provisioned active system", "Over-prov. system", "Over-provisioned active service", "Over-prov. service", "Over-provisioned active", "Over-provisioned", " with privilege escalation", ", escalation",
		" that can administer security tools", ", security tools", " that can access secret information", ", secrets",
		"Instances with access to buckets", "Instances reaching buckets", "Roles that reach external accounts", "Roles reaching accounts",
	).Replace(title)
}
