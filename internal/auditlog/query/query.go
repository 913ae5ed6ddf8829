// Package query is the language of audit queries: a typed tree, its JSON, and
// a compact text for people.
//
// A tree is compiled to a statement by package logsql and answered by package
// search; the same tree is a saved query, an activity trigger and a section of
// a report.
package query

import (
	"time"

	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// Query is one question about events. Its zero value asks for the latest
// events of the last day.
type Query struct {
	Range Range `json:"range,omitzero"`
	// Clouds, Systems and Folders narrow what is asked; empty is all that the
	// asker may see. "platform" is the suite's own log.
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	// Where filters the events; nil takes all of them.
	Where *Node `json:"where,omitempty"`

	// At most one of Group and Series is set; with neither the answer is the
	// events themselves.
	Group  *Group  `json:"group,omitempty"`
	Series *Series `json:"series,omitempty"`

	// Sort orders the answer: events by time, the latest first, unless it says
	// otherwise; groups by their first aggregate, the greatest first. A series
	// has no order of its own.
	Sort []Order `json:"sort,omitempty"`
	// Limit bounds the events or groups. Zero is [DefaultLimit]; [MaxLimit] is
	// the most.
	Limit int `json:"limit,omitempty"`
	// Cursor continues an answer of events where the page before ended.
	Cursor string `json:"cursor,omitempty"`
}

// The bounds of Query.Limit.
const (
	DefaultLimit = 100
	MaxLimit     = 10_000
)

// The bounds of a query, so that one that is not meant well, or was made by a
// program gone wrong, is refused before it costs anything.
const (
	MaxDepth  = 32      // Groups within groups.
	MaxNodes  = 1_000   // Conditions and groups.
	MaxValues = 10_000  // Of all conditions together.
	MaxParts  = 1_000   // Values of Contains and Matches among them: each is an expression to run.
	MaxWords  = 100     // Values of free text among those: each is sought in every field.
	MaxBytes  = 1 << 20 // Of a query's text or JSON, and of its values together.
	// MaxPartBytes and MaxWordBytes are of the values that MaxParts and MaxWords
	// bound: an expression takes a thousand times the memory of its text.
	MaxPartBytes = 128 << 10
	MaxWordBytes = 8 << 10
	MaxValue     = 8 << 10 // Bytes of a value; an ARN has 2 KiB at most.
	MaxPattern   = 64      // Wildcards of a pattern.
	MaxBy        = 8       // Fields to group by, aggregates, orders.
	MaxTop       = 1_000   // Lines of a series.
	DefaultTop   = 20
	MaxSteps     = 10_000 // Intervals of a series.
	MinStep      = time.Second
)

// DefaultRange is what is asked about where a query says nothing of time.
const DefaultRange = 24 * time.Hour

// Range is the time that is asked about: the last so-and-so much, or from one
// instant to another (From <= time < To; a zero To is now). Its zero value is
// the last day.
type Range struct {
	Last config.Duration `json:"last,omitzero"`
	From time.Time       `json:"from,omitzero"`
	To   time.Time       `json:"to,omitzero"`
}

// Node is a condition. Exactly one of All, Any, Not and Field is set.
//
// A group in which nothing is left, because it is empty or all that is in it is
// disabled, is itself left out, and so is a Not of it: what is being edited
// and has no condition yet changes no answer. [Node.Active] does so.
type Node struct {
	All []Node `json:"all,omitzero"` // Every one holds.
	Any []Node `json:"any,omitzero"` // At least one holds.
	Not *Node  `json:"not,omitempty"`

	Field    Field    `json:"field,omitempty"`
	Operator Operator `json:"op,omitempty"`
	Values   []string `json:"values,omitempty"`

	// Disabled leaves the node out, as if it weren't there, without losing it.
	Disabled bool `json:"disabled,omitempty"`
}

// Operator compares a field with values: it holds if one of them fits. A field
// of several values (actions, resources) fulfils an operator if one of its
// values does; a negated operator holds exactly where the plain one does not,
// so also where the field is absent. A plain one never holds where the field is
// absent.
type Operator string

// The operators. Is and In compare whole values, exactly, and are the same; but
// the case of actions does not matter, as it does not to the clouds. Contains
// and Matches ignore case (Unicode's simple folding).
const (
	Is          Operator = "is"
	IsNot       Operator = "is_not"
	In          Operator = "in"
	NotIn       Operator = "not_in"
	Contains    Operator = "contains"
	NotContains Operator = "not_contains"
	// Matches takes patterns of the whole value. An asterisk in them is any
	// characters, also none, and a question mark is one; a backslash before them,
	// or before another, makes them stand for themselves. See [SplitPattern].
	Matches    Operator = "matches"
	NotMatches Operator = "not_matches"
	// Greater and Less take a time and are strict: later than, earlier than.
	Greater Operator = "greater"
	Less    Operator = "less"
	// InCIDR takes networks such as 10.0.0.0/8 or 2001:db8::/32.
	InCIDR    Operator = "in_cidr"
	NotInCIDR Operator = "not_in_cidr"
	// Exists takes no value.
	Exists    Operator = "exists"
	NotExists Operator = "not_exists"
)

// Group gathers the events that agree in fields.
type Group struct {
	// By are the fields, at most [MaxBy]; without any, all events are one group.
	// An event that has several values of a field is in the group of each.
	By         []Field     `json:"by,omitempty"`
	Aggregates []Aggregate `json:"aggregates,omitempty"` // Empty is a count.
}

// Aggregate is one number or time of a group.
type Aggregate struct {
	Function Function `json:"function"`
	// Field is what Unique counts the different values of; others have none.
	Field Field `json:"field,omitempty"`
}

// Function is what an aggregate does.
type Function string

// The functions.
const (
	Count  Function = "count"  // Of events.
	Unique Function = "unique" // Number of different values of a field.
	First  Function = "first"  // Time of the earliest event.
	Last   Function = "last"   // Time of the latest event.
)

// Series counts events over time.
type Series struct {
	// Step is the width of an interval. Zero chooses one that gives some
	// hundred intervals.
	Step config.Duration `json:"step,omitzero"`
	By   []Field         `json:"by,omitempty"`
	// Top bounds the number of series, the greatest first; the rest is one
	// series that says so. Zero is 20.
	Top int `json:"top,omitempty"`
	// Function is Count, or Unique of Field.
	Function Function `json:"function,omitempty"`
	Field    Field    `json:"field,omitempty"`
}

// Order sorts by a field, or by an aggregate by its name: "count",
// "unique(action)", "first", "last".
type Order struct {
	By         string `json:"by"`
	Descending bool   `json:"descending,omitempty"`
}
