// Package board has the dashboards of the suite.
package board

import (
	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// tag is on every dashboard; the links between them go by it.
const tag = "leastward"

// All returns the dashboards, in the order in which they are read.
func All() []grafana.Dashboard {
	return []grafana.Dashboard{
		overview(), system(), identity(), findings(), audit(), keys(), crossAccount(), escalation(), collectors(), alerts(),
	}
}

// spec is what tells dashboards apart.
type spec struct {
	uid, title, help string
	tags             []string
	from             string // Begin of the range that is shown at first: now-90d.
	refresh          string
	variables        []grafana.Variable // Beside the data sources.
	annotations      []grafana.Annotation
	rows             []row
}

// row is panels under a heading; without a title there is no heading.
type row struct {
	title  string
	panels []grafana.Panel
}

func (s *spec) dashboard() grafana.Dashboard {
	return grafana.Dashboard{
		UID: s.uid, Title: s.title, Description: s.help, Tags: append([]string{tag}, s.tags...),
		Timezone: "browser", SchemaVersion: grafana.SchemaVersion, GraphTooltip: 1, Refresh: s.refresh,
		Time:        grafana.Time{From: s.from, To: "now"},
		TimePicker:  grafana.TimePicker{RefreshIntervals: []string{"1m", "5m", "15m", "30m", "1h"}},
		Templating:  grafana.Templating{List: append(sources(), s.variables...)},
		Annotations: grafana.Annotations{List: append([]grafana.Annotation{}, s.annotations...)},
		Links:       links(),
		Panels:      layout(s.rows),
	}
}

func links() []grafana.Link {
	return []grafana.Link{
		{Title: "Leastward", Type: "dashboards", Tags: []string{tag}, Icon: "external link", AsDropdown: true, KeepTime: true},
		{
			Title: "Help", Type: "link", Icon: "doc", TargetBlank: true, Tooltip: "What each dashboard is for",
			URL: "https://github.com/leastward/leastward/blob/main/docs/grafana.md",
		},
	}
}

// layout puts panels on the grid: from left to right, a new line where one has
// no more room, rows below each other.
func layout(rows []row) []grafana.Panel {
	out := []grafana.Panel{}
	y := 0
	add := func(p grafana.Panel) {
		p.ID = len(out) + 1
		out = append(out, p)
	}
	for _, r := range rows {
		if r.title != "" {
			add(grafana.Panel{Type: "row", Title: r.title, GridPos: grafana.GridPos{H: 1, W: grafana.Columns, Y: y}, Collapsed: new(false)})
			y++
		}
		x, h := 0, 0
		for _, p := range r.panels {
			if x+p.GridPos.W > grafana.Columns {
				x, y, h = 0, y+h, 0
			}
			p.GridPos.X, p.GridPos.Y = x, y
			x, h = x+p.GridPos.W, max(h, p.GridPos.H)
			add(p)
		}
		y += h
	}
	return out
}
