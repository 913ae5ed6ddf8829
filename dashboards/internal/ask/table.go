package ask

import "strings"

// Filters are those of a table by their names.
type Filters map[string][]string

// Rows says which rows and columns of a table are wanted.
type Rows struct {
	Scope   *Scope
	Filters Filters
	Columns string // With spaces between; empty is all.
	Sort    string // Columns with spaces between; "-" before one is descending.
	Limit   int
	Value   string // The column that a series is of.
}

// Of asks for rows of a table; the type is that of the table's group.
func Of(table string, r Rows) Query {
	q := base(typeOf(table), r.Scope)
	q.Limit = r.Limit
	q.Table = &TablePart{Name: table, Filters: r.Filters, Columns: strings.Fields(r.Columns), Value: r.Value}
	for name := range strings.FieldsSeq(r.Sort) {
		by, descending := strings.CutPrefix(name, "-")
		q.Table.Sort = append(q.Table.Sort, Order{by, descending})
	}
	return q
}

// typeOf returns the query type under which the editor offers a table.
func typeOf(table string) string {
	switch table {
	case "findings", "finding_counts", "exemptions":
		return "findings"
	case "pci", "pci_history", "pci_change", "pci_distribution", "pci_contributions", "summaries":
		return "pci"
	case "runs":
		return "remediation"
	}
	return "entitlements"
}
