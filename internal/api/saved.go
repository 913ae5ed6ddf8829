package api

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// SavedQuery is a query with a name.
type SavedQuery struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Owner is who made it; absent from queries that ship or are provisioned.
	Owner       string      `json:"owner,omitempty"`
	Visibility  string      `json:"visibility"` // private or shared.
	Kind        string      `json:"kind"`       // custom, provisioned or system; only custom ones can be changed.
	Query       query.Query `json:"query"`
	Text        string      `json:"text"` // Of the query.
	Description string      `json:"description,omitempty"`
	Created     time.Time   `json:"created"`
	Modified    time.Time   `json:"modified"`
	ModifiedBy  string      `json:"modified_by,omitempty"`
	// Version grows with each change; hand it back with the next.
	Version int64 `json:"version"`
}

// SavedQueries lists the saved queries that the caller may see.
type SavedQueries struct {
	Queries []SavedQuery `json:"queries"`
}

// SaveRequest creates or replaces a saved query.
type SaveRequest struct {
	Name        string `json:"name"`
	Visibility  string `json:"visibility,omitempty"` // private (the default) or shared.
	Description string `json:"description,omitempty"`
	// Query or Text is what is saved; give one of the two. Range and what else
	// the text does not say may stand beside it.
	Query   *query.Query           `json:"query,omitempty"`
	Text    string                 `json:"text,omitempty"`
	Range   query.Range            `json:"range,omitzero"`
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	// Version is the one that is replaced; 0 replaces any. A new query has none.
	Version int64 `json:"version,omitempty"`
}

// ShareRequest shares a saved query, or makes it private again.
type ShareRequest struct {
	Visibility string `json:"visibility"` // shared or private.
	Version    int64  `json:"version,omitempty"`
}
