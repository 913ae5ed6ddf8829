package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

func legend() map[string]any {
	return map[string]any{"calcs": []string{}, "displayMode": "list", "placement": "bottom", "showLegend": true}
}

func tooltip() map[string]any {
	return map[string]any{"mode": "multi", "sort": "desc", "hideZeros": false}
}

// Lines shows series as lines.
func Lines(s Spec) grafana.Panel { return series(s, "line", "none", 0) }

// Stacked shows series as bars on top of each other, such as numbers of events.
func Stacked(s Spec) grafana.Panel { return series(s, "bars", "normal", 80) }

func series(s Spec, style, stacking string, fill int) grafana.Panel {
	p := s.of("timeseries")
	p.FieldConfig.Defaults.Color = &grafana.Color{Mode: "palette-classic"}
	p.FieldConfig.Defaults.Custom = map[string]any{
		"drawStyle": style, "lineWidth": 1, "lineInterpolation": "linear", "fillOpacity": fill, "gradientMode": "none",
		"showPoints": "auto", "pointSize": 5, "spanNulls": true, "barAlignment": 0, "barWidthFactor": 0.8, "axisBorderShow": false,
		"stacking":          map[string]any{"mode": stacking, "group": "A"},
		"thresholdsStyle":   map[string]any{"mode": bandLines(&s)},
		"hideFrom":          map[string]any{"legend": false, "tooltip": false, "viz": false},
		"scaleDistribution": map[string]any{"type": "linear"}, "axisPlacement": "auto", "axisLabel": "", "axisColorMode": "text", "axisCenteredZero": false,
		"insertNulls": false,
	}
	p.Options = merged(map[string]any{"legend": legend(), "tooltip": tooltip()}, s.Options)
	return p
}

// bandLines shows where bands begin, of what has bands.
func bandLines(s *Spec) string {
	if s.Bands {
		return "dashed"
	}
	return "off"
}

// Categories shows a bar for each row, its first column of texts being the
// axis, stacked where there are several numbers.
func Categories(s Spec, axis string, horizontal bool) grafana.Panel {
	p := s.of("barchart")
	p.FieldConfig.Defaults.Color = &grafana.Color{Mode: "palette-classic"}
	p.FieldConfig.Defaults.Custom = map[string]any{
		"lineWidth": 1, "fillOpacity": 80, "gradientMode": "none", "axisPlacement": "auto", "axisLabel": "", "axisColorMode": "text", "axisBorderShow": false,
		"axisCenteredZero": false, "scaleDistribution": map[string]any{"type": "linear"}, "thresholdsStyle": map[string]any{"mode": "off"},
		"hideFrom": map[string]any{"legend": false, "tooltip": false, "viz": false},
	}
	orientation := "vertical"
	if horizontal {
		orientation = "horizontal"
	}
	p.Options = merged(map[string]any{
		"xField": axis, "orientation": orientation, "stacking": "normal", "showValue": "never", "barWidth": 0.9, "groupWidth": 0.7, "barRadius": 0,
		"fullHighlight": false, "xTickLabelRotation": 0, "xTickLabelSpacing": 0, "legend": legend(), "tooltip": tooltip(),
	}, s.Options)
	return p
}

// Strips shows each series as a strip of coloured fields over time: a heat map
// of numbers that have thresholds.
func Strips(s Spec) grafana.Panel {
	p := s.of("status-history")
	p.MaxDataPoints = 45 // More fields than that are too small to be seen.
	p.FieldConfig.Defaults.Custom = map[string]any{
		"lineWidth": 1, "fillOpacity": 85, "hideFrom": map[string]any{"legend": false, "tooltip": false, "viz": false},
	}
	p.Options = merged(map[string]any{"showValue": "auto", "rowHeight": 0.85, "colWidth": 0.95, "legend": legend(), "tooltip": tooltip()}, s.Options)
	return p
}

// Periods shows each series as periods of the same value over time.
func Periods(s Spec) grafana.Panel {
	p := s.of("state-timeline")
	p.FieldConfig.Defaults.Custom = map[string]any{
		"lineWidth": 0, "fillOpacity": 80, "spanNulls": false, "insertNulls": false, "hideFrom": map[string]any{"legend": false, "tooltip": false, "viz": false},
	}
	p.Options = merged(map[string]any{
		"showValue": "never", "rowHeight": 0.8, "mergeValues": true, "alignValue": "left", "perPage": 20, "legend": legend(), "tooltip": tooltip(),
	}, s.Options)
	return p
}
