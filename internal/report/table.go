package report

import "fmt"

// Table is typed rows under named columns.
type Table struct {
	ID      string // Stable machine name, unique within the report.
	Title   string
	Short   string // Title of at most 31 characters, for sheets; "" is the title.
	Lead    string // One sentence above the table, such as "3 of 120 users.".
	Columns []Column
	Rows    [][]Cell
	Totals  []Cell // A last row set apart; nil is none.
	Note    string // Small print below the table.
	// Empty is what stands instead of the rows where there are none.
	Empty string
	// Detail marks the tables that a collated CSV file holds: the findings
	// and the problems, not the summaries.
	Detail bool
}

// Column describes the cells below it.
type Column struct {
	ID    string // Stable machine name: the header in CSV files.
	Title string // For people.
	Type  Type
	// Digits is the number of decimals of Decimal and Percent columns.
	Digits int
	// Blank is what a PDF shows for an empty cell, such as "not seen".
	Blank string
	// Unit is what the numbers are: points (0 to 100), ratio (0 to 1), days, or
	// what is counted. It is for programs; a title that needs a unit says it.
	Unit string
	// Aside marks a text column that a PDF takes out of the table, and says
	// above it instead, where all rows have the same text.
	Aside bool
	// Below is the id of another text column in whose cell a PDF writes this one,
	// below its text: an identity's unique id below its name.
	Below string
}

// Type is what the cells of a column are.
type Type uint8

// The column types. A cell of any type may be empty.
const (
	TypeText     Type = iota
	TypeInteger       // A count.
	TypeDecimal       // A number with decimals.
	TypePercent       // A share, 0 to 1, shown as percent.
	TypeTime          // A point in time, to the second, UTC.
	TypeDate          // The same, of which people see the day.
	TypeDays          // A duration in days.
	TypeIdentity      // A display name with a unique id; two columns in CSV and XLSX.
)

// Numeric reports whether the cells are aligned to the right.
func (t Type) Numeric() bool {
	return t == TypeInteger || t == TypeDecimal || t == TypePercent || t == TypeDays
}

func (t *Table) check() error {
	if err := t.checkColumns(); err != nil {
		return fmt.Errorf("table %s: %w", t.ID, err)
	}
	for i, row := range t.Rows {
		if err := t.checkRow(row); err != nil {
			return fmt.Errorf("table %s: row %d: %w", t.ID, i, err)
		}
	}
	if t.Totals == nil {
		return nil
	}
	if len(t.Totals) != len(t.Columns) {
		return fmt.Errorf("table %s: totals have %d cells for %d columns", t.ID, len(t.Totals), len(t.Columns))
	}
	return nil
}

func (t *Table) checkColumns() error {
	columns := map[string]*Column{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.ID == "" || columns[c.ID] != nil {
			return fmt.Errorf("column id %q is empty or not unique", c.ID)
		}
		columns[c.ID] = c
	}
	below := map[string]bool{}
	for _, c := range t.Columns {
		if c.Below == "" {
			continue
		}
		over := columns[c.Below]
		if over == nil || over.Type != TypeText || over.Below != "" || c.Type != TypeText || below[c.Below] {
			return fmt.Errorf("column %s can't stand below %q: both are text columns, and the other has no more below or above it", c.ID, c.Below)
		}
		below[c.Below] = true
	}
	return nil
}

func (t *Table) checkRow(row []Cell) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("%d cells for %d columns", len(row), len(t.Columns))
	}
	for i, c := range row {
		if !c.empty() && c.typ != t.Columns[i].Type {
			return fmt.Errorf("column %s wants a %s cell, not %s", t.Columns[i].ID, t.Columns[i].Type, c.typ)
		}
	}
	return nil
}

func (t Type) String() string {
	names := [...]string{"text", "integer", "decimal", "percent", "time", "date", "days", "identity"}
	if int(t) >= len(names) {
		return fmt.Sprintf("type(%d)", t)
	}
	return names[t]
}
