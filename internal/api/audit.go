package api

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// The paths of the audit API. The exporter's OpenAPI file, which it serves at
// [OpenAPIPath], describes each.
const (
	OpenAPIPath         = "/api/v1/openapi.json"
	OpenAPIYAMLPath     = "/api/v1/openapi.yaml"
	AuditQueryPath      = "/api/v1/audit/query"
	AuditParsePath      = "/api/v1/audit/parse"
	AuditExplainPath    = "/api/v1/audit/explain"
	AuditFieldsPath     = "/api/v1/audit/fields"
	AuditSchemaPath     = "/api/v1/audit/schema"
	AuditValuesPath     = "/api/v1/audit/values"
	AuditTailPath       = "/api/v1/audit/tail"
	AuditSavedPath      = "/api/v1/audit/saved-queries"
	AuditSavedOnePath   = "/api/v1/audit/saved-queries/{id}"
	AuditDuplicatePath  = "/api/v1/audit/saved-queries/{id}/duplicate"
	AuditSharePath      = "/api/v1/audit/saved-queries/{id}/share"
	AuditTracePath      = "/api/v1/audit/trace"
	AuditTriggersPath   = "/api/v1/audit/triggers"
	AuditMatchesPath    = "/api/v1/audit/triggers/{name}/matches"
	AuditFirstTimePath  = "/api/v1/audit/first-time"
	AuditReportsPath    = "/api/v1/audit/first-time/{name}/reports"
	AuditEventsPath     = "/api/v1/audit/events"
	AuditStatsPath      = "/api/v1/audit/stats"
	NDJSON              = "application/x-ndjson" // Media type of a stream of lines.
	MaxPlatformEvents   = 1000                   // That one request may append.
	MaxPlatformEventLen = 64 << 10               // Bytes of one appended event's details.
)

// AuditQuestion is the body of a question: a tree, a text or a saved query.
// What stands beside replaces what the tree or the saved query says.
type AuditQuestion struct {
	// Exactly one of Query, Text and Saved may be set; none asks for the latest
	// events.
	Query *query.Query `json:"query,omitempty"`
	Text  string       `json:"text,omitempty"`
	Saved string       `json:"saved,omitempty"` // Id of a saved query.

	Range   query.Range            `json:"range,omitzero"`
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	Limit   int                    `json:"limit,omitempty"`
	Cursor  string                 `json:"cursor,omitempty"`

	// AllowPartial accepts an answer from a part of a cluster; the answer says
	// so then.
	AllowPartial bool `json:"allow_partial,omitempty"`
	// Raw adds the records to events.
	Raw bool `json:"raw,omitempty"`
}

// AuditKind says what an answer consists of.
type AuditKind string

// The kinds of answers.
const (
	KindEvents AuditKind = "events"
	KindGroups AuditKind = "groups"
	KindSeries AuditKind = "series"
)

// AuditAnswer answers a question: with events, groups or a series, as Kind
// says.
type AuditAnswer struct {
	Kind AuditKind `json:"kind"`
	// From and To are the time that was asked about: From <= time < To.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Partial is set where a part of the store could not be asked, which the
	// question allowed.
	Partial bool `json:"partial"`
	// Events are a page of them; with a Cursor there are more, which the same
	// question with that cursor returns. An answer of events has the list even
	// if nothing is in it.
	Events []AuditEvent `json:"events,omitzero"`
	Cursor string       `json:"cursor,omitempty"`
	Groups *AuditGroups `json:"groups,omitempty"`
	Series *AuditSeries `json:"series,omitempty"`
}

// AuditGroups is a table: the fields that events were grouped by, then the
// aggregates.
type AuditGroups struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	// Truncated is set where there are more groups than the limit.
	Truncated bool `json:"truncated"`
}

// AuditSeries counts events over time.
type AuditSeries struct {
	Start time.Time   `json:"start"` // Of the first interval.
	Step  string      `json:"step"`  // Width of an interval, such as 1h.
	Lines []AuditLine `json:"lines"`
}

// AuditLine is one series.
type AuditLine struct {
	Labels map[string]string `json:"labels"`
	Rest   bool              `json:"rest,omitempty"` // The sum of all series that have no line.
	Counts []int64           `json:"counts"`         // By interval.
}

// AuditEvent is an event. The names are those of the query's fields.
type AuditEvent struct {
	Time         time.Time                 `json:"time"`
	ID           string                    `json:"id"`
	Cloud        entitlement.Cloud         `json:"cloud"`
	System       entitlement.SystemID      `json:"system"`
	Identity     entitlement.IdentityID    `json:"identity,omitempty"`
	IdentityType string                    `json:"identity_type,omitempty"`
	Username     string                    `json:"username,omitempty"`
	Session      string                    `json:"session,omitempty"`
	AccessKey    entitlement.AccessKeyID   `json:"access_key,omitempty"`
	Service      string                    `json:"service,omitempty"`
	Name         string                    `json:"name,omitempty"`
	Actions      []entitlement.Action      `json:"actions,omitempty"`
	Resources    []AuditResource           `json:"resources,omitempty"`
	Outcome      auditlog.Outcome          `json:"outcome"`
	ErrorCode    string                    `json:"error_code,omitempty"`
	ErrorText    string                    `json:"error_text,omitempty"`
	Address      string                    `json:"address,omitempty"`
	UserAgent    string                    `json:"user_agent,omitempty"`
	Region       string                    `json:"region,omitempty"`
	ReadOnly     bool                      `json:"read_only,omitempty"`
	DataEvent    bool                      `json:"data_event,omitempty"`
	RequestID    string                    `json:"request_id,omitempty"`
	InvokedBy    string                    `json:"invoked_by,omitempty"`
	ByService    bool                      `json:"by_service,omitempty"`
	Issued       []entitlement.AccessKeyID `json:"issued,omitempty"`
	Detail       string                    `json:"detail,omitempty"`
	// Raw is the record, byte for byte; RawBase64 in its place where the record
	// is not valid UTF-8, which JSON cannot hold.
	Raw       string `json:"raw,omitempty"`
	RawBase64 []byte `json:"raw_base64,omitempty"`
}

// AuditResource is something that a call acted upon.
type AuditResource struct {
	ID   entitlement.ResourceID `json:"id"`
	Type string                 `json:"type,omitempty"`
}

// StreamEnd is the last line of a stream that came to its end. A stream
// without it, or with an error in it, is cut.
type StreamEnd struct {
	Done    bool   `json:"done"`
	Count   int64  `json:"count"` // Of the events before it.
	Partial bool   `json:"partial"`
	Error   string `json:"error,omitempty"`
}

// Heartbeat is a line of a live stream in which nothing happened.
type Heartbeat struct {
	Heartbeat time.Time `json:"heartbeat"`
}
