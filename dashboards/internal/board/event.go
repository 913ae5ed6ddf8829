package board

import (
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// outcomes colours series by how calls ended, and names them for people.
func outcomes() []grafana.Override {
	colour := func(outcome, title, colour string) grafana.Override {
		return called(outcome, panel.Property("color", grafana.Color{Mode: "fixed", Fixed: colour}), panel.Property("displayName", title))
	}
	return []grafana.Override{
		colour("success", "Done", "green"), colour("authorization_failure", "Denied", "red"), colour("error", "Failed otherwise", "orange"),
	}
}

// eventColumns says how the columns of events and of groups of them are shown.
func eventColumns() []grafana.Override {
	age := panel.UnitOf("dateTimeAsIso")
	return []grafana.Override{
		panel.ByName("time", age, panel.Width(150)), panel.ByName("first", age, panel.Width(150), panel.Property("displayName", "First")), panel.ByName("last", age, panel.Width(150), panel.Property("displayName", "Last")),
		panel.ByName("outcome", panel.Property("mappings", panel.WordsOf()), panel.Cell("color-text"), panel.Width(110)),
		panel.ByName("count", panel.Width(80), panel.Property("displayName", "Events")), panel.ByName("unique(address)", panel.Property("displayName", "Addresses"), panel.Width(95)), panel.ByName("unique(identity)", panel.Property("displayName", "Identities"), panel.Width(95)),
		panel.ByName("unique(action)", panel.Property("displayName", "Actions"), panel.Width(85)),
		panel.ByName("username", panel.LinksOf(panel.ToIdentity("${__data.fields.identity:percentencode}")), panel.Width(180)),
		panel.ByName("action", panel.Width(190)), panel.ByName("identity", panel.Width(235)),
		panel.ByName("system", panel.Width(130)), panel.ByName("address", panel.Width(130)),
	}
}

// only keeps some fields of events.
func only(names ...string) []grafana.Transformation {
	return []grafana.Transformation{{ID: "filterFieldsByName", Options: map[string]any{"include": map[string]any{"names": names}}}}
}
