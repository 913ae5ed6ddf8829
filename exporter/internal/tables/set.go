package tables

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/report"
)

// Set is the tables that the exporter can answer, with what they answer from.
type Set struct {
	Definitions []Definition // In the order in which they are offered.
	Snapshot    func() *collector.Snapshot
	Assessors   func() *assess.Set
	Now         func() time.Time
}

// Definition returns the table of that name, nil if there is none.
func (t *Set) Definition(name string) *Definition {
	for i := range t.Definitions {
		if t.Definitions[i].Name == name {
			return &t.Definitions[i]
		}
	}
	return nil
}

// Check reports what is wrong with the definitions: a program's error.
func (t *Set) Check() error {
	seen := map[string]bool{}
	for i := range t.Definitions {
		d := &t.Definitions[i]
		if seen[d.Name] || d.Name == "" || d.Rows == nil {
			return fmt.Errorf("table %q has no name, no rows, or is there twice", d.Name)
		}
		seen[d.Name] = true
		if err := cmp.Or(d.check(), t.checkCompletion(d)); err != nil {
			return fmt.Errorf("table %s: %w", d.Name, err)
		}
	}
	return nil
}

// checkCompletion reports a completion from a column that there isn't.
func (t *Set) checkCompletion(d *Definition) error {
	for name, from := range d.CompleteFrom {
		other := t.Definition(from.Table)
		if other == nil || other.column(from.Column) < 0 {
			return fmt.Errorf("filter %q completes from %s.%s, which is not there", name, from.Table, from.Column)
		}
		if _, err := filtersOf(other, from.Filters); err != nil {
			return fmt.Errorf("filter %q completes from %s: %w", name, from.Table, err)
		}
	}
	return nil
}

func (d *Definition) check() error {
	groups := []string{Entitlements, Access, Findings, PCI, Collection, Remediation}
	if !slices.Contains(groups, d.Group) {
		return fmt.Errorf("group %q is none of %v", d.Group, groups)
	}
	if d.Title == "" || d.Help == "" {
		return errors.New("it lacks a title or help")
	}
	seen := map[string]bool{}
	for _, c := range d.Columns {
		if c.ID == "" || c.Title == "" || seen[c.ID] || c.Type == report.TypeIdentity {
			return fmt.Errorf("column %q has no name or title, is there twice, or is of type identity", c.ID)
		}
		seen[c.ID] = true
	}
	for _, f := range d.Filters {
		if f.Name == "" || f.Title == "" || f.Kind == "" || f.Completes && !seen[f.Name] && d.CompleteFrom[f.Name].Table == "" {
			return fmt.Errorf("filter %q has no name, title or kind, or completes from no column", f.Name)
		}
	}
	_, err := d.order(nil)
	return err
}
