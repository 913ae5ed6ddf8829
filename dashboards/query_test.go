package dashboards_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// ask is one query of a panel.
type ask struct {
	where string
	panel *grafana.Panel
	query *model.Query
}

// asks returns every query of the Leastward data source, read as its backend
// reads it.
func asks(t *testing.T) []ask {
	t.Helper()
	var out []ask
	for _, d := range dashboards(t) {
		for i := range d.Panels {
			p := &d.Panels[i]
			for _, target := range p.Targets {
				if *sourceOf(target) != grafana.Leastward() {
					continue
				}
				text, err := json.Marshal(target)
				if err != nil {
					t.Fatal(err)
				}
				where := d.UID + ": " + p.Title
				q, err := model.Decode(&backend.DataQuery{JSON: text, Interval: time.Hour})
				if err != nil {
					t.Errorf("%s: %v", where, err)
					continue
				}
				out = append(out, ask{where, p, q})
			}
		}
	}
	if len(out) < 100 {
		t.Fatalf("only %d queries", len(out))
	}
	return out
}

// Audit queries are right in both forms, which say the same, and their answers
// are of the kind that the panel shows.
func TestAuditQueriesParse(t *testing.T) {
	t.Parallel()
	for _, a := range asks(t) {
		if a.query.Type != model.Audit {
			continue
		}
		tree := a.query.Audit.Query
		if err := tree.Validate(); err != nil {
			t.Errorf("%s: %v", a.where, err)
		}
		parsed, err := query.Parse(a.query.Audit.Text)
		if err != nil {
			t.Errorf("%s: %v", a.where, err)
			continue
		}
		if diff := cmp.Diff(tree.String(), parsed.String()); diff != "" {
			t.Errorf("%s: tree and text differ (-tree +text):\n%s", a.where, diff)
		}
		want := model.FormatTable
		switch {
		case tree.Series != nil:
			want = model.FormatSeries
		case tree.Group != nil:
			want = model.FormatGroups
		case a.panel.Type == "logs":
			want = model.FormatLogs
		}
		if a.query.Audit.Format != want {
			t.Errorf("%s: the format is %s, the query answers %s", a.where, a.query.Audit.Format, want)
		}
	}
}

// tables reads what the exporter answers.
func tables(t *testing.T) map[string]*api.TableInfo {
	t.Helper()
	text, err := os.ReadFile("tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var list api.Tables
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]*api.TableInfo{}
	for i := range list.Tables {
		out[list.Tables[i].Name] = &list.Tables[i]
	}
	return out
}

func hasColumn(t *api.TableInfo, name string) bool {
	return slices.ContainsFunc(t.Columns, func(c api.ColumnInfo) bool { return c.Name == name })
}

// Tables, columns and filters are those that the exporter answers.
func TestTablesAreThere(t *testing.T) {
	t.Parallel()
	all := tables(t)
	for _, a := range asks(t) {
		q := &a.query.Table
		if q.Name == "" {
			continue
		}
		table := all[q.Name]
		if table == nil {
			t.Errorf("%s: there is no table %s", a.where, q.Name)
			continue
		}
		columns := slices.Clone(q.Columns)
		for _, o := range q.Sort {
			columns = append(columns, o.By)
		}
		if q.Value != "" {
			columns = append(columns, q.Value)
		}
		for _, name := range columns {
			if !hasColumn(table, name) {
				t.Errorf("%s: table %s has no column %s", a.where, q.Name, name)
			}
		}
		filtersAreThere(t, a.where, table, q.Filters)
	}
}

func filtersAreThere(t *testing.T, where string, table *api.TableInfo, filters map[string][]string) {
	t.Helper()
	for i := range table.Filters {
		if f := &table.Filters[i]; f.Required && len(filters[f.Name]) == 0 {
			t.Errorf("%s: table %s wants the filter %s", where, table.Name, f.Name)
		}
	}
	for name, values := range filters {
		i := slices.IndexFunc(table.Filters, func(f api.TableFilter) bool { return f.Name == name })
		if i < 0 {
			t.Errorf("%s: table %s has no filter %s", where, table.Name, name)
			continue
		}
		f := &table.Filters[i]
		for _, value := range values {
			if f.Kind == api.FilterEnum && !strings.HasPrefix(value, "$") && !slices.Contains(f.Values, value) {
				t.Errorf("%s: the filter %s of table %s has no value %s", where, name, table.Name, value)
			}
		}
		if len(values) > 1 && !f.Several {
			t.Errorf("%s: the filter %s of table %s takes one value", where, name, table.Name)
		}
	}
}

// Columns that a panel says something of are among those that it asks for.
func TestOverridesAreOfColumns(t *testing.T) {
	t.Parallel()
	for _, a := range asks(t) {
		if a.query.Table.Name == "" {
			continue
		}
		for _, o := range a.panel.FieldConfig.Overrides {
			if o.Matcher.ID == "byName" && !slices.Contains(a.query.Table.Columns, o.Matcher.Options) {
				t.Errorf("%s: there is no column %s", a.where, o.Matcher.Options)
			}
		}
	}
}

// Variables of columns are of columns that there are.
func TestVariablesAreOfColumns(t *testing.T) {
	t.Parallel()
	all := tables(t)
	for _, d := range dashboards(t) {
		for i := range d.Templating.List {
			v := &d.Templating.List[i]
			q, ok := v.Query.(map[string]any)
			if !ok || q["kind"] != "column" {
				continue
			}
			name, _ := q["table"].(string)
			for _, member := range []string{"column", "label"} {
				column, ok := q[member].(string)
				if table := all[name]; ok && (table == nil || !hasColumn(table, column)) {
					t.Errorf("%s: variable %s: there is no column %s of a table %s", d.UID, v.Name, column, name)
				}
			}
		}
	}
}
