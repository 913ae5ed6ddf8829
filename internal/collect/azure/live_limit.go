package azure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The API families, each with a limit of its own.
const (
	familyARM     = "arm"
	familyQuery   = "resource_graph"
	familyGraph   = "graph"
	familyReports = "graph_reports"
	familyStorage = "storage"
)

// DefaultLimits returns the most requests per second for each API family. They
// leave most of what Azure allows to others: of Resource Manager 25 reads a
// second for each subscription, of Resource Graph 15 queries in 5 seconds, of
// Microsoft Graph some hundreds of requests in 10 seconds, and of its logs and
// reports 5 in 10 seconds.
// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
// https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
// https://learn.microsoft.com/graph/throttling-limits
func DefaultLimits() map[string]rate.Limit {
	return map[string]rate.Limit{familyARM: 15, familyQuery: 2, familyGraph: 20, familyReports: 0.5, familyStorage: 100}
}

// limits holds one limiter for each API family.
type limits struct {
	mu       sync.Mutex // Guards the pauses.
	limiters map[string]*rate.Limiter
	pauses   map[string]time.Time // Until when a service asks to be left alone.
}

func newLimits(own map[string]rate.Limit) *limits {
	rates := DefaultLimits()
	maps.Copy(rates, own)
	l := &limits{limiters: map[string]*rate.Limiter{}, pauses: map[string]time.Time{}}
	for family, limit := range rates {
		l.limiters[family] = rate.NewLimiter(limit, max(1, int(limit)))
	}
	return l
}

// errOutOfTime tells that the deadline is before a request's turn.
var errOutOfTime = errors.New("no time left")

// wait blocks until a call of the family may be sent.
func (l *limits) wait(ctx context.Context, family string) error {
	err := l.limiters[family].Wait(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("wait for the rate limit of %s: %w", family, errOutOfTime)
	}
	l.mu.Lock()
	pause := time.Until(l.pauses[family])
	l.mu.Unlock()
	return sleep(ctx, pause)
}

// pause leaves a family alone for a time.
func (l *limits) pause(family string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.pauses[family]) {
		l.pauses[family] = until
	}
}

// sleep waits, but no longer than the context lasts.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return errOutOfTime
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
