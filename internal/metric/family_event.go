package metric

func eventFamilies() []*Family {
	return []*Family{EventsRead(), EventCount(), EventsRejected(), EventLatest()}
}

// EventsRead counts the records of the cloud's log: each is afterwards in
// exactly one of ciem_events_total and ciem_events_rejected_total.
func EventsRead() *Family {
	return eventCounter("ciem_events_read_total", "Number of audit events read, duplicates and rejected ones included.", oneCloud)
}

// EventCount counts the events by what became of them.
func EventCount() *Family {
	return eventCounter("ciem_events_total",
		"Number of audit events by disposition (used, denied, not_permission_bearing, unmapped).",
		"four per configured system", "system", "disposition")
}

// EventsRejected counts the events that could not be read.
func EventsRejected() *Family {
	return eventCounter("ciem_events_rejected_total", "Number of audit events that were rejected, by reason; those that had been read before count as duplicate.",
		"one per cloud and reason; the reasons are a fixed set", "reason")
}

// EventLatest is how far the log has been read.
func EventLatest() *Family {
	f := perSystem("ciem_events_latest_timestamp_seconds", "seconds", "Unix time of the latest audit event of the system.")
	f.Group = Events
	return f
}

const oneCloud = "one per cloud"

func eventCounter(name, help, bound string, labels ...string) *Family {
	return &Family{
		Name: name, Help: help, Type: Counter, Labels: append([]string{"cloud"}, labels...),
		Bound: bound, Program: Exporter, Group: Events,
	}
}
