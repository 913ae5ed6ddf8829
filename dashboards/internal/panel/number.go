package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

// Stat shows a number large, coloured by its thresholds.
func Stat(s Spec) grafana.Panel {
	p := s.of("stat")
	p.Options = merged(map[string]any{
		"reduceOptions": Reduce("lastNotNull", ""), "orientation": "auto", "textMode": "auto", "wideLayout": true,
		"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "percentChangeColorMode": "standard", "showPercentChange": false,
	}, s.Options)
	return p
}

// Text shows the latest text of a column.
func Text(s Spec) grafana.Panel {
	s.Options = merged(map[string]any{"reduceOptions": Reduce("lastNotNull", "/.*/"), "textMode": "value"}, s.Options)
	return Stat(s)
}

// Count shows how many rows there are. The query must be of one column.
func Count(s Spec) grafana.Panel {
	s.Options = merged(map[string]any{"reduceOptions": Reduce("count", "/.*/"), "textMode": "value"}, s.Options)
	return Stat(s)
}

// Tiles shows a tile for each row, its colour that of the number: a heat map of
// whatever the rows are.
func Tiles(s Spec) grafana.Panel {
	s.Options = merged(map[string]any{
		"reduceOptions": map[string]any{"values": true, "calcs": []string{"lastNotNull"}, "fields": "", "limit": 200},
		"colorMode":     "background", "textMode": "value_and_name", "justifyMode": "center",
	}, s.Options)
	return Stat(s)
}

// Reduce says which number a panel shows: how it is calculated, of which fields
// (a pattern; empty is the numbers).
func Reduce(calculation, fields string) map[string]any {
	return map[string]any{"values": false, "calcs": []string{calculation}, "fields": fields}
}

// Bars shows a horizontal bar for each row.
func Bars(s Spec) grafana.Panel {
	p := s.of("bargauge")
	p.Options = merged(map[string]any{
		"reduceOptions": map[string]any{"values": true, "calcs": []string{"lastNotNull"}, "fields": "", "limit": 100},
		"orientation":   "horizontal", "displayMode": "basic", "valueMode": "color", "namePlacement": "left", "sizing": "auto",
		"showUnfilled": true, "minVizHeight": 16, "minVizWidth": 8, "maxVizHeight": 26,
		"legend": map[string]any{"calcs": []string{}, "displayMode": "list", "placement": "bottom", "showLegend": false},
	}, s.Options)
	return p
}

// Gauge shows a number on a dial.
func Gauge(s Spec) grafana.Panel {
	p := s.of("gauge")
	p.Options = merged(map[string]any{
		"reduceOptions": Reduce("lastNotNull", ""), "orientation": "auto", "showThresholdLabels": false, "showThresholdMarkers": true,
		"sizing": "auto", "minVizHeight": 75, "minVizWidth": 75,
	}, s.Options)
	return p
}
