package api

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Where reports are served. [ReportPath] takes the report's kind for {kind}.
const (
	ReportsPath = "/api/v1/reports"
	ReportPath  = "/api/v1/reports/{kind}"
)

// Reports lists the system reports that the exporter can make.
type Reports struct {
	Reports []ReportInfo `json:"reports"`
}

// ReportInfo describes a report to those who ask for it.
type ReportInfo struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	Help  string `json:"help"`
	// Audience are the people for whom it is meant.
	Audience []string `json:"audience,omitempty"`
	// Clouds are those that it can be about.
	Clouds []entitlement.Cloud `json:"clouds"`
	// Formats are those of its files, such as pdf.
	Formats []string `json:"formats"`
	// Parts are what it can be made of: the values of its filter "part".
	Parts   []ReportPart  `json:"parts,omitempty"`
	Filters []TableFilter `json:"filters,omitempty"`
	// CompleteFrom names, by the filter, the table whose filter of the same name
	// has the values to complete from.
	CompleteFrom map[string]string `json:"complete_from,omitempty"`
	// Timed is set where From and To of a question count.
	Timed bool `json:"timed,omitempty"`
}

// ReportPart is a part of a report.
type ReportPart struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help,omitempty"`
	// Tables are the names of the tables in it.
	Tables []string `json:"tables,omitempty"`
}

// ReportQuestion asks for a report.
type ReportQuestion struct {
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	// Filters narrow the report, by the filter's name. The filter "part" chooses
	// its parts, "layout" whether there is one table for all systems.
	Filters map[string][]string `json:"filters,omitempty"`
	// From and To are the time of a report that is timed (From <= time < To).
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Tables are those wanted of an answer, by name; empty is all. Limit bounds
	// the rows of each; 0 is all. A file always has everything.
	Tables []string `json:"tables,omitempty"`
	Limit  int      `json:"limit,omitempty"`
}

// Report is a report as tables.
type Report struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	// AsOf is the time of the data; of the oldest where they are of several.
	AsOf time.Time `json:"as_of"`
	// Warnings are sentences that a reader must see: what is missing, and why.
	Warnings []string `json:"warnings,omitempty"`
	Tables   []Table  `json:"tables"`
}
