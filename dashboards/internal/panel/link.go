package panel

import "github.com/leastward/leastward/dashboards/internal/grafana"

// The uids of the dashboards.
const (
	Overview     = "leastward-overview"
	System       = "leastward-system"
	Identity     = "leastward-identity"
	Findings     = "leastward-findings"
	Audit        = "leastward-audit"
	Keys         = "leastward-keys"
	CrossAccount = "leastward-crossaccount"
	Escalation   = "leastward-escalation"
	Collectors   = "leastward-collectors"
	Alerts       = "leastward-alerts"
)

// To returns a link to a dashboard, with the same data sources and range, and
// with variables in the form of "name=value&name=value".
func To(title, uid, variables string) grafana.Link {
	url := "/d/" + uid + "?var-datasource=${datasource}&var-prometheus=${prometheus}"
	if variables != "" {
		url += "&" + variables
	}
	return grafana.Link{Title: title, URL: url + "&${__url_time_range}"}
}

// ToIdentity is a link to what is known of an identity.
func ToIdentity(value string) grafana.Link { return To("Identity", Identity, "var-identity="+value) }

// ToIdentityIn is a link to what is known of an identity in one system: somebody of
// Azure or Google Cloud may be in many.
func ToIdentityIn(value, system string) grafana.Link {
	return To("Identity", Identity, "var-system="+system+"&var-identity="+value)
}

// ToEvents is a link to what an identity did.
func ToEvents(value string) grafana.Link { return To("Its events", Audit, "var-identity="+value) }

// ToSystem is a link to what is known of a system.
func ToSystem(value string) grafana.Link {
	return To("Authorization system", System, "var-system="+value)
}

// ToCloud is a link to the overview of one cloud.
func ToCloud(value string) grafana.Link { return To("The cloud alone", Overview, "var-cloud="+value) }

// ToFinding is a link to a finding with its evidence and response.
func ToFinding(value string) grafana.Link {
	return To("Finding and response", Findings, "var-finding="+value)
}

// ToCategory is a link to the findings of a category.
func ToCategory(value string) grafana.Link {
	return To("Findings of the category", Findings, "var-category="+value)
}
