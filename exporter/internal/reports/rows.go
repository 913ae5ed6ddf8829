package reports

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// table makes a table of a sheet: of the systems named, or of all that the
// report is about.
func (m *maker) table(ctx context.Context, s *Sheet, systems []entitlement.SystemID) (*report.Table, error) {
	t := &report.Table{ID: s.ID, Title: s.Title, Short: s.Short, Detail: true, Empty: "There is nothing to show."}
	columns, err := m.rows(ctx, s, systems, t)
	if err != nil {
		return nil, err
	}
	if s.Join != nil {
		more, err := m.join(ctx, s, systems, columns, t)
		if err != nil {
			return nil, err
		}
		columns = append(columns, more...)
	}
	for i := range columns {
		c := columns[i].Column
		c.Unit, c.Aside = columns[i].Unit, slices.Contains([]string{"cloud", "system", "system_name", "identity", "name"}, c.ID)
		t.Columns = append(t.Columns, c)
	}
	if s.Thin != nil {
		s.Thin(t)
	}
	pairUp(t)
	t.Lead = report.Count(len(t.Rows), "row", "rows") + "."
	return t, nil
}

// rows asks the sheet's table: once, or for each value of the filter that the
// sheet names.
func (m *maker) rows(ctx context.Context, s *Sheet, systems []entitlement.SystemID, t *report.Table) ([]tables.Column, error) {
	q := &api.TableQuestion{Systems: systems, Filters: m.of(s.Table, m.set, s.Fixed), Columns: s.Columns, Sort: s.Sort, Step: s.Step}
	if s.Each == "" {
		found, err := m.answer(ctx, s.Table, q)
		if err != nil {
			return nil, err
		}
		t.Rows = found.Rows
		return found.Columns, nil
	}
	var columns []tables.Column
	for _, value := range m.filters[s.Each] {
		q.Filters[s.Each] = []string{value}
		found, err := m.answer(ctx, s.Table, q)
		if err != nil {
			return nil, err
		}
		columns = m.add(s, value, found, t)
	}
	return columns, nil
}

// add appends the rows of one value, which they begin with unless they say it
// themselves.
func (m *maker) add(s *Sheet, value string, found *tables.Result, t *report.Table) []tables.Column {
	if slices.Contains(s.Columns, s.Each) {
		t.Rows = append(t.Rows, found.Rows...)
		return found.Columns
	}
	for _, row := range found.Rows {
		t.Rows = append(t.Rows, append([]report.Cell{report.Text(value)}, row...))
	}
	return append([]tables.Column{tables.Text(s.Each, m.title(s), "")}, found.Columns...)
}

// title returns that of the filter for each of whose values a sheet asks.
func (m *maker) title(s *Sheet) string {
	for _, f := range m.set.Definition(s.Table).Filters {
		if f.Name == s.Each {
			return f.Title
		}
	}
	return s.Each
}

// answer asks a table about the report's systems and time, and takes its cells
// off what the report may hold.
func (m *maker) answer(ctx context.Context, table string, q *api.TableQuestion) (*tables.Result, error) {
	if m.set.Definition(table).Timed {
		q.From, q.To = m.span()
	}
	found, err := m.set.Answer(ctx, table, m.question(q), m.request.Caller)
	if err != nil {
		return nil, err
	}
	if m.left -= len(found.Rows) * len(found.Columns); m.left < 0 {
		return nil, m.tooLarge()
	}
	for _, n := range found.Notices {
		if !slices.Contains(m.notices, n) {
			m.notices = append(m.notices, n)
		}
	}
	return found, nil
}

func (m *maker) tooLarge() error {
	return tables.Bad("", "the report is too large; ask for fewer systems, or narrow it by its filters: %s",
		listed(filterNames(m.Definition.filters(m.set))))
}

func filterNames(list []api.TableFilter) []string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return names
}

// pairUp puts the ids of what has a name below the name, and details below what
// they are of, where both are there.
func pairUp(t *report.Table) {
	named := map[string]bool{}
	for _, pair := range [...][2]string{
		{"identity", "name"},
		{"system", "system_name"},
		{"policy", "policy_name"},
		{"policy", "name"},
		{"role", "role_name"},
		{"by", "by_name"},
		{"from", "from_name"},
		{"subtype", "type"},
		{"condition_keys", "conditional"},
		{"via", "how"},
		{"via", "method"},
	} {
		id, name := find(t, pair[0]), find(t, pair[1])
		if id >= 0 && name >= 0 && t.Columns[id].Below == "" && !named[pair[1]] {
			t.Columns[id].Below, named[pair[1]] = pair[1], true
		}
	}
}
