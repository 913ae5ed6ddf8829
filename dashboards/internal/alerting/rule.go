// Package alerting makes the rules that Grafana evaluates itself, as an
// alternative to Prometheus and Alertmanager, from those of alert-rules: of the
// same names, labels, waits and texts, so that people and the remediator can not
// tell them apart. Rules about single findings ask the exporter, whose answers no
// budget of series cuts; the others ask Prometheus.
package alerting

// File is a file of Grafana's alerting provisioning:
// https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/.
type File struct {
	APIVersion int     `yaml:"apiVersion"`
	Groups     []Group `yaml:"groups"`
}

// Group is rules that are evaluated together.
type Group struct {
	OrgID    int    `yaml:"orgId"`
	Name     string `yaml:"name"`
	Folder   string `yaml:"folder"`
	Interval string `yaml:"interval"`
	Rules    []Rule `yaml:"rules"`
}

// Rule is one rule. Its title is the label alertname of its alerts.
type Rule struct {
	UID          string            `yaml:"uid"`
	Title        string            `yaml:"title"`
	Condition    string            `yaml:"condition"`
	Data         []Query           `yaml:"data"`
	NoDataState  string            `yaml:"noDataState"`
	ExecErrState string            `yaml:"execErrState"`
	For          string            `yaml:"for"`
	Labels       map[string]string `yaml:"labels"`
	Annotations  map[string]string `yaml:"annotations"`
	IsPaused     bool              `yaml:"isPaused"`
}

// Query is a question to a data source, or an expression over others.
type Query struct {
	RefID             string         `yaml:"refId"`
	QueryType         string         `yaml:"queryType,omitempty"`
	RelativeTimeRange Range          `yaml:"relativeTimeRange"`
	DatasourceUID     string         `yaml:"datasourceUid"`
	Model             map[string]any `yaml:"model"`
}

// Range is seconds before now.
type Range struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

// Folder is where the rules are. It must not be that of the dashboards, see
// provisioning/grafana/dashboards/leastward.yaml.
const Folder = "Leastward alerts"

// The uids of the data sources, as provisioning/grafana/datasources has them.
const (
	leastward  = "leastward"
	prometheus = "leastward-prometheus"
	expression = "__expr__" // Grafana's own.
)
