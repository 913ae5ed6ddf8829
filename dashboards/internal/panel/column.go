package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

// known returns how columns of well-known names are shown.
func known(columns []string) []grafana.Override {
	has := map[string]bool{}
	for _, name := range columns {
		has[name] = true
	}
	var out []grafana.Override
	for _, name := range columns {
		if properties := shown(name, has); len(properties) > 0 {
			out = append(out, ByName(name, properties...))
		}
	}
	return out
}

// shown returns how a column is shown beside others.
func shown(name string, beside map[string]bool) []grafana.Property {
	switch name {
	case "pci", "pci_lower", "pci_upper":
		return index(beside)
	case "band", "state", "severity", "status", "alert", "mode":
		return []grafana.Property{property("mappings", []grafana.Mapping{words()}), Cell("color-text"), Width(90)}
	case "last_active", "last_used", "band_since", "since", "first_seen", "created", "last_collected", "received", "updated", "first_used":
		return []grafana.Property{UnitOf("dateTimeFromNow"), Width(125)}
	case "age_days", "unused_days", "age", "band_days", "days":
		return []grafana.Property{UnitOf("d"), Width(90)}
	case "cloud":
		return []grafana.Property{CloudNames(), Width(110)}
	case "type":
		return []grafana.Property{property("mappings", []grafana.Mapping{kinds()}), Width(125)}
	case "name":
		if beside["identity"] {
			return []grafana.Property{LinksOf(toIdentity(beside), ToEvents("${__data.fields.identity:percentencode}")), Width(220)}
		}
	case "system_name":
		if beside["system"] {
			return []grafana.Property{LinksOf(ToSystem("${__data.fields.system:percentencode}")), Width(130)}
		}
	case "role_name":
		if beside["role"] {
			return []grafana.Property{LinksOf(ToIdentity("${__data.fields.role:percentencode}")), Width(200)}
		}
	case "evidence", "message", "remedy", "reason", "chain":
		return []grafana.Property{property("custom.wrapText", true)}
	case "granted_high":
		return []grafana.Property{property("displayName", "High-risk"), Width(90)}
	case "used_high":
		return []grafana.Property{property("displayName", "Used high"), Width(95)}
	case "unused_high":
		return []grafana.Property{property("displayName", "Unused high"), Width(105)}
	case "response", "playbook":
		return []grafana.Property{Width(175)}
	}
	return small(name)
}

// small returns how the other columns are shown.
func small(name string) []grafana.Property {
	switch name {
	case "mfa", "in_pci", "super", "exempt", "pending", "automated", "key_count":
		return []grafana.Property{Width(85)}
	case "granted", "used", "unused", "impact", "change", "denied", "weight", "points", "before":
		return []grafana.Property{Width(90)}
	case "owner", "subtype", "kind", "how", "by_kind", "method", "trusts_all", "conditional":
		return []grafana.Property{Width(110)}
	case "url":
		return address("Open the run", "Its plan, its evidence, approve or deny")
	case "runbook":
		return address("Runbook", "What to do by hand")
	}
	return nil
}

// index returns how an index is shown: coloured by its band, and a link to whom or
// what it is of.
func index(beside map[string]bool) []grafana.Property {
	out := []grafana.Property{
		property("thresholds", Bands()), property("custom.cellOptions", map[string]any{"type": "color-background", "mode": "basic"}),
		property("custom.align", "center"), Width(70),
	}
	switch {
	case beside["identity"]:
		out = append(out, LinksOf(toIdentity(beside)))
	case beside["system"]:
		out = append(out, LinksOf(ToSystem("${__data.fields.system:percentencode}")))
	}
	return out
}

// toIdentity is a link to the identity of a row, in the row's system where it
// says which.
func toIdentity(beside map[string]bool) grafana.Link {
	const identity = "${__data.fields.identity:percentencode}"
	if beside["system"] {
		return ToIdentityIn(identity, "${__data.fields.system:percentencode}")
	}
	return ToIdentity(identity)
}

// address returns how a column of addresses is shown: as the same few words.
func address(text, title string) []grafana.Property {
	return []grafana.Property{
		property("links", []grafana.Link{{Title: title, URL: "${__value.raw}", TargetBlank: true}}),
		property("mappings", []map[string]any{{
			"type": "regex", "options": map[string]any{"pattern": ".+", "result": map[string]any{"text": text, "index": 0}},
		}}),
		Width(110),
	}
}
