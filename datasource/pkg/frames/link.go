package frames

import (
	"net/url"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Links makes the links of cells to the dashboards that come with the plugin.
type Links struct {
	UID string // Of the data source.
}

// value is the cell, escaped for an address:
// https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/.
const value = "${__value.text:percentencode}"

// of returns the links of a field by its name.
func (l Links) of(name string) []data.DataLink {
	switch name {
	case "identity":
		return []data.DataLink{
			{Title: "Identity", URL: l.dashboard("leastward-identity", "identity")},
			{Title: "Its events", URL: l.dashboard("leastward-audit", "identity")},
		}
	case "system":
		return []data.DataLink{{Title: "Authorization system", URL: l.dashboard("leastward-system", "system")}}
	case "finding":
		return []data.DataLink{{Title: "Finding", URL: l.dashboard("leastward-findings", "finding")}}
	case "access_key":
		return []data.DataLink{{Title: "Access keys", URL: l.dashboard("leastward-keys", "access_key")}}
	case "url":
		return []data.DataLink{{Title: "Open", URL: "${__value.raw}", TargetBlank: true}}
	}
	return nil
}

// dashboard returns the address of a dashboard with a variable set to the cell,
// for the time that is looked at.
func (l Links) dashboard(uid, variable string) string {
	return "/d/" + uid + "?var-datasource=" + url.QueryEscape(l.UID) + "&var-" + variable + "=" + value + "&${__url_time_range}"
}
