package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// collectors is whether one can believe the other dashboards.
func collectors() grafana.Dashboard {
	s := spec{
		uid: panel.Collectors, title: "Leastward / Collectors and observability", tags: []string{"operations"}, from: "now-24h", refresh: "1m",
		help:      "Whether the figures of the other dashboards can be believed: how fresh they are, what could not be read, what the logs can show, and how the exporter and the audit store do.",
		variables: places(),
		rows: []row{
			{panels: collectorsHead()},
			{"Systems", collectorsSystems()},
			{"Collection", collection()},
			{"Audit events", auditFlow()},
			{"Audit store", auditStore()},
			{"The programs", programs()},
		},
	}
	return s.dashboard()
}

// inSystems narrows a metric to the systems that the variables choose, inClouds
// one that is of a cloud as a whole.
const (
	inSystems = `{cloud=~"$cloud", system=~"$system"}`
	inClouds  = `{cloud=~"$cloud"}`
)

func collectorsHead() []grafana.Panel {
	stat := func(title, help, unit, expr string, steps *grafana.Thresholds) grafana.Panel {
		return panel.Stat(panel.Spec{Title: title, Help: help, Unit: unit, W: 4, H: 4, Empty: "Not scraped", Queries: panel.Ask(latest(expr, "")), Steps: steps})
	}
	return []grafana.Panel{
		stat("Systems collected", "Systems whose last collection succeeded, perhaps with problems.", "none", `sum(max by (cloud, system) (ciem_collect_up`+inSystems+`))`, panel.Steps("blue")),
		stat("Systems that fail", "Systems of which the last collection could read nothing.", "none", `count(max by (cloud, system) (ciem_collect_up`+inSystems+`) == 0) or vector(0)`, panel.Steps("green", 1, "red")),
		stat("Oldest figures", "Time since the last successful collection of the system that has waited longest.", "s", `time() - min(max by (cloud, system) (ciem_collect_last_success_timestamp_seconds`+inSystems+`))`, panel.Steps("green", 7200, "yellow", 21600, "red")),
		stat("Lowest observability", "Smallest share of the granted weight of a system whose use the logs can show.", "percentunit", `min(max by (cloud, system) (ciem_pci_observability_ratio`+inSystems+`))`, panel.Steps("red", 0.5, "yellow", 0.8, "green")),
		stat("Permissions missing", "Calls of the collectors that a cloud refused.", "none", `count(max by (cloud, system, permission) (ciem_collect_missing_permission`+inSystems+`)) or vector(0)`, panel.Steps("green", 1, "orange")),
		panel.Stat(panel.Spec{
			Title: "Audit store", Help: "Whether the audit store answers.", Unit: "none", W: 4, H: 4, Empty: "Not scraped",
			Queries: panel.Ask(latest(`min(ciem_audit_store_up)`, "")), Mappings: []grafana.Mapping{panel.Words("1", "Answers", "green", "0", "Away", "red")},
		}),
	}
}

func collectorsSystems() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Hide: "system", Title: "Systems", Unit: "none", W: 14, H: 9, Empty: "No system is configured",
			Help:    "The state of each system's collection: when it last succeeded, how far the logs reach back, how much they can show.",
			Queries: panel.Ask(ask.Of("systems", ask.Rows{Scope: ask.Chosen(), Columns: "system_name cloud state last_collected problems covered observability identities findings owner system"})),
		}),
		panel.Table(panel.Spec{
			Title: "Problems", Unit: "none", W: 10, H: 9, Empty: "Everything could be read",
			Help:    "What the last collections could not read, and what to do about it.",
			Queries: panel.Ask(ask.Of("problems", ask.Rows{Scope: ask.Chosen(), Columns: "system code subject permission message remedy"})),
		}),
	}
}

func collection() []grafana.Panel {
	return []grafana.Panel{
		panel.Lines(panel.Spec{
			Title: "Duration of collections", Unit: "s", W: 8, H: 8, Empty: "Nothing was collected in the range",
			Help:    "Time that the last collection and evaluation of each system took.",
			Queries: panel.Ask(ranged(ofSystems(`max by (cloud, system) (ciem_collect_duration_seconds`+inSystems+`)`), "{{cloud}} {{name}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Requests to the clouds", Unit: "short", W: 8, H: 8, Empty: "No requests: files are read",
			Help:    "Requests to the clouds' APIs, retries included, by service.",
			Queries: panel.Ask(ranged(`sum by (cloud, service) (increase(ciem_collect_api_requests_total`+inClouds+`[$__rate_interval]))`, "{{cloud}} {{service}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Throttled requests", Unit: "short", W: 8, H: 8, Empty: "Nothing was throttled",
			Help:    "Requests that a cloud throttled; each was tried again.",
			Queries: panel.Ask(ranged(`sum by (cloud, service, operation) (increase(ciem_collect_throttled_total`+inClouds+`[$__rate_interval])) > 0`, "{{service}} {{operation}}")),
		}),
		panel.Lines(panel.Spec{
			Title: "Observability", Unit: "percentunit", W: 12, H: 8, Empty: "Not scraped",
			Help:    "Share of the granted weight of each system whose use the logs can show. Where it is low, that nobody used something proves nothing.",
			Queries: panel.Ask(ranged(ofSystems(`max by (cloud, system) (ciem_pci_observability_ratio`+inSystems+`)`), "{{cloud}} {{name}}")),
		}),
		panel.Lines(panel.Spec{
			Title: "Index as Prometheus keeps it", Unit: "none", W: 12, H: 8, Bands: true, Empty: "Not scraped",
			Help:    "The index of each system, from the metrics: a second source beside the exporter's own history.",
			Queries: panel.Ask(ranged(ofSystems(`max by (cloud, system) (ciem_pci`+inSystems+`)`), "{{cloud}} {{name}}")),
		}),
	}
}

func auditFlow() []grafana.Panel {
	return []grafana.Panel{
		panel.Stacked(panel.Spec{
			Title: "Events by what they were", Unit: "short", W: 8, H: 8, Empty: "No events were read in the range",
			Help:    "Events by disposition: used a permission, denied, no permission needed, unknown to the catalogue.",
			Queries: panel.Ask(ranged(`sum by (disposition) (increase(ciem_events_total`+inSystems+`[$__rate_interval]))`, "{{disposition}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Events that were rejected", Unit: "short", W: 8, H: 8, Empty: "Nothing was rejected",
			Help:    "Events that could not be taken, by reason; duplicates were read before.",
			Queries: panel.Ask(ranged(`sum by (cloud, reason) (increase(ciem_events_rejected_total`+inClouds+`[$__rate_interval])) > 0`, "{{cloud}} {{reason}}")),
		}),
		panel.Lines(panel.Spec{
			Title: "Age of the latest event", Unit: "s", W: 8, H: 8, Empty: "No events were read",
			Help:    "Time since the latest event of each system. It rises while nothing comes in.",
			Queries: panel.Ask(ranged(ofSystems(`time() - max by (cloud, system) (ciem_events_latest_timestamp_seconds`+inSystems+`)`), "{{cloud}} {{name}}")),
		}),
	}
}

func auditStore() []grafana.Panel {
	return []grafana.Panel{
		panel.Lines(panel.Spec{
			Title: "Size", Unit: "bytes", W: 8, H: 8, Empty: "The store does not tell",
			Help:    "Size of the audit store on disk, records included.",
			Queries: panel.Ask(ranged(`max by (instance) (ciem_audit_store_size_bytes)`, "{{instance}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Events that came in", Unit: "short", W: 8, H: 8, Empty: "No events came in",
			Help:    "Events by what the store made of them: stored, duplicate, older than the retention.",
			Queries: panel.Ask(ranged(`sum by (result) (increase(ciem_audit_ingest_events_total[$__rate_interval]))`, "{{result}}")),
		}),
		panel.Lines(panel.Spec{
			Title: "Waiting", Unit: "short", W: 8, H: 8, Empty: "Not scraped",
			Help:    "Events that wait for the store; it falls to 0 again unless the store is stuck.",
			Queries: panel.Ask(ranged(`max by (instance) (ciem_audit_ingest_pending_events)`, "{{instance}}")),
		}),
	}
}

func programs() []grafana.Panel {
	return []grafana.Panel{
		panel.Table(panel.Spec{
			Title: "Versions", Unit: "none", W: 8, H: 8, Empty: "Not scraped",
			Help:    "Exporters and remediators that are scraped, with their versions.",
			Queries: panel.Ask(listed(`max by (job, instance, version, go_version) (ciem_exporter_build_info or ciem_remediator_build_info)`)),
			Transform: []grafana.Transformation{{ID: "filterFieldsByName", Options: map[string]any{"include": map[string]any{
				"names": []string{"job", "instance", "version", "go_version"},
			}}}},
		}),
		panel.Lines(panel.Spec{
			Title: "Series on the metrics page", Unit: "short", W: 8, H: 8, Empty: "Not scraped",
			Help:    "Number of series that the exporter exposes.",
			Queries: panel.Ask(ranged(`max by (instance) (ciem_exporter_page_series)`, "{{instance}}")),
		}),
		panel.Stacked(panel.Spec{
			Title: "Requests to the API", Unit: "short", W: 8, H: 8, Empty: "Nobody asked",
			Help:    "Requests to the exporter's API by the status of the answer: 401 and 403 were refused, 499 given up by the client.",
			Queries: panel.Ask(ranged(`sum by (code) (increase(ciem_exporter_api_requests_total[$__rate_interval]))`, "{{code}}")),
		}),
	}
}
