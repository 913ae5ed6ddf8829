package frames

import (
	"fmt"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
)

// Pick says which column of a table is its number, and which are its labels.
type Pick struct {
	// Value is the column of numbers; empty takes that which the table is mostly
	// about, or counts rows where labels are named or there is no number.
	Value string
	// Labels are the columns that tell the rows apart; empty takes those that
	// commonly do.
	Labels []string
	// Most bounds the numbers of an alert rule; the greatest stay. 0 is no bound.
	Most int
}

// about are the columns that tables are mostly about, the first that a table
// has.
func about() []string {
	return []string{"change", "pci", "findings", "subjects", "impact", "points", "unused_high", "unused", "granted", "identities", "age_days", "total"}
}

// tells are the columns that commonly tell rows apart, in the order in which
// they become labels.
func tells() []string {
	return []string{
		"cloud", "system", "folder", "key", "name", "identity", "group", "policy", "resource", "action", "access_key", "finding",
		"category", "run", "code", "bucket", "summary", "type", "state", "owner",
	}
}

// shown are those of them that a reader of an alert wants even where others
// already tell the rows apart.
func shown() []string {
	return []string{"cloud", "system", "system_name", "folder", "key", "name", "identity", "owner", "category", "action", "resource", "access_key", "finding", "run"}
}

// TableNumbers returns a table as alert rules take it: a number in each row,
// labels that no other row has. The notices say what was made of it.
func TableNumbers(t *api.Table, pick Pick) (data.Frames, []string, error) {
	value, err := valueOf(t, &pick)
	if err != nil {
		return nil, nil, err
	}
	labels, err := labelsFor(t, &pick)
	if err != nil {
		return nil, nil, err
	}
	n, notices := counts(t, labels), []string(nil)
	if value != nil {
		n, notices = numbers(t, value, labels)
	}
	if all := len(n.Values); pick.Most > 0 && all > pick.Most {
		n.greatest(pick.Most)
		notices = append(notices, fmt.Sprintf("These are the %d greatest of %d numbers. Narrow the filters, or name fewer labels.", pick.Most, all))
	}
	return n.Frames(), notices, nil
}

// numbers returns the numbers of a column, with as many labels as it takes to
// tell the rows apart.
func numbers(t *api.Table, value *api.Column, labels []*api.Column) (Numbers, []string) {
	rows := withValue(value)
	labels = distinct(t, rows, labels)
	kept, dropped := greatest(value, rows, labels)
	n := Numbers{Name: value.Name}
	for _, c := range labels {
		n.Labels = append(n.Labels, Label{c.Name, pickTexts(c, kept)})
	}
	for _, i := range kept {
		n.Values = append(n.Values, *value.Numbers[i])
	}
	var notices []string
	if dropped > 0 {
		notices = append(notices, fmt.Sprintf("%d rows have the same labels as another with a greater %s, which stands for them.", dropped, value.Name))
	}
	return n, notices
}

// valueOf finds the column of numbers; nil counts rows.
func valueOf(t *api.Table, pick *Pick) (*api.Column, error) {
	if pick.Value != "" {
		return numberColumn(t, pick.Value)
	}
	if len(pick.Labels) > 0 {
		return nil, nil //nolint:nilnil // Rows are counted.
	}
	for _, name := range about() {
		if c, err := numberColumn(t, name); err == nil {
			return c, nil
		}
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type == api.ColumnNumber && c.Unit != "approvals" { // Runs are rather counted.
			return c, nil
		}
	}
	return nil, nil //nolint:nilnil // Rows are counted.
}

func numberColumn(t *api.Table, name string) (*api.Column, error) {
	var there []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Type != api.ColumnNumber {
			continue
		}
		if c.Name == name {
			return c, nil
		}
		there = append(there, c.Name)
	}
	if len(there) == 0 {
		return nil, model.Wrong("table.value", "table %s has no column of numbers; leave table.value empty to count its rows", t.Name)
	}
	return nil, model.Wrong("table.value", "table %s has no column of numbers %q; there are %s", t.Name, name, strings.Join(there, ", "))
}

func labelsFor(t *api.Table, pick *Pick) ([]*api.Column, error) {
	if len(pick.Labels) == 0 {
		return textColumns(t, shown()), nil
	}
	found := textColumns(t, pick.Labels)
	if len(found) == len(pick.Labels) {
		return found, nil
	}
	for _, name := range pick.Labels {
		if !slices.ContainsFunc(found, func(c *api.Column) bool { return c.Name == name }) {
			return nil, model.Wrong("table.labels", "table %s has no column of texts %q to be a label; there are %s", t.Name, name, strings.Join(texts(t), ", "))
		}
	}
	return nil, model.Wrong("table.labels", "a label of table %s is named twice: %s", t.Name, strings.Join(pick.Labels, ", "))
}

// textColumns returns the named columns that the table has.
func textColumns(t *api.Table, names []string) []*api.Column {
	var out []*api.Column
	for _, name := range names {
		for i := range t.Columns {
			c := &t.Columns[i]
			if c.Name == name && c.Type == api.ColumnString && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

func texts(t *api.Table) []string {
	var out []string
	for i := range t.Columns {
		if t.Columns[i].Type == api.ColumnString {
			out = append(out, t.Columns[i].Name)
		}
	}
	return out
}
