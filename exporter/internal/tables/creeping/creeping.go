// Package creeping has the tables of the Permission Creep Index: how it is, how
// it was, what it is made of.
package creeping

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// Options are what the tables answer from beside the snapshot. The zero value
// describes them.
type Options struct {
	History *history.Store
	// Older returns the age from which the last figures of a system count no
	// longer, as it is configured now.
	Older func() time.Duration
}

// Definitions returns the tables of this package.
func Definitions(o Options) []tables.Definition {
	p := past{o}
	return []tables.Definition{p.now(), p.overTime(), p.change(), distribution(), contributions(), summaries()}
}

// past answers from the history.
type past struct{ Options }

// series returns the points of systems from some time before an instant on, so
// that what counts then is among them.
func (p past) series(ctx context.Context, groups []group, from, to time.Time) (history.Series, error) {
	var ids []entitlement.SystemID
	for i := range groups {
		ids = append(ids, groups[i].systems...)
	}
	slices.Sort(ids)
	s, err := p.History.Series(ctx, slices.Compact(ids), from.Add(-p.Older()), to)
	if err != nil {
		return nil, fmt.Errorf("answer from the history: %w", err)
	}
	return s, nil
}

// What rows are grouped by.
const (
	bySystem = "system"
	byFolder = "folder"
	byCloud  = "cloud"
	byAll    = "all"
)

func byFilter(values ...string) api.TableFilter {
	f := tables.Enum("by", "By", "What a row is about. A folder holds those of its systems that are asked about and that the caller may see.", false, values...)
	f.Default = values[0]
	return f
}

// group is systems that a row is about.
type group struct {
	key, name string
	results   []*collector.Result    // In the order of their ids.
	systems   []entitlement.SystemID // The same.
}

func (g *group) add(r *collector.Result) {
	g.results = append(g.results, r)
	g.systems = append(g.systems, r.System.ID)
}

// groups divides results, in the order of their keys.
func groups(by string, results []*collector.Result) []group {
	found := map[string]*group{}
	for _, r := range results {
		for key, name := range keysOf(by, &r.System) {
			if found[key] == nil {
				found[key] = &group{key: key, name: name}
			}
			found[key].add(r)
		}
	}
	list := make([]group, 0, len(found))
	for _, g := range found {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b group) int { return cmp.Compare(a.key, b.key) })
	return list
}

// keysOf returns the groups that a system belongs to, with their names.
func keysOf(by string, s *entitlement.System) map[string]string {
	switch by {
	case byFolder:
		keys := map[string]string{}
		for _, f := range s.Folders {
			keys[f] = f
		}
		return keys
	case byCloud:
		return map[string]string{string(s.Cloud): string(s.Cloud)}
	case byAll:
		return map[string]string{byAll: "All systems"}
	}
	return map[string]string{string(s.ID): cmp.Or(s.Name, string(s.ID))}
}

// keyColumns say what a row is about; those of the system are empty where it is
// about several.
func keyColumns() []tables.Column {
	return append([]tables.Column{
		tables.Text("key", "Key", "Id of the system, or name of the folder or cloud."), tables.Text("name", "Name", ""),
	}, append(tables.OfSystem(), tables.Text("owner", "Owner", "Team that answers for the system."))...)
}

func (g *group) cells(by string) []report.Cell {
	cells := []report.Cell{report.Text(g.key), report.Text(g.name)}
	if by != bySystem {
		return append(cells, make([]report.Cell, 4)...)
	}
	return append(append(cells, tables.SystemCells(g.results[0])...), report.Text(g.results[0].System.Owner))
}

// indexColumns are an index with how sure it is.
func indexColumns() []tables.Column {
	return []tables.Column{
		tables.Points("pci", "PCI", "Over what the logs can show."),
		tables.Points("pci_lower", "PCI, lower", "With everything used that no log can show."),
		tables.Points("pci_upper", "PCI, upper", "With nothing used that no log can show."),
		tables.Ratio("observability", "Observability", "Part of the granted weight whose use the logs can show."),
		tables.Text("band", "Band", "low, medium or high."),
		tables.Number("identities", "Identities", "identities", "That count in the index."),
	}
}

func indexCells(m *history.Merged, q *tables.Question) []report.Cell {
	return []report.Cell{
		report.Decimal(m.Sum.PCI()), report.Decimal(m.Sum.Lower()), report.Decimal(m.Sum.Upper()), report.Percent(m.Sum.Observability()),
		report.Text(string(q.Assessors.Band(m.Sum.PCI()))), report.Integer(m.Sum.Identities),
	}
}

func bandColumns() []tables.Column {
	return []tables.Column{
		tables.Number("low", "Low", "identities", ""), tables.Number("medium", "Medium", "identities", ""),
		tables.Number("high", "High", "identities", ""),
		tables.Number("human", "Human", "identities", "Users."), tables.Number("workload", "Workload", "identities", "Roles."),
	}
}

func bandCells(c history.Counts) []report.Cell {
	all := c.All()
	return []report.Cell{
		report.Integer(all.Low), report.Integer(all.Medium), report.Integer(all.High),
		report.Integer(c.Human.Total()), report.Integer(c.Workload.Total()),
	}
}
