package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"

	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/store"
)

// metrics are those about the program as a whole.
type metrics struct {
	successful, loaded, dryRun *prometheus.GaugeVec
}

func newMetrics(r *prometheus.Registry, s *store.Store) *metrics {
	m := &metrics{
		successful: metric.NewGaugeVec(metric.RemediatorConfigReloadSuccessful()),
		loaded:     metric.NewGaugeVec(metric.RemediatorConfigReloadTime()),
		dryRun:     metric.NewGaugeVec(metric.RemediatorDryRun()),
	}
	r.MustRegister(m.successful, m.loaded, m.dryRun, buildInfo(), newRunCollector(s),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// configured tells that a configuration is in force.
func (m *metrics) configured(c *config.Config) {
	m.reloaded(true)
	m.loaded.WithLabelValues().Set(float64(time.Now().Unix()))
	m.dryRun.Reset()
	for _, p := range c.Playbooks {
		dry := 0.0
		if p.Mode == store.DryRun {
			dry = 1
		}
		m.dryRun.WithLabelValues(string(p.Name)).Set(dry)
	}
}

func (m *metrics) reloaded(ok bool) {
	value := 0.0
	if ok {
		value = 1
	}
	m.successful.WithLabelValues().Set(value)
}

// runCollector counts the runs in the store at each scrape.
type runCollector struct {
	store        *store.Store
	runs, oldest *prometheus.Desc
}

func newRunCollector(s *store.Store) *runCollector {
	return &runCollector{store: s, runs: metric.NewDesc(metric.RemediatorRuns()), oldest: metric.NewDesc(metric.RemediatorOldestRun())}
}

// Describe names the families.
func (c *runCollector) Describe(out chan<- *prometheus.Desc) { out <- c.runs; out <- c.oldest }

// Collect reads the store.
func (c *runCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err := c.store.Counts(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(c.runs, err)
		return
	}
	for _, n := range counts {
		out <- prometheus.MustNewConstMetric(c.runs, prometheus.GaugeValue, float64(n.Runs), string(n.Playbook), string(n.State))
		if !n.State.Ended() {
			out <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, float64(n.Oldest.UnixMilli())/1000, string(n.Playbook), string(n.State))
		}
	}
}

func buildInfo() prometheus.Collector {
	g := metric.NewGaugeVec(metric.RemediatorBuildInfo())
	g.WithLabelValues(version.Version, version.GetRevision(), version.GoVersion).Set(1)
	return g
}
