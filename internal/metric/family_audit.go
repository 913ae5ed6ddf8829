package metric

import "slices"

func auditFamilies() []*Family {
	return []*Family{
		AuditStoreUp(), AuditStoreEvents(), AuditStoreSize(), AuditStoreEarliest(), AuditStoreLatest(), AuditStoreFull(), AuditStoreDamaged(),
		AuditIngestRead(), AuditIngestEvents(), AuditIngestPending(), AuditIngestRetries(), AuditIngestStalled(),
		AuditBackfillProgress(), AuditBackfillLeft(),
		TriggerMatches(), TriggerLastMatch(), FirstTimeEvents(), FirstTimeLast(), FirstTimeWarmingUp(),
		AuditRuleUp(), AuditRuleErrors(), AuditRuleEvaluated(),
	}
}

// AuditStoreUp tells whether the audit store answers.
func AuditStoreUp() *Family {
	return auditGauge("ciem_audit_store_up", "", "Whether the audit store answers (1) or can not be asked (0).")
}

// AuditStoreEvents is how many events are kept.
func AuditStoreEvents() *Family {
	return auditGauge("ciem_audit_store_events", "", "Number of events in the audit store.")
}

// AuditStoreSize is what they take on disk.
func AuditStoreSize() *Family {
	return auditGauge("ciem_audit_store_size_bytes", "bytes", "Size of the audit store on disk, records included; absent where the store can not tell.")
}

// AuditStoreEarliest is how far back the store goes.
func AuditStoreEarliest() *Family {
	return auditGauge("ciem_audit_store_earliest_timestamp_seconds", "seconds", "Unix time of the earliest event in the audit store.")
}

// AuditStoreLatest is how far forward the store goes.
func AuditStoreLatest() *Family {
	return auditGauge("ciem_audit_store_latest_timestamp_seconds", "seconds", "Unix time of the latest event in the audit store.")
}

// AuditStoreFull tells whether there is room for more events.
func AuditStoreFull() *Family {
	return auditGauge("ciem_audit_store_full", "", "Whether the audit store takes no events for want of room (1) or takes them (0).")
}

// AuditStoreDamaged counts what could not be read any more.
func AuditStoreDamaged() *Family {
	return auditGauge("ciem_audit_store_damaged_parts", "", "Number of parts of the audit store that were set aside as damaged.")
}

// AuditIngestRead counts what was handed to the store's writer: each event ends
// up in [AuditIngestEvents].
func AuditIngestRead() *Family {
	return auditCounter("ciem_audit_ingest_read_total", "Number of events handed over for the audit store.", oneInAll)
}

// AuditIngestEvents counts the events by what the store did with them.
func AuditIngestEvents() *Family {
	return auditCounter("ciem_audit_ingest_events_total",
		"Number of events by what the audit store did with them: stored as new, recognised as duplicate, or expired, which is older than the retention.",
		"three", "result")
}

// AuditIngestPending is what waits.
func AuditIngestPending() *Family {
	return auditGauge("ciem_audit_ingest_pending_events", "", "Number of events that wait for the audit store.")
}

// AuditIngestRetries counts how often the store had to be asked again.
func AuditIngestRetries() *Family {
	return auditCounter("ciem_audit_ingest_retries_total", "Number of times that a batch of events was handed to the audit store again.", oneInAll)
}

// AuditIngestStalled tells whether the store takes what it is given.
func AuditIngestStalled() *Family {
	return auditGauge("ciem_audit_ingest_stalled", "", "Whether events wait for an audit store that takes none (1) or are taken (0).")
}

// AuditBackfillProgress is how much of the history was read.
func AuditBackfillProgress() *Family {
	return auditGauge("ciem_audit_backfill_progress_ratio", "ratio", "Share of the source that the last backfill has read, from 0 to 1; absent where there was none.")
}

// AuditBackfillLeft is how long the rest will take.
func AuditBackfillLeft() *Family {
	return auditGauge("ciem_audit_backfill_remaining_seconds", "seconds", "Time that the rest of the backfill takes at the pace so far; 0 where nothing is left.")
}

// TriggerMatches counts what a trigger found. It begins at zero for every
// system in the trigger's scope and is kept over restarts, so that it never
// falls and its first match is an increase. That of another system begins at zero
// for three minutes, and after a restart each stays so long at what it was.
func TriggerMatches() *Family {
	return auditCounter("ciem_trigger_matches_total", "Number of events that the activity trigger matched.",
		onePerTrigger, "trigger", "cloud", "system", "severity", "owner")
}

// TriggerLastMatch is when the latest event happened that a trigger found.
func TriggerLastMatch() *Family {
	return auditGauge("ciem_trigger_last_match_timestamp_seconds", "seconds",
		"Unix time of the latest event that the activity trigger matched; absent before the first.", "trigger", "cloud", "system").bounded(onePerTrigger)
}

// FirstTimeEvents counts what a first-time rule reported.
func FirstTimeEvents() *Family {
	return auditCounter("ciem_first_time_events_total", "Number of things that the first-time rule reported as done for the first time.",
		onePerRule, "rule", "cloud", "system", "severity", "owner")
}

// FirstTimeLast is when the latest thing happened that a rule reported.
func FirstTimeLast() *Family {
	return auditGauge("ciem_first_time_last_event_timestamp_seconds", "seconds",
		"Unix time of the latest event that the first-time rule reported; absent before the first.", "rule", "cloud", "system").bounded(onePerRule)
}

// FirstTimeWarmingUp tells whether a rule knows enough of a system.
func FirstTimeWarmingUp() *Family {
	return auditGauge("ciem_first_time_warming_up", "",
		"Whether the audit store covers less than the rule's interval of the system, so that nothing is reported yet (1), or enough (0).",
		"rule", "cloud", "system").bounded(onePerRule)
}

// AuditRuleUp tells whether a trigger or rule is evaluated.
func AuditRuleUp() *Family {
	return auditGauge("ciem_audit_rule_up", "", "Whether the last evaluation of the trigger or first-time rule (kind) succeeded (1) or failed (0); absent before the first.",
		"kind", "name").bounded(onePerName)
}

// AuditRuleErrors counts the evaluations that failed.
func AuditRuleErrors() *Family {
	return auditCounter("ciem_audit_rule_errors_total", "Number of evaluations of the trigger or first-time rule that failed; each is tried again.", onePerName, "kind", "name")
}

// AuditRuleEvaluated is how far the evaluation has come.
func AuditRuleEvaluated() *Family {
	return auditGauge("ciem_audit_rule_evaluated_timestamp_seconds", "seconds",
		"Unix time up to which everything that was stored has been evaluated by the trigger or first-time rule.", "kind", "name").bounded(onePerName)
}

const (
	onePerTrigger = "one per enabled trigger and system"
	onePerRule    = "one per enabled rule and system in its scope"
	onePerName    = "one per enabled trigger and rule"
)

func auditGauge(name, unit, help string, labels ...string) *Family {
	return &Family{
		Name: name, Help: help, Type: Gauge, Unit: unit, Labels: slices.Clone(labels), Bound: oneInAll, Program: Exporter, Group: AuditStore,
	}
}

func auditCounter(name, help, bound string, labels ...string) *Family {
	return &Family{
		Name: name, Help: help, Type: Counter, Labels: slices.Clone(labels), Bound: bound, Program: Exporter, Group: AuditStore,
	}
}

func (f *Family) bounded(by string) *Family {
	f.Bound = by
	return f
}
