package gcp

import (
	"cmp"
	"slices"
	"sync"
)

// meter counts requests.
type meter struct {
	mu     sync.Mutex // Guards counts.
	counts map[apiMethod]*OperationStats
}

func newMeter() *meter { return &meter{counts: map[apiMethod]*OperationStats{}} }

func (m *meter) count(op apiMethod, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts[op]
	if c == nil {
		c = &OperationStats{Service: op.service(), Method: op.method(), Permissions: op.permissions()}
		m.counts[op] = c
	}
	c.Requests++
	switch {
	case isThrottle(err):
		c.Throttled++
	case err != nil:
		c.Errors++
	}
}

func (m *meter) stats() []OperationStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]OperationStats, 0, len(m.counts))
	for _, c := range m.counts {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b OperationStats) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Method, b.Method))
	})
	return all
}
