package playbook

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/metric"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Metrics counts what runs come to.
type Metrics struct {
	steps, ended, rollbacks, decisions, alerts *prometheus.CounterVec
}

// NewMetrics makes the metrics and registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		steps:     metric.NewCounterVec(metric.RemediatorSteps()),
		ended:     metric.NewCounterVec(metric.RemediatorRunsFinished()),
		rollbacks: metric.NewCounterVec(metric.RemediatorRollbacks()),
		decisions: metric.NewCounterVec(metric.RemediatorApprovals()),
		alerts:    metric.NewCounterVec(metric.RemediatorAlerts()),
	}
	r.MustRegister(m.steps, m.ended, m.rollbacks, m.decisions, m.alerts)
	for _, outcome := range []string{"accepted", "duplicate", "resolved", "ignored", "rejected"} {
		m.Alerts(outcome, 0) // So that a rate is known from the first one on.
	}
	return m
}

// Alerts counts alerts that came in by what became of them.
func (m *Metrics) Alerts(outcome string, n int) {
	m.alerts.WithLabelValues(outcome).Add(float64(n))
}

func (m *Metrics) received(done []store.Disposition) {
	for _, d := range done {
		if d == store.Started {
			m.Alerts("accepted", 1)
		} else {
			m.Alerts("duplicate", 1)
		}
	}
}

func (m *Metrics) step(p alert.Playbook, from store.State, outcome string) {
	m.steps.WithLabelValues(string(p), stepName(from), outcome).Inc()
}

func (m *Metrics) finished(p alert.Playbook, s store.State) {
	m.ended.WithLabelValues(string(p), string(s)).Inc()
}

func (m *Metrics) rolledBack(p alert.Playbook, ok bool) {
	outcome := map[bool]string{true: "succeeded", false: "failed"}[ok]
	m.rollbacks.WithLabelValues(string(p), outcome).Inc()
}

func (m *Metrics) decided(p alert.Playbook, decision string) {
	m.decisions.WithLabelValues(string(p), decision).Inc()
}

// stepName names the step that is taken in a state.
func stepName(s store.State) string {
	switch s {
	case store.Received:
		return "evidence"
	case store.Evidenced:
		return "plan"
	case store.Planned:
		return "replay"
	case store.Replayed:
		return "caps"
	case store.AwaitingApproval:
		return "expire"
	case store.Approved:
		return "snapshot"
	case store.Snapshotted, store.Applying:
		return "apply"
	case store.Verified:
		return "finish"
	case store.Watching:
		return "watch"
	case store.RollingBack:
		return "rollback"
	case store.Done, store.DryRunDone, store.Refused, store.Denied, store.Expired, store.Failed, store.RolledBack:
	}
	return "none"
}
