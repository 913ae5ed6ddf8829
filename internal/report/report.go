package report

import (
	"fmt"
	"iter"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Report is everything that a renderer shows.
type Report struct {
	Kind  Kind
	Title string
	Scope Scope
	// AsOf is the time of the data, not of the rendering: the same data gives
	// the same bytes. All times of a report are UTC.
	AsOf time.Time
	// Window is the look-back for activity; 0 where a report has none.
	Window time.Duration
	// CatalogVersions names the action catalogues behind the figures.
	CatalogVersions []string
	// Facts are further lines of the cover: coverage and observability.
	Facts []Figure
	// Warnings are sentences that a reader must see before any figure, above
	// all that the data are partial. Empty means complete.
	Warnings []string
	Sections []Section
}

// Scope is what a report is about.
type Scope struct {
	Systems []entitlement.System
	Folders []string
}

// Section is one chapter of a report.
type Section struct {
	ID      string // Stable machine name, unique within the report.
	Title   string
	Lead    string // One paragraph of plain text; "" is none.
	Figures []Figure
	Charts  []Chart
	Tables  []Table
}

// Figure is one key figure with its name.
type Figure struct {
	Name  string
	Value Cell
	Note  string // Small print below the figure, such as "72.0 a week ago".
}

// Tables yields every table of the report with its section.
func (r *Report) Tables() iter.Seq2[*Section, *Table] {
	return func(yield func(*Section, *Table) bool) {
		for i := range r.Sections {
			for j := range r.Sections[i].Tables {
				if !yield(&r.Sections[i], &r.Sections[i].Tables[j]) {
					return
				}
			}
		}
	}
}

// Check reports the first thing in the report that no renderer could show
// faithfully: a row whose cells don't match the columns, a duplicate id.
func (r *Report) Check() error {
	if r.AsOf.IsZero() {
		return fmt.Errorf("check report %s: it has no as-of time", r.Kind)
	}
	seen := map[string]bool{}
	for s, t := range r.Tables() {
		if seen[t.ID] || t.ID == "" {
			return fmt.Errorf("check report %s: section %s: table id %q is empty or not unique", r.Kind, s.ID, t.ID)
		}
		seen[t.ID] = true
		if err := t.check(); err != nil {
			return fmt.Errorf("check report %s: %w", r.Kind, err)
		}
	}
	for i := range r.Sections {
		for j := range r.Sections[i].Charts {
			if err := r.Sections[i].Charts[j].check(); err != nil {
				return fmt.Errorf("check report %s: %w", r.Kind, err)
			}
		}
	}
	return nil
}
