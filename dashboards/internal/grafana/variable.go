package grafana

// Variable is a variable of a dashboard. Which members it has depends on its
// type: datasource, query, textbox, custom, adhoc.
type Variable struct {
	Type        string      `json:"type"`
	Name        string      `json:"name"`
	Label       string      `json:"label"`
	Description string      `json:"description,omitempty"`
	Hide        int         `json:"hide"` // 2 hides it altogether.
	SkipURLSync bool        `json:"skipUrlSync"`
	Datasource  *Datasource `json:"datasource,omitempty"`
	Query       any         `json:"query,omitempty"` // Text, or that of the data source.
	Definition  string      `json:"definition,omitempty"`
	Regex       string      `json:"regex"`
	Refresh     int         `json:"refresh,omitempty"` // 1 when the dashboard loads, 2 when the range changes.
	Sort        int         `json:"sort,omitempty"`    // 1 by text.
	Multi       bool        `json:"multi"`
	IncludeAll  bool        `json:"includeAll"`
	AllValue    string      `json:"allValue,omitempty"`
	Current     *Current    `json:"current,omitempty"`
	Options     []Current   `json:"options"`
	Filters     []any       `json:"filters,omitempty"`
	BaseFilters []any       `json:"baseFilters,omitempty"`
}

// Current is what is chosen.
type Current struct {
	Selected bool `json:"selected"`
	Text     any  `json:"text"`
	Value    any  `json:"value"`
}

// AllValue is what All stands for in a Prometheus matcher. The Leastward data
// source leaves conditions on All out.
const AllValue = ".*"

// All is the choice of everything, of a variable of several values or of one.
func All(multi bool) *Current {
	if multi {
		return &Current{Selected: true, Text: []string{"All"}, Value: []string{"$__all"}}
	}
	return &Current{Selected: true, Text: "All", Value: "$__all"}
}
