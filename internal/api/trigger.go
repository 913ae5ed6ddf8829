package api

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Triggers lists the activity triggers.
type Triggers struct {
	Triggers []Trigger `json:"triggers"`
}

// Trigger is an activity trigger.
type Trigger struct {
	Name        string                 `json:"name"`
	Title       string                 `json:"title,omitempty"`
	Enabled     bool                   `json:"enabled"`
	Clouds      []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems     []entitlement.SystemID `json:"systems,omitempty"` // Of those that it is limited to, the ones that the caller may see.
	Folders     []string               `json:"folders,omitempty"`
	Text        string                 `json:"text"` // What an event must fulfil, with the values of the parameters.
	Parameters  []TriggerParameter     `json:"parameters,omitempty"`
	Severity    string                 `json:"severity"`
	Owner       string                 `json:"owner,omitempty"`
	Description string                 `json:"description,omitempty"`
	Why         string                 `json:"why,omitempty"`
	Response    string                 `json:"response,omitempty"`
	// Since is when it was first evaluated, Evaluated up to when everything
	// that was stored is; absent from triggers that are switched off.
	Since     time.Time `json:"since,omitzero"`
	Evaluated time.Time `json:"evaluated,omitzero"`
	// Error is of the last evaluation, for callers who see every system.
	Error string `json:"error,omitempty"`
	// Totals count the matches since Since, by system.
	Totals []TriggerTotal `json:"totals,omitempty"`
}

// TriggerTotal counts the matches in one system.
type TriggerTotal struct {
	Cloud  entitlement.Cloud    `json:"cloud"`
	System entitlement.SystemID `json:"system"`
	Count  int64                `json:"count"`
	Last   time.Time            `json:"last,omitzero"` // Time of the latest match.
}

// TriggerParameter is a list of values that differs between organisations.
type TriggerParameter struct {
	Name   string   `json:"name"`
	Help   string   `json:"help,omitempty"`
	Values []string `json:"values"`
}
