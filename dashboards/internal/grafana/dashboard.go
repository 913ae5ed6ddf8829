// Package grafana is the part of Grafana's dashboard JSON that the dashboards
// of the suite use: the classic model, which Grafana 12.3 and later read.
//
// https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
package grafana

// SchemaVersion is the version of the model. Grafana migrates older ones when it
// loads them.
const SchemaVersion = 42

// Dashboard is one dashboard.
type Dashboard struct {
	UID           string      `json:"uid"`
	Title         string      `json:"title"`
	Description   string      `json:"description"`
	Tags          []string    `json:"tags"`
	Editable      bool        `json:"editable"`
	Timezone      string      `json:"timezone"`
	WeekStart     string      `json:"weekStart"`
	SchemaVersion int         `json:"schemaVersion"`
	GraphTooltip  int         `json:"graphTooltip"` // 1: the crosshair of one panel shows in all.
	Refresh       string      `json:"refresh"`
	LiveNow       bool        `json:"liveNow"`
	Time          Time        `json:"time"`
	TimePicker    TimePicker  `json:"timepicker"`
	Templating    Templating  `json:"templating"`
	Annotations   Annotations `json:"annotations"`
	Links         []Link      `json:"links"`
	Panels        []Panel     `json:"panels"`
}

// Time is the range that is shown at first.
type Time struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// TimePicker says how often people may refresh.
type TimePicker struct {
	RefreshIntervals []string `json:"refresh_intervals"`
}

// Templating has the variables.
type Templating struct {
	List []Variable `json:"list"`
}

// Annotations are events that are drawn into panels over time.
type Annotations struct {
	List []Annotation `json:"list"`
}

// Annotation is one kind of them.
type Annotation struct {
	Name       string     `json:"name"`
	Datasource Datasource `json:"datasource"`
	Enable     bool       `json:"enable"`
	IconColor  string     `json:"iconColor"`
	Target     any        `json:"target"`
}

// Link is a link of a dashboard or panel.
type Link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type,omitempty"` // link, or dashboards for all with the tags; of dashboards only.
	URL         string   `json:"url,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Icon        string   `json:"icon,omitempty"`
	Tooltip     string   `json:"tooltip,omitempty"`
	AsDropdown  bool     `json:"asDropdown,omitempty"`
	IncludeVars bool     `json:"includeVars,omitempty"`
	KeepTime    bool     `json:"keepTime,omitempty"`
	TargetBlank bool     `json:"targetBlank,omitempty"`
}

// Datasource names a data source by its plugin and uid.
type Datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

// The plugins.
const (
	LeastwardType  = "leastward-ciem-datasource"
	PrometheusType = "prometheus"
)

// Leastward is the data source that the dashboard's variable chooses.
func Leastward() Datasource { return Datasource{LeastwardType, "${datasource}"} }

// Prometheus is the data source that the dashboard's variable chooses.
func Prometheus() Datasource { return Datasource{PrometheusType, "${prometheus}"} }
