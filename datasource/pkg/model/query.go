// Package model has the queries that panels, alert rules and other programs
// send, as they are stored in dashboards.
package model

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// Version is the version of queries that this plugin reads and writes.
const Version = 1

// Type says what is asked for.
type Type string

// The types.
const (
	Audit        Type = "audit"
	Entitlements Type = "entitlements"
	Findings     Type = "findings"
	PCI          Type = "pci"
	Path         Type = "path"
	Report       Type = "report"
	Remediation  Type = "remediation"
)

// Types lists the types.
func Types() []Type { return []Type{Audit, Entitlements, Findings, PCI, Path, Report, Remediation} }

// Query is one query with what Grafana says beside it.
type Query struct {
	RefID   string
	Type    Type
	Version int
	Scope   Scope
	Limit   int // 0 is none.
	Audit   AuditQuery
	Table   TableQuery
	Path    PathQuery
	Report  ReportQuery

	From, To      time.Time // From <= time < To.
	Interval      time.Duration
	MaxDataPoints int64
	// Alert is set where an alert rule asks: the answer must be numbers.
	Alert bool
}

// Scope narrows a query to places; empty is all that the asker may see.
type Scope struct {
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
}

// Format says how events are shown.
type Format string

// The formats.
const (
	FormatTable  Format = "table"
	FormatLogs   Format = "logs"
	FormatSeries Format = "series"
	FormatGroups Format = "groups"
)

// Editors of audit queries.
const (
	EditorText    = "text"
	EditorBuilder = "builder"
)

// AuditQuery asks for events, or for numbers of them.
type AuditQuery struct {
	Editor       string       `json:"editor,omitempty"` // What was edited last, and is run: text or builder.
	Format       Format       `json:"format,omitempty"`
	Text         string       `json:"text,omitempty"`
	Query        *query.Query `json:"query,omitempty"`
	Saved        *Saved       `json:"saved,omitempty"`
	Raw          bool         `json:"raw,omitempty"`
	AllowPartial bool         `json:"allowPartial,omitempty"`
	// AlertBy are the labels of the counts that an alert rule gets of events.
	AlertBy []query.Field `json:"alertBy,omitempty"`
}

// Saved names a saved query.
type Saved struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Linked runs the saved query as it is now, in place of text and tree.
	Linked bool `json:"linked,omitempty"`
	// UseSavedScope takes the places of the saved query, too.
	UseSavedScope bool `json:"useSavedScope,omitempty"`
}

// Linked returns the saved query that is to be run, nil if it is none.
func (q *AuditQuery) Linked() *Saved {
	if q.Saved != nil && q.Saved.Linked {
		return q.Saved
	}
	return nil
}

// TableQuery asks for a table.
type TableQuery struct {
	Name    string              `json:"name"`
	Filters map[string][]string `json:"filters,omitempty"`
	Search  string              `json:"search,omitempty"`
	Columns []string            `json:"columns,omitempty"`
	Sort    []Order             `json:"sort,omitempty"`
	// Value is the column whose numbers an alert rule, or a series, is of.
	Value string `json:"value,omitempty"`
	// Labels are the columns that tell its rows apart.
	Labels []string `json:"labels,omitempty"`
}

// Order sorts by a column.
type Order struct {
	By         string `json:"by"`
	Descending bool   `json:"descending,omitempty"`
}

// PathQuery asks for somebody's way through the events.
type PathQuery struct {
	Start    string `json:"start"` // identity, session, access_key or address.
	Value    string `json:"value"`
	Role     string `json:"role,omitempty"` // Narrows a session.
	Depth    int    `json:"depth,omitempty"`
	MaxNodes int    `json:"maxNodes,omitempty"`
}

// ReportQuery asks for a table of a report.
type ReportQuery struct {
	Kind    string              `json:"kind"`
	Table   string              `json:"table,omitempty"` // Of several; the first if nothing is said.
	Filters map[string][]string `json:"filters,omitempty"`
}

// timed takes over what Grafana says beside a query.
func (q *Query) timed(d *backend.DataQuery) {
	q.RefID, q.From, q.To = d.RefID, d.TimeRange.From.UTC(), d.TimeRange.To.UTC()
	q.Interval, q.MaxDataPoints = d.Interval, d.MaxDataPoints
}
