package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

// The colours of the bands of the Permission Creep Index.
const (
	Low    = "green"
	Medium = "yellow"
	High   = "red"
)

// Bands are those of the index: low to 33, medium to 67, high above.
func Bands() *grafana.Thresholds { return Steps(Low, 34, Medium, 68, High) }

// Steps returns thresholds: a colour, then numbers and the colours from there
// on.
func Steps(first string, rest ...any) *grafana.Thresholds {
	t := &grafana.Thresholds{Mode: "absolute", Steps: []grafana.Step{{Color: first}}}
	for i := 0; i+1 < len(rest); i += 2 {
		var from float64
		switch n := rest[i].(type) {
		case int:
			from = float64(n)
		case float64:
			from = n
		}
		colour, _ := rest[i+1].(string)
		t.Steps = append(t.Steps, grafana.Step{Color: colour, Value: &from})
	}
	return t
}

// Words maps values to texts with colours: "high", "High", "red", and so on.
func Words(triples ...string) grafana.Mapping {
	m := grafana.Mapping{Type: "value", Options: map[string]grafana.Mapped{}}
	for i := 0; i+2 < len(triples); i += 3 {
		m.Options[triples[i]] = grafana.Mapped{Text: triples[i+1], Color: triples[i+2], Index: i / 3}
	}
	return m
}

// words are the texts of bands, severities, states and modes.
func words() grafana.Mapping {
	return Words(
		"high", "High", High, "medium", "Medium", Medium, "low", "Low", Low,
		"normal", "Normal", "text", "critical", "Critical", High, "warning", "Warning", "orange", "info", "Info", "blue",
		"failed", "Failed", High, "online", "Online", Low, "pending", "Pending", Medium,
		"discovering", "Discovering", "blue", "in_progress", "In progress", "blue", "onboarded", "Onboarded", Low, "offline", "Offline", High,
		"inactive", "Inactive", "orange", "active", "Active", "text", "never", "Never used", "orange",
		"unused", "Unused", "orange", "used", "Used", Low, "unobservable", "Not visible in logs", "purple",
		"yes", "Yes", "text", "no", "No", "text",
		"awaiting_approval", "Waits for approval", "orange", "dry_run_done", "Dry run done", "blue", "done", "Done", Low, "denied", "Denied", "purple",
		"expired", "Expired", "purple", "rolled_back", "Rolled back", "purple", "refused", "Refused", "purple", "watching", "Watching", "blue",
		"dry_run", "Dry run", "blue", "execute", "Execute", "orange",
		"success", "Success", Low, "authorization_failure", "Denied", High, "error", "Error", "orange",
	)
}
