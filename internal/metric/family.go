package metric

import "slices"

// Type is the type of a family as the text format names it.
type Type string

// The types in use.
const (
	Gauge   Type = "gauge"
	Counter Type = "counter"
)

// Program names the program that exposes a family.
type Program string

// The programs.
const (
	Exporter   Program = "exporter"
	Remediator Program = "remediator"
)

// Group gathers families for the documentation.
type Group string

// The groups, in the order of the documentation.
const (
	Systems      Group = "Authorization systems"
	Identities   Group = "Identities"
	Findings     Group = "Findings"
	Collection   Group = "Collection"
	Events       Group = "Audit events"
	AuditStore   Group = "The audit store, triggers and first-time rules"
	Reports      Group = "Reports"
	Exporting    Group = "The exporter itself"
	Remediations Group = "The remediator"
)

// Family describes one metric family.
type Family struct {
	Name   string
	Help   string
	Type   Type
	Unit   string // Base unit of the value; "" is a plain number.
	Labels []string
	// Bound says in words who limits the number of series.
	Bound   string
	Program Program
	Group   Group
	// Large marks the families with a series for each identity or finding.
	// They are held within the configured budget of series.
	Large bool
}

// PerSystem reports whether each series belongs to one authorization system,
// so that the pages of several systems may all carry the family.
func (f *Family) PerSystem() bool { return slices.Contains(f.Labels, "system") }

// Families returns the table: all families, in the order of exposition.
func Families() []*Family {
	return slices.Concat(systemFamilies(), identityFamilies(), findingFamilies(), collectFamilies(), eventFamilies(),
		auditFamilies(), reportFamilies(), exporterFamilies(), remediatorFamilies())
}

// The bounds that several families share.
const (
	onePerSystem   = "one per configured system"
	onePerIdentity = "one per identity, at most the configured identity budget per system, the highest index first"
	onePerFinding  = "one per finding, at most the configured finding budget per system and category, the greatest impact first"
	oneInAll       = "one"
)
