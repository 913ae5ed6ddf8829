package plugin_test

import (
	_ "github.com/VictoriaMetrics/metricsql"
	_ "github.com/grafana/grafana-plugin-sdk-go/experimental"
	_ "github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"
	_ "github.com/grafana/grafana-plugin-sdk-go/experimental/datasourcetest"
)
