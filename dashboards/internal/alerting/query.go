package alerting

import (
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

// series lets a rule ask Prometheus. Every series that the expression leaves is
// an alert, whatever its value.
func (r *Rule) series(expr string) {
	r.Condition = "B"
	r.Data = []Query{
		{
			RefID: "A", DatasourceUID: prometheus, RelativeTimeRange: Range{From: 600},
			Model: map[string]any{"refId": "A", "editorMode": "code", "expr": expr, "instant": true, "range": false, "intervalMs": 1000, "maxDataPoints": 43200},
		},
		calculated("B", "is_number($A)"),
	}
}

// findings lets a rule ask the exporter for findings: each is an alert, with the
// labels that it would have of Prometheus. Of those about identities the value is
// the impact where the texts speak of it.
func (r *Rule) findings(categories []entitlement.Category, impact bool) {
	names := make([]string, len(categories))
	for i, c := range categories {
		names[i] = string(c)
	}
	table := map[string]any{
		"name": "findings", "filters": map[string][]string{"category": names},
		"labels": []string{"cloud", "system", "category", "finding", "identity", "type", "owner", "resource"},
	}
	if impact {
		table["value"] = "impact"
	}
	if !alert.OfResource(categories[0]) {
		// A dollar sign is written twice: Grafana puts the environment in.
		r.Labels[alert.LabelIdentityType] = "{{ $$labels.type }}"
	}
	r.ExecErrState = "KeepLast" // CiemExporterAbsent tells that the exporter is away.
	r.Condition = "B"
	r.Data = []Query{asked("findings", "table", table, 3600), calculated("B", "is_number($A)")}
}

// asked is a question to the exporter.
func asked(queryType, member string, content map[string]any, seconds int) Query {
	return Query{
		RefID: "A", QueryType: queryType, DatasourceUID: leastward, RelativeTimeRange: Range{From: seconds},
		Model: map[string]any{"refId": "A", "queryType": queryType, "version": 1, member: content, "intervalMs": 60000, "maxDataPoints": 1000},
	}
}

// calculated is an expression of Grafana; an alert fires where it is not 0.
func calculated(refID, text string) Query {
	return Query{
		RefID: refID, DatasourceUID: expression, RelativeTimeRange: Range{From: 600},
		Model: map[string]any{"refId": refID, "type": "math", "expression": text, "datasource": map[string]any{"type": expression, "uid": expression}},
	}
}
