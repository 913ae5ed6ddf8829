package metric

import "github.com/prometheus/client_golang/prometheus"

// NewCounterVec returns a counter of family f for use with a registry.
func NewCounterVec(f *Family) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: f.Name, Help: f.Help}, f.Labels)
}

// NewGaugeVec returns a gauge of family f for use with a registry.
func NewGaugeVec(f *Family) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: f.Name, Help: f.Help}, f.Labels)
}

// NewDesc returns the description of family f for a collector that makes its
// metrics anew at each scrape.
func NewDesc(f *Family) *prometheus.Desc {
	return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil)
}

// ValueType returns how a collector's constant metrics of family f count.
func ValueType(f *Family) prometheus.ValueType {
	if f.Type == Counter {
		return prometheus.CounterValue
	}
	return prometheus.GaugeValue
}
