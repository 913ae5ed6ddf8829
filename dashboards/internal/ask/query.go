// Package ask has the queries of the Leastward data source as panels keep them:
// the JSON that datasource/src/types.ts describes.
package ask

import (
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Query is one query.
type Query struct {
	RefID      string             `json:"refId"`
	Datasource grafana.Datasource `json:"datasource"`
	QueryType  string             `json:"queryType"`
	Version    int                `json:"version"`
	Scope      *Scope             `json:"scope,omitempty"`
	Limit      int                `json:"limit,omitempty"`
	Audit      *AuditPart         `json:"audit,omitempty"`
	Table      *TablePart         `json:"table,omitempty"`
	Path       *PathPart          `json:"path,omitempty"`

	// Problem is why the query cannot be asked; the generator stops on it.
	Problem error `json:"-"`
}

// Scope narrows a query to places. Its elements may be variables.
type Scope struct {
	Clouds  []string `json:"clouds,omitempty"`
	Systems []string `json:"systems,omitempty"`
	Folders []string `json:"folders,omitempty"`
}

// AuditPart asks for events or numbers of them.
type AuditPart struct {
	Editor string       `json:"editor"`
	Format string       `json:"format"`
	Text   string       `json:"text"`
	Query  *query.Query `json:"query,omitempty"`
}

// TablePart asks for rows of a table.
type TablePart struct {
	Name    string              `json:"name"`
	Filters map[string][]string `json:"filters,omitempty"`
	Search  string              `json:"search,omitempty"`
	Columns []string            `json:"columns,omitempty"`
	Sort    []Order             `json:"sort,omitempty"`
	Value   string              `json:"value,omitempty"`
	Labels  []string            `json:"labels,omitempty"`
}

// Order sorts by a column.
type Order struct {
	By         string `json:"by"`
	Descending bool   `json:"descending,omitempty"`
}

// PathPart asks for somebody's way through the events.
type PathPart struct {
	Start    string `json:"start"`
	Value    string `json:"value"`
	MaxNodes int    `json:"maxNodes,omitempty"`
}

// Variable is the query of a dashboard's variable.
type Variable struct {
	RefID   string              `json:"refId"`
	Kind    string              `json:"kind"` // systems, folders, identities, or column.
	Table   string              `json:"table,omitempty"`
	Column  string              `json:"column,omitempty"`
	Label   string              `json:"label,omitempty"`
	Scope   *Scope              `json:"scope,omitempty"`
	Filters map[string][]string `json:"filters,omitempty"`
}

// base returns a query of a type. Its refId is given when a panel takes it.
func base(queryType string, scope *Scope) Query {
	return Query{Datasource: grafana.Leastward(), QueryType: queryType, Version: 1, Scope: scope}
}
