package metric

func exporterFamilies() []*Family {
	return []*Family{
		ExporterBuildInfo(), ExporterConfigReloadSuccessful(), ExporterConfigReloadTime(),
		ExporterSeries(), ExporterPageSize(), ExporterRenderDuration(), ExporterAPIRequests(),
	}
}

func reportFamilies() []*Family { return []*Family{ReportDeliveries()} }

// ReportDeliveries counts the deliveries of scheduled reports.
func ReportDeliveries() *Family {
	return &Family{
		Name: "ciem_report_deliveries_total", Type: Counter, Labels: []string{"transport", "outcome"},
		Help:  "Number of deliveries of scheduled reports by transport (mailto, dir) and outcome (delivered, failed).",
		Bound: "two per transport", Program: Exporter, Group: Reports,
	}
}

// ExporterBuildInfo says which exporter runs.
func ExporterBuildInfo() *Family { return buildInfo("ciem_exporter_build_info", Exporter, Exporting) }

// ExporterConfigReloadSuccessful tells whether the configuration file is the
// one in force.
func ExporterConfigReloadSuccessful() *Family {
	return reloadSuccessful("ciem_exporter_config_last_reload_successful", Exporter, Exporting)
}

// ExporterConfigReloadTime is when the configuration in force was loaded.
func ExporterConfigReloadTime() *Family {
	return reloadTime("ciem_exporter_config_last_reload_success_timestamp_seconds", Exporter, Exporting)
}

// ExporterSeries is how large the rendered page is.
func ExporterSeries() *Family {
	return single("ciem_exporter_page_series", "", Exporter, Exporting, "Number of series on the rendered page.")
}

// ExporterPageSize is how many bytes the rendered page has.
func ExporterPageSize() *Family {
	return single("ciem_exporter_page_size_bytes", "bytes", Exporter, Exporting, "Size of the rendered page before compression.")
}

// ExporterRenderDuration is how long it took to render the page.
func ExporterRenderDuration() *Family {
	return single("ciem_exporter_page_render_duration_seconds", "seconds", Exporter, Exporting,
		"Time that the last rendering of a system's part of the page took.")
}

// ExporterAPIRequests counts the requests to the audit API.
func ExporterAPIRequests() *Family {
	return &Family{
		Name: "ciem_exporter_api_requests_total", Type: Counter, Labels: []string{"code"},
		Help:  "Number of requests to the audit API by the status code of the answer: 401 and 403 were refused, 499 were given up by the client.",
		Bound: "one per status code, 20 at most", Program: Exporter, Group: Exporting,
	}
}

func buildInfo(name string, p Program, g Group) *Family {
	f := single(name, "", p, g, "Version of the "+string(p)+"; always 1.")
	f.Labels = []string{"version", "revision", "go_version"}
	return f
}

func reloadSuccessful(name string, p Program, g Group) *Family {
	return single(name, "", p, g, "Whether the last attempt to load the configuration succeeded (1) or the old one stays (0).")
}

func reloadTime(name string, p Program, g Group) *Family {
	return single(name, "seconds", p, g, "Unix time at which the configuration was last loaded successfully.")
}

// single describes a gauge with one series.
func single(name, unit string, p Program, g Group, help string) *Family {
	return &Family{Name: name, Help: help, Type: Gauge, Unit: unit, Bound: oneInAll, Program: p, Group: g}
}
