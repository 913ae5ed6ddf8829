package tables

import (
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Text returns a column of texts.
func Text(name, title, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypeText}, Help: help}
}

// Number returns a column of counts; the unit says of what.
func Number(name, title, unit, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypeInteger}, Unit: unit, Help: help}
}

// Decimal returns a column of numbers with one decimal.
func Decimal(name, title, unit, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypeDecimal, Digits: 1}, Unit: unit, Help: help}
}

// Points returns a column of indexes, 0 to 100.
func Points(name, title, help string) Column { return Decimal(name, title, "points", help) }

// Ratio returns a column of shares, 0 to 1.
func Ratio(name, title, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypePercent, Digits: 1}, Unit: "ratio", Help: help}
}

// Days returns a column of durations in days.
func Days(name, title, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypeDays}, Unit: "days", Help: help}
}

// Time returns a column of points in time.
func Time(name, title, help string) Column {
	return Column{Column: report.Column{ID: name, Title: title, Type: report.TypeTime}, Help: help}
}

// info returns what askers learn of a column.
func (c *Column) info() api.ColumnInfo {
	return api.ColumnInfo{Name: c.ID, Title: c.Title, Type: wireType(c.Type), Unit: c.Unit, Help: c.Help}
}

func wireType(t report.Type) api.ColumnType {
	switch t {
	case report.TypeInteger, report.TypeDecimal, report.TypePercent, report.TypeDays:
		return api.ColumnNumber
	case report.TypeTime, report.TypeDate:
		return api.ColumnTime
	case report.TypeText, report.TypeIdentity:
	}
	return api.ColumnString
}

// Describe returns what askers learn of a table.
func (d *Definition) Describe() api.TableInfo {
	info := api.TableInfo{Name: d.Name, Title: d.Title, Group: d.Group, Help: d.Help, Filters: d.Filters, Timed: d.Timed}
	for i := range d.Columns {
		info.Columns = append(info.Columns, d.Columns[i].info())
	}
	return info
}
