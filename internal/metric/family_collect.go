package metric

func collectFamilies() []*Family {
	return []*Family{
		CollectUp(), CollectLastSuccess(), CollectInterval(), CollectDuration(), CollectProblems(), CollectMissingPermission(),
		CollectAPIRequests(), CollectThrottled(),
	}
}

// CollectUp tells whether the last collection of each system succeeded.
func CollectUp() *Family {
	return collectGauge("ciem_collect_up", "",
		"Whether the last collection of the system succeeded (1), perhaps with problems, or nothing could be read (0).")
}

// CollectLastSuccess is when each system was last collected.
func CollectLastSuccess() *Family {
	return collectGauge("ciem_collect_last_success_timestamp_seconds", "seconds",
		"Unix time at which the last successful collection of the system ended; absent before the first.")
}

// CollectInterval is how often each system is collected, so that a rule can
// tell what is stale.
func CollectInterval() *Family {
	return collectGauge("ciem_collect_interval_seconds", "seconds",
		"Configured time between two collections of the system.")
}

// CollectDuration is how long the last collection of each system took.
func CollectDuration() *Family {
	return collectGauge("ciem_collect_duration_seconds", "seconds",
		"Time that the last collection and evaluation of the system took.")
}

// CollectProblems counts what could not be read.
func CollectProblems() *Family {
	f := collectGauge("ciem_collect_problems", "", "Number of problems of the last collection of the system by code.", "code")
	f.Bound = "one per configured system and problem code; the codes are a fixed set"
	return f
}

// CollectMissingPermission names each permission that the cloud refused.
func CollectMissingPermission() *Family {
	f := collectGauge("ciem_collect_missing_permission", "",
		"The last collection was refused the permission; always 1.", "permission")
	f.Bound = "one per configured system and permission that the collector calls; a fixed set"
	return f
}

// CollectAPIRequests counts the calls to the cloud's APIs.
func CollectAPIRequests() *Family {
	return &Family{
		Name: "ciem_collect_api_requests_total", Type: Counter, Labels: []string{"cloud", "service", "operation"},
		Help:  "Number of requests to the cloud's APIs, retries included.",
		Bound: "one per operation that the collector calls; a fixed set", Program: Exporter, Group: Collection,
	}
}

// CollectThrottled counts the calls that the cloud asked to repeat later.
func CollectThrottled() *Family {
	return &Family{
		Name: "ciem_collect_throttled_total", Type: Counter, Labels: []string{"cloud", "service", "operation"},
		Help:  "Number of requests that the cloud throttled; each was retried.",
		Bound: "one per operation that the collector calls; a fixed set", Program: Exporter, Group: Collection,
	}
}

func collectGauge(name, unit, help string, labels ...string) *Family {
	f := perSystem(name, unit, help)
	f.Group = Collection
	f.Labels = append(f.Labels, labels...)
	return f
}
