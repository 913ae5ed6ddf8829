package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

// Records shows events as lines of a log.
func Records(s Spec) grafana.Panel {
	p := s.of("logs")
	p.Options = merged(map[string]any{
		"showTime": true, "showLabels": false, "showCommonLabels": false, "wrapLogMessage": true, "prettifyLogMessage": false,
		"enableLogDetails": true, "dedupStrategy": "none", "sortOrder": "Descending", "enableInfiniteScrolling": false,
	}, s.Options)
	return p
}

// Graph shows nodes and what joins them.
func Graph(s Spec) grafana.Panel {
	p := s.of("nodeGraph")
	p.Options = merged(map[string]any{"zoomMode": "cooperative", "layoutAlgorithm": "layered", "nodes": map[string]any{}, "edges": map[string]any{}}, s.Options)
	return p
}

// AlertList shows the alerts that Grafana itself evaluates.
func AlertList(s Spec) grafana.Panel {
	p := s.of("alertlist")
	p.FieldConfig = nil
	p.Options = map[string]any{
		"viewMode": "list", "groupMode": "default", "groupBy": []string{}, "maxItems": 50, "sortOrder": 3, "dashboardAlerts": false,
		"alertName": "", "alertInstanceLabelFilter": "", "showInactiveAlerts": false,
		"stateFilter": map[string]any{"firing": true, "pending": true, "recovering": true, "noData": true, "normal": false, "error": true},
	}
	return p
}

// Markdown shows a text.
func Markdown(s Spec, text string) grafana.Panel {
	p := s.of("text")
	p.FieldConfig = nil
	p.Options = map[string]any{"mode": "markdown", "content": text}
	return p
}
