package board

import "github.com/leastward/leastward/dashboards/internal/grafana"

// ranged asks Prometheus for series over the range.
func ranged(expr, legend string) grafana.Promql {
	return grafana.Promql{Datasource: grafana.Prometheus(), EditorMode: "code", Expr: expr, Legend: legend, Range: true, Format: "time_series"}
}

// latest asks Prometheus for the latest values.
func latest(expr, legend string) grafana.Promql {
	return grafana.Promql{Datasource: grafana.Prometheus(), EditorMode: "code", Expr: expr, Legend: legend, Instant: true, Format: "time_series"}
}

// listed asks Prometheus for the latest values as a table of labels.
func listed(expr string) grafana.Promql {
	return grafana.Promql{Datasource: grafana.Prometheus(), EditorMode: "code", Expr: expr, Instant: true, Format: "table"}
}

// ofSystems adds the names of the systems that series are of: an id of Azure is a
// number. A system without a name goes by its id.
func ofSystems(series string) string {
	const names = `topk by (cloud, system) (1, max by (cloud, system, name) (ciem_system_info{name!=""} or label_join(ciem_system_info{name=""}, "name", "", "system")))`
	return `(` + series + `) * on (cloud, system) group_left (name) ` + names
}
