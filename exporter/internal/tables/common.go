package tables

import (
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// OfSystem are the columns that say which system a row is of; [SystemCells] are
// their cells.
func OfSystem() []Column {
	return []Column{
		Text("cloud", "Cloud", ""), Text("system", "System", "Account, subscription or project."),
		Text("system_name", "System name", ""),
	}
}

// SystemCells are the cells of [OfSystem].
func SystemCells(r *collector.Result) []report.Cell {
	s := &r.System
	return []report.Cell{report.Text(string(s.Cloud)), report.Text(string(s.ID)), report.Text(s.Name)}
}

// Enum is a filter of which every value is known.
func Enum(name, title, help string, several bool, values ...string) api.TableFilter {
	return api.TableFilter{Name: name, Title: title, Help: help, Kind: api.FilterEnum, Values: values, Several: several}
}

// Complete is a filter whose values are those of the column of that name.
func Complete(name, title, help string) api.TableFilter {
	return api.TableFilter{Name: name, Title: title, Help: help, Kind: api.FilterText, Several: true, Completes: true}
}

// Folded joins texts into one cell.
func Folded(list []string) report.Cell { return report.Text(strings.Join(list, ", ")) }

// Kinds returns the kinds of identity, as filters have them.
func Kinds() []string {
	var list []string
	for _, k := range entitlement.Kinds() {
		list = append(list, string(k))
	}
	return list
}
