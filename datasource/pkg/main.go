// Command gpx_leastward_ciem is the backend of the Grafana plugin
// leastward-ciem-datasource. Grafana starts it and speaks to it over gRPC.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/leastward/leastward/datasource/pkg/plugin"
)

func main() {
	if err := datasource.Manage(plugin.ID, plugin.New, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("the plugin ended", "err", err)
		os.Exit(1)
	}
}
