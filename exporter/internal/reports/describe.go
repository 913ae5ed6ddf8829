package reports

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
)

// Describe returns what askers learn of a report that is made of these tables.
func (d *Definition) Describe(set *tables.Set) api.ReportInfo {
	info := api.ReportInfo{
		Kind: string(d.Kind), Title: d.Title, Help: d.Help, Audience: d.Audience, Clouds: d.Clouds,
		Formats: formats(), Filters: d.filters(set), Timed: d.Months > 0, CompleteFrom: map[string]string{},
	}
	for i := range d.Filters {
		for _, f := range d.Filters[i].filters(d, set) {
			if f.Completes {
				info.CompleteFrom[f.Name] = cmp.Or(d.Filters[i].CompleteFrom, d.Filters[i].Tables[0])
			}
		}
	}
	for _, p := range d.Parts {
		part := api.ReportPart{Name: p.Name, Title: p.Title, Help: p.Help}
		for _, s := range p.Sheets {
			part.Tables = append(part.Tables, s.ID)
		}
		info.Parts = append(info.Parts, part)
	}
	return info
}

// filters returns the filters of a report.
func (d *Definition) filters(set *tables.Set) []api.TableFilter {
	var list []api.TableFilter
	if len(d.Parts) > 1 {
		f := api.TableFilter{
			Name: partFilter, Title: "Parts", Help: "What the report is made of.", Kind: api.FilterEnum, Default: d.Parts[0].Name, Several: true,
		}
		for _, p := range d.Parts {
			f.Values = append(f.Values, p.Name)
		}
		list = append(list, f)
	}
	if d.BySystem {
		list = append(list, api.TableFilter{
			Name: layoutFilter, Title: "Layout", Help: "One table for all systems, or a section for each.",
			Kind: api.FilterEnum, Values: []string{collated, bySystem}, Default: collated,
		})
	}
	for i := range d.Filters {
		list = append(list, d.Filters[i].filters(d, set)...)
	}
	return list
}

// filters returns those that the source names, as the report has them.
func (s *Source) filters(d *Definition, set *tables.Set) []api.TableFilter {
	table := set.Definition(s.Tables[0])
	if table == nil {
		return nil
	}
	var list []api.TableFilter
	for _, f := range table.Filters {
		if len(s.Names) > 0 && !slices.Contains(s.Names, f.Name) {
			continue
		}
		f.Required = f.Required && !s.Optional
		f.Several = f.Several || d.each(f.Name)
		list = append(list, f)
	}
	return list
}

// each reports whether a table is asked for each value of a filter.
func (d *Definition) each(filter string) bool {
	return slices.ContainsFunc(d.Parts, func(p Part) bool {
		return slices.ContainsFunc(p.Sheets, func(s Sheet) bool { return s.Each == filter })
	})
}

// check reports what is wrong with a definition: a program's error.
func (d *Definition) check(set *tables.Set) error {
	for _, s := range d.Filters {
		for _, name := range s.Tables {
			if err := s.check(set.Definition(name)); err != nil {
				return fmt.Errorf("report %s: filters of table %s: %w", d.Kind, name, err)
			}
		}
	}
	for _, p := range d.Parts {
		for i := range p.Sheets {
			if err := p.Sheets[i].check(set); err != nil {
				return fmt.Errorf("report %s: part %s: %s: %w", d.Kind, p.Name, p.Sheets[i].ID, err)
			}
		}
	}
	return nil
}

func (s *Source) check(table *tables.Definition) error {
	if table == nil {
		return errNoTable
	}
	for _, name := range s.Names {
		if !slices.ContainsFunc(table.Filters, func(f api.TableFilter) bool { return f.Name == name }) {
			return fmt.Errorf("there is no filter %s", name)
		}
	}
	return nil
}

func (s *Sheet) check(set *tables.Set) error {
	if err := lacks(set.Definition(s.Table), s.Columns); err != nil {
		return err
	}
	if s.Join == nil {
		return nil
	}
	for _, on := range s.Join.On {
		if !slices.Contains(s.Columns, on.Left) {
			return fmt.Errorf("column %s, by which it is joined, is not one of its own", on.Left)
		}
	}
	return lacks(set.Definition(s.Join.Table), append(s.Join.right(), s.Join.Columns...))
}

// lacks returns an error where there is no such table, or a column of it
// isn't there.
func lacks(table *tables.Definition, columns []string) error {
	if table == nil {
		return errNoTable
	}
	for _, name := range columns {
		if !slices.ContainsFunc(table.Columns, func(c tables.Column) bool { return c.ID == name }) {
			return fmt.Errorf("table %s has no column %s", table.Name, name)
		}
	}
	return nil
}
