package grafana

// Promql is a query of Prometheus.
type Promql struct {
	RefID      string     `json:"refId"`
	Datasource Datasource `json:"datasource"`
	EditorMode string     `json:"editorMode"`
	Expr       string     `json:"expr"`
	Legend     string     `json:"legendFormat,omitempty"`
	Instant    bool       `json:"instant"`
	Range      bool       `json:"range"`
	Format     string     `json:"format"` // time_series or table.
}
