package dashboards_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// units are those of Grafana that the dashboards use:
// https://github.com/grafana/grafana/blob/v12.3.0/packages/grafana-data/src/valueFormats/categories.ts
func units() []string {
	return []string{"none", "short", "percentunit", "d", "s", "bytes", "dateTimeAsIso", "dateTimeFromNow"}
}

func TestPanelsAreComplete(t *testing.T) {
	t.Parallel()
	for _, d := range dashboards(t) {
		titles := map[string]bool{}
		for i := range d.Panels {
			p := &d.Panels[i]
			where := d.UID + ": " + p.Title
			if p.Title == "" || titles[p.Type+p.Title] && p.Type != "timeseries" {
				t.Errorf("%s: the title is empty or not its own", where)
			}
			titles[p.Type+p.Title] = true
			if p.Type != "row" {
				complete(t, where, p)
			}
		}
	}
}

func complete(t *testing.T, where string, p *grafana.Panel) {
	t.Helper()
	if len(p.Description) < 20 || !strings.HasSuffix(p.Description, ".") {
		t.Errorf("%s: the description %q does not explain it in sentences", where, p.Description)
	}
	if p.Type == "alertlist" {
		return // Grafana's own alerts have no data source, and no unit.
	}
	if p.FieldConfig == nil || !slices.Contains(units(), p.FieldConfig.Defaults.Unit) {
		t.Errorf("%s: has no unit, or none of Grafana's", where)
		return
	}
	if p.FieldConfig.Defaults.NoValue == "" {
		t.Errorf("%s: says nothing where there is nothing", where)
	}
	if len(p.Targets) == 0 {
		t.Errorf("%s: asks nothing", where)
	}
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if unit, _ := property.Value.(string); property.ID == "unit" && !slices.Contains(units(), unit) {
				t.Errorf("%s: %q is no unit of Grafana's", where, unit)
			}
		}
	}
}

func TestPanelsHaveAPlaceOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, d := range dashboards(t) {
		type cell struct{ x, y int }
		taken, ids := map[cell]string{}, map[int]bool{}
		for i := range d.Panels {
			p := &d.Panels[i]
			if p.ID <= 0 || ids[p.ID] {
				t.Errorf("%s: %s: the id %d is not its own", d.UID, p.Title, p.ID)
			}
			ids[p.ID] = true
			g := p.GridPos
			if g.W < 1 || g.H < 1 || g.X < 0 || g.Y < 0 || g.X+g.W > grafana.Columns {
				t.Errorf("%s: %s: is not on the grid: %+v", d.UID, p.Title, g)
			}
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other := taken[cell{x, y}]; other != "" {
						t.Fatalf("%s: %s lies over %s", d.UID, p.Title, other)
					}
					taken[cell{x, y}] = p.Title
				}
			}
		}
	}
}

func TestDataSourcesAreVariables(t *testing.T) {
	t.Parallel()
	for _, d := range dashboards(t) {
		check := func(where string, s *grafana.Datasource) {
			if s == nil || *s != grafana.Leastward() && *s != grafana.Prometheus() {
				t.Errorf("%s: %s: the data source is %+v, not that of a variable", d.UID, where, s)
			}
		}
		for i := range d.Panels {
			p := &d.Panels[i]
			if p.Type == "row" || p.Type == "alertlist" {
				continue
			}
			check(p.Title, p.Datasource)
			for _, target := range p.Targets {
				check(p.Title, sourceOf(target))
			}
		}
		for i := range d.Templating.List {
			if v := &d.Templating.List[i]; v.Type == "query" || v.Type == "adhoc" {
				check("variable "+v.Name, v.Datasource)
			}
		}
	}
}

func sourceOf(target any) *grafana.Datasource {
	s, _ := target.(map[string]any)["datasource"].(map[string]any)
	plugin, _ := s["type"].(string)
	uid, _ := s["uid"].(string)
	return &grafana.Datasource{Type: plugin, UID: uid}
}
