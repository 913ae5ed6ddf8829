package expose

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/metric"
)

// Spanning exposes the metrics that span systems, from the current snapshot.
type Spanning struct {
	Snapshot  func() *collector.Snapshot
	Assessors func() *assess.Set
	// Onboarding tells the state of every system; nil leaves that out.
	Onboarding func() []onboard.Status
}

// Describe sends no description: the labels are those of the table, but the
// set of series depends on the snapshot.
func (Spanning) Describe(chan<- *prometheus.Desc) {}

// Collect sends the metrics.
func (s Spanning) Collect(ch chan<- prometheus.Metric) {
	send := func(f *metric.Family, value int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(metric.NewDesc(f), metric.ValueType(f), float64(value), labels...)
	}
	for cloud, version := range s.catalogs() {
		send(metric.CatalogInfo(), 1, string(cloud), version)
	}
	if s.Onboarding != nil {
		for _, one := range s.Onboarding() {
			send(metric.SystemOnboarding(), 1, string(one.System.Cloud), string(one.System.ID), string(one.State))
		}
	}
	events, requests := s.totals()
	for cloud, c := range events {
		send(metric.EventsRead(), c.In, string(cloud))
		for reason, n := range c.Rejected {
			send(metric.EventsRejected(), n, string(cloud), reason)
		}
	}
	for key, r := range requests {
		send(metric.CollectAPIRequests(), r.Count, string(key.cloud), key.Service, key.Operation)
		send(metric.CollectThrottled(), r.Throttled, string(key.cloud), key.Service, key.Operation)
	}
}

// catalogs are the versions of those of the clouds that have systems.
func (s Spanning) catalogs() map[entitlement.Cloud]string {
	versions := map[entitlement.Cloud]string{}
	for _, r := range s.Snapshot().Results {
		if assessor := s.Assessors().Of(r.System.Cloud); assessor != nil {
			versions[r.System.Cloud] = assessor.Catalog().Version()
		}
	}
	return versions
}

type requestKey struct {
	cloud entitlement.Cloud
	collector.Request
}

// totals adds up the counts of all systems of each cloud, those that are
// configured no longer among them.
func (s Spanning) totals() (map[entitlement.Cloud]*collector.EventCounts, map[requestKey]collector.Request) {
	events, requests := map[entitlement.Cloud]*collector.EventCounts{}, map[requestKey]collector.Request{}
	current := s.Snapshot()
	for _, r := range slices.Concat(current.Results, current.Gone) {
		if events[r.System.Cloud] == nil {
			events[r.System.Cloud] = &collector.EventCounts{}
		}
		events[r.System.Cloud].Add(r.Total)
		for k, v := range r.Requests {
			key := requestKey{r.System.Cloud, k}
			sum := requests[key]
			sum.Count, sum.Throttled = sum.Count+v.Count, sum.Throttled+v.Throttled
			requests[key] = sum
		}
	}
	return events, requests
}
