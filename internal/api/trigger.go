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

// FirstTimeRules lists the first-time rules.
type FirstTimeRules struct {
	Rules []FirstTimeRule `json:"rules"`
}

// FirstTimeRule is a rule for what identities do for the first time.
type FirstTimeRule struct {
	Name        string                 `json:"name"`
	Title       string                 `json:"title,omitempty"`
	Kind        string                 `json:"kind"` // resource, action or identity.
	Enabled     bool                   `json:"enabled"`
	Interval    string                 `json:"interval"` // Not done for so long, such as 90d.
	IgnoreReads bool                   `json:"ignore_reads"`
	Clouds      []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems     []entitlement.SystemID `json:"systems,omitempty"` // As of a trigger.
	Folders     []string               `json:"folders,omitempty"`
	Text        string                 `json:"text,omitempty"` // What narrows the events.
	Severity    string                 `json:"severity"`
	Owner       string                 `json:"owner,omitempty"`
	Since       time.Time              `json:"since,omitzero"` // As of a trigger, likewise the rest.
	Evaluated   time.Time              `json:"evaluated,omitzero"`
	Error       string                 `json:"error,omitempty"`
	Totals      []TriggerTotal         `json:"totals,omitempty"`
	// WarmingUp are the systems whose events do not reach back far enough yet:
	// nothing is reported of them until then.
	WarmingUp []entitlement.SystemID `json:"warming_up,omitempty"`
}

// FirstTimeReports are the latest reports of a rule, the latest first.
type FirstTimeReports struct {
	Reports []FirstTimeReport `json:"reports"`
}

// FirstTimeReport is something that an identity did for the first time.
type FirstTimeReport struct {
	Event    string                 `json:"event"` // Id of the event.
	Time     time.Time              `json:"time"`
	Cloud    entitlement.Cloud      `json:"cloud"`
	System   entitlement.SystemID   `json:"system"`
	Identity entitlement.IdentityID `json:"identity"`
	Username string                 `json:"username,omitempty"`
	Name     string                 `json:"name,omitempty"` // The call.
	// Value is the resource or action that was new; absent where the identity
	// did anything at all.
	Value string `json:"value,omitempty"`
	// Last is when it was done before; absent is never.
	Last time.Time `json:"last,omitzero"`
}
