package azure

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
)

// Operation is one operation of Azure's APIs.
type Operation struct {
	Service string // "Microsoft.Authorization", "Microsoft.Graph", "Storage", "Event Hubs".
	Name    string // "roleAssignments", "users".
}

func (o Operation) String() string { return o.Service + "/" + o.Name }

// OperationStats counts the requests of one operation since the collector was
// made.
type OperationStats struct {
	Operation
	Requests  uint64 // Sent, each try counts.
	Throttled uint64 // Of Requests, refused as too many.
	Errors    uint64 // Of Requests, failed for another reason.
}

// meter counts requests.
type meter struct {
	mu     sync.Mutex // Guards counts.
	counts map[Operation]*OperationStats
}

func newMeter() *meter { return &meter{counts: map[Operation]*OperationStats{}} }

func (m *meter) count(call Operation, resp *http.Response, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts[call]
	if c == nil {
		c = &OperationStats{Operation: call}
		m.counts[call] = c
	}
	c.Requests++
	switch {
	case err == nil && isThrottle(resp):
		c.Throttled++
	case err != nil || resp.StatusCode >= http.StatusBadRequest:
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
	slices.SortFunc(all, func(a, b OperationStats) int { return cmp.Compare(a.String(), b.String()) })
	return all
}
