package api

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Where tables are served. [TablePath] takes the table's name for {name}.
const (
	TablesPath  = "/api/v1/tables"
	TablePath   = "/api/v1/tables/{name}"
	SystemsPath = "/api/v1/systems"
)

// Tables lists the tables that the exporter can answer.
type Tables struct {
	Tables []TableInfo `json:"tables"`
}

// TableInfo describes a table to those who ask for it.
type TableInfo struct {
	Name    string        `json:"name"`
	Title   string        `json:"title"`
	Group   string        `json:"group"` // entitlements, access, findings, pci, collection or remediation.
	Help    string        `json:"help"`
	Columns []ColumnInfo  `json:"columns"`
	Filters []TableFilter `json:"filters,omitempty"`
	// Timed is set where rows are of points in time, so that From and To of a
	// question count.
	Timed bool `json:"timed,omitempty"`
}

// ColumnType is what the values of a column are.
type ColumnType string

// The column types.
const (
	ColumnString ColumnType = "string"
	ColumnNumber ColumnType = "number"
	ColumnTime   ColumnType = "time"
)

// ColumnInfo describes a column.
type ColumnInfo struct {
	Name  string     `json:"name"`
	Title string     `json:"title"`
	Type  ColumnType `json:"type"`
	// Unit is points (0 to 100), ratio (0 to 1), days, or what is counted, such
	// as actions; absent where there is none.
	Unit string `json:"unit,omitempty"`
	Help string `json:"help,omitempty"`
}

// FilterKind says what the values of a filter look like.
type FilterKind string

// The kinds of filters.
const (
	FilterEnum   FilterKind = "enum"   // One of Values.
	FilterText   FilterKind = "text"   // Any text, compared as a whole.
	FilterNumber FilterKind = "number" // A decimal number.
)

// TableFilter describes a filter. Values of one filter are alternatives; all
// filters of a question must hold.
type TableFilter struct {
	Name     string     `json:"name"`
	Title    string     `json:"title"`
	Help     string     `json:"help,omitempty"`
	Kind     FilterKind `json:"kind"`
	Values   []string   `json:"values,omitempty"` // All that there are, of an enum.
	Default  string     `json:"default,omitempty"`
	Required bool       `json:"required,omitempty"`
	Several  bool       `json:"several,omitempty"` // More than one value may be given.
	// Completes is set where the exporter completes values: those of the column
	// of the same name.
	Completes bool `json:"completes,omitempty"`
}

// TableQuestion asks for a table.
type TableQuestion struct {
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	// Filters narrow the rows, by the filter's name.
	Filters map[string][]string `json:"filters,omitempty"`
	// Search keeps the rows in which a text contains this, whatever the case.
	Search string `json:"search,omitempty"`
	// Columns are those wanted, in this order; empty is all.
	Columns []string     `json:"columns,omitempty"`
	Sort    []TableOrder `json:"sort,omitempty"`
	// Limit bounds the rows; 0 is all. Offset leaves out as many before.
	Limit  int `json:"limit,omitempty"`
	Offset int `json:"offset,omitempty"`
	// From and To are the time of a table that is timed (From <= time < To);
	// Step is the distance of its points, such as 24h, where the table has one.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	Step string    `json:"step,omitempty"`
}

// TableOrder sorts by a column. Rows without a value come last.
type TableOrder struct {
	By         string `json:"by"`
	Descending bool   `json:"descending,omitempty"`
}

// Table is rows under typed columns, column by column.
type Table struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Columns []Column `json:"columns"`
	Rows    int      `json:"rows"`  // In each column.
	Total   int      `json:"total"` // Before limit and offset.
	// AsOf is the time of the data; of the oldest where they are of several.
	AsOf time.Time `json:"as_of,omitzero"`
	// Notices are sentences that a reader must see: what is missing, and why.
	Notices []string `json:"notices,omitempty"`
}

// Column is a column with its values: one of the lists, by its type. A null is
// no value.
type Column struct {
	ColumnInfo
	Strings []*string  `json:"strings,omitzero"`
	Numbers []*float64 `json:"numbers,omitzero"`
	Times   []*int64   `json:"times,omitzero"` // Milliseconds since 1970.
}

// Systems lists the systems that the caller may see, with what is known of
// them.
type Systems struct {
	Now     time.Time    `json:"now"` // The exporter's clock.
	Version string       `json:"version"`
	Caller  SystemCaller `json:"caller"`
	Systems []SystemInfo `json:"systems"`
	Folders []string     `json:"folders"`
	// Onboarding is the state of each system, also of those that are discovered
	// and not collected.
	Onboarding []SystemOnboarding `json:"onboarding,omitempty"`
	// Catalogs is the version of the catalogue of actions by cloud.
	Catalogs map[entitlement.Cloud]string `json:"catalogs"`
	// Audit is set where the exporter keeps events.
	Audit bool `json:"audit"`
}

// SystemOnboarding tells how far a system has come.
type SystemOnboarding struct {
	Cloud entitlement.Cloud    `json:"cloud"`
	ID    entitlement.SystemID `json:"id"`
	Name  string               `json:"name,omitempty"`
	// Ancestors are the names of what is above it, the nearest first.
	Ancestors []string `json:"ancestors,omitempty"`
	// State is pending, discovering, in_progress, onboarded or offline.
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"` // Why it is pending, discovering or offline.
}

// SystemCaller is who asked.
type SystemCaller struct {
	Name string `json:"name,omitempty"` // Absent where the exporter knows no callers.
	Role string `json:"role,omitempty"`
	All  bool   `json:"all"` // Sees every system.
}

// SystemInfo is one authorization system.
type SystemInfo struct {
	Cloud   entitlement.Cloud    `json:"cloud"`
	ID      entitlement.SystemID `json:"id"`
	Name    string               `json:"name,omitempty"`
	Owner   string               `json:"owner,omitempty"`
	Folders []string             `json:"folders,omitempty"`
	// State is pending before the first collection, online, or failed where the
	// last collection could read nothing.
	State         string    `json:"state"`
	LastCollected time.Time `json:"last_collected,omitzero"`
	PCI           *float64  `json:"pci,omitempty"`
	Band          string    `json:"band,omitempty"`
	Identities    int       `json:"identities"`
	Findings      int       `json:"findings"`
	Problems      int       `json:"problems"`
}
