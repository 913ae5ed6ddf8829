package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"golang.org/x/time/rate"
)

// DefaultLimits returns the most requests per second for each API family: a
// service ("iam"), or one of its operations where that has a limit of its own
// ("cloudtrail:LookupEvents", 2 per second and region as AWS enforces it,
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html).
// AWS publishes no figures for IAM and shares its limit between all who call in
// the account, so ours leaves room for them; the adaptive retry mode slows down
// further wherever even that is too fast.
func DefaultLimits() map[string]rate.Limit {
	return map[string]rate.Limit{
		"cloudtrail":              5,
		"cloudtrail:LookupEvents": 2,
		"ec2":                     10,
		"iam":                     15,
		"identitystore":           10,
		"kms":                     20,
		"lambda":                  10,
		"organizations":           5,
		"s3":                      100,
		"s3control":               5,
		"secretsmanager":          20,
		"sns":                     10,
		"sqs":                     50,
		"sso":                     5,
		"sts":                     10,
	}
}

// limits holds one limiter for each API family and region.
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

// errOutOfTime tells that the deadline is before a request's turn. Unlike
// context.DeadlineExceeded the SDK doesn't take it for a passing failure.
var errOutOfTime = errors.New("no time left")

// wait blocks until the call may be sent.
func (l *limits) wait(ctx context.Context, call Operation, region string) error {
	err := l.limiter(call, region).Wait(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("wait for the rate limit of %s: %w", call, errOutOfTime)
	}
	return nil
}

func (l *limits) limiter(call Operation, region string) *rate.Limiter {
	family := call.String()
	if _, own := l.rates[family]; !own {
		family = call.Service
	}
	key := family + "@" + region
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limiters[key] == nil {
		limit, known := l.rates[family]
		if !known {
			limit = rate.Inf
		}
		l.limiters[key] = rate.NewLimiter(limit, max(1, int(limit/5)))
	}
	return l.limiters[key]
}
