package gcp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"golang.org/x/time/rate"
)

// DefaultLimits returns the most requests per second for each service. They are
// a part of the quotas that Google publishes, which others in the same project
// share: of Cloud Asset Inventory's ListAssets 100 a minute in each project
// (https://cloud.google.com/asset-inventory/docs/quota), of Cloud Logging's
// entries.list 60 a minute (https://cloud.google.com/logging/quotas), of IAM
// 6,000 reads a minute (https://cloud.google.com/iam/quotas). What is refused
// all the same is tried again, ever slower.
func DefaultLimits() map[string]rate.Limit {
	return map[string]rate.Limit{
		"admin":                10,
		"cloudasset":           1.5,
		"cloudidentity":        10,
		"cloudresourcemanager": 10,
		"iam":                  30,
		"logging":              0.9,
		"policyanalyzer":       5,
		"pubsub":               50,
		"storage":              100,
	}
}

// limits holds one limiter for each service.
type limits struct {
	rates map[string]rate.Limit

	mu       sync.Mutex // Guards limiters.
	limiters map[string]*rate.Limiter
}

func newLimits(own map[string]rate.Limit) *limits {
	rates := DefaultLimits()
	maps.Copy(rates, own)
	return &limits{rates: rates, limiters: map[string]*rate.Limiter{}}
}

// errOutOfTime tells that the deadline is before a request's turn.
var errOutOfTime = errors.New("no time left")

// wait blocks until the call may be sent.
func (l *limits) wait(ctx context.Context, op apiMethod) error {
	err := l.limiter(op.service()).Wait(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("wait for the rate limit of %s: %w", op, errOutOfTime)
	}
	return nil
}

func (l *limits) limiter(service string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limiters[service] == nil {
		limit := l.rates[service]
		l.limiters[service] = rate.NewLimiter(limit, max(1, int(limit/5)))
	}
	return l.limiters[service]
}
