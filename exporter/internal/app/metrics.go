package app

import (
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/metric"
)

// selfMetrics are the exporter's own.
type selfMetrics struct {
	reloadOK, reloadTime, series, size, render *prometheus.GaugeVec
	deliveries, requests                       *prometheus.CounterVec
}

func newSelfMetrics(registry *prometheus.Registry, version string) *selfMetrics {
	m := &selfMetrics{
		reloadOK:   metric.NewGaugeVec(metric.ExporterConfigReloadSuccessful()),
		reloadTime: metric.NewGaugeVec(metric.ExporterConfigReloadTime()),
		series:     metric.NewGaugeVec(metric.ExporterSeries()),
		size:       metric.NewGaugeVec(metric.ExporterPageSize()),
		render:     metric.NewGaugeVec(metric.ExporterRenderDuration()),
		deliveries: metric.NewCounterVec(metric.ReportDeliveries()),
		requests:   metric.NewCounterVec(metric.ExporterAPIRequests()),
	}
	build := metric.NewGaugeVec(metric.ExporterBuildInfo())
	build.WithLabelValues(version, revision(), runtime.Version()).Set(1)
	registry.MustRegister(build, m.reloadOK, m.reloadTime, m.series, m.size, m.render, m.deliveries, m.requests)
	return m
}

// revision is the commit that the program was built from.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}

// reloaded records an attempt to load the configuration.
func (m *selfMetrics) reloaded(at time.Time, err error) {
	if err != nil {
		m.reloadOK.WithLabelValues().Set(0)
		return
	}
	m.reloadOK.WithLabelValues().Set(1)
	m.reloadTime.WithLabelValues().Set(float64(at.UnixMilli()) / 1000)
}

// rendered records the state of the page after a system's part was rendered.
func (m *selfMetrics) rendered(e *metric.Exposition, took time.Duration) {
	m.published(e)
	m.render.WithLabelValues().Set(took.Seconds())
}

// published records the state of the page.
func (m *selfMetrics) published(e *metric.Exposition) {
	m.series.WithLabelValues().Set(float64(e.Series()))
	m.size.WithLabelValues().Set(float64(e.Size()))
}

// answered counts an answer of the audit API.
func (m *selfMetrics) answered(status int) {
	m.requests.WithLabelValues(strconv.Itoa(status)).Inc()
}
