package api

import (
	"encoding/json"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// ParseRequest is the body of a request to turn text into a tree (Text) or a
// tree into text (Query).
type ParseRequest struct {
	Text  string       `json:"text,omitempty"`
	Query *query.Query `json:"query,omitempty"`
}

// ParseAnswer has a query in both forms; Text is the canonical one.
type ParseAnswer struct {
	Text  string      `json:"text"`
	Query query.Query `json:"query"`
}

// Explanation says what a question means to the store.
type Explanation struct {
	Text   string    `json:"text"`   // Of the query.
	LogsQL string    `json:"logsql"` // The statement that runs.
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Kind   AuditKind `json:"kind"`
}

// Fields describes the fields of the query language.
type Fields struct {
	Fields []query.Info `json:"fields"`
}

// Values are values of a field, the most frequent first.
type Values struct {
	Values []ValueCount `json:"values"`
}

// ValueCount is a value with the number of events that have it.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// StoreStats tells what the audit store holds. Where the caller does not see
// every system, the numbers that tell of the others are left out.
type StoreStats struct {
	Events   *int64    `json:"events,omitempty"`
	Bytes    int64     `json:"bytes,omitempty"`
	Earliest time.Time `json:"earliest,omitzero"`
	Latest   time.Time `json:"latest,omitzero"`
	Oldest   time.Time `json:"oldest,omitzero"` // Events before it are not taken.
	Full     bool      `json:"full"`
	Damaged  int       `json:"damaged,omitempty"`
}

// PlatformEvent is something that a program of the suite did.
type PlatformEvent struct {
	// ID names the event for ever: one that is appended again changes nothing.
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	// Actor is who acted: a person's name, or a program's.
	Actor  string             `json:"actor"`
	Action entitlement.Action `json:"action"` // "leastward:ApplyStep".
	// Outcome defaults to success.
	Outcome   auditlog.Outcome `json:"outcome,omitempty"`
	ErrorCode string           `json:"error_code,omitempty"`
	ErrorText string           `json:"error_text,omitempty"`
	// Resources are what it was about: systems, identities, runs.
	Resources []AuditResource `json:"resources,omitempty"`
	Session   string          `json:"session,omitempty"` // Such as the run.
	RequestID string          `json:"request_id,omitempty"`
	Address   string          `json:"address,omitempty"` // Where the actor was.
	// Details is any JSON; free-text search finds its values, and it is kept
	// byte for byte.
	Details json.RawMessage `json:"details,omitempty"`
}

// AppendRequest appends Platform events.
type AppendRequest struct {
	Events []PlatformEvent `json:"events"`
}

// AppendAnswer says what became of the events. When it arrives they are on
// disk.
type AppendAnswer struct {
	New       int `json:"new"`
	Duplicate int `json:"duplicate"` // Were there before.
	Expired   int `json:"expired"`   // Are older than what the store keeps.
}
