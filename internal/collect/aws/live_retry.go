package aws

import (
	"context"
	"errors"
	"io"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
)

// patientRetryer tries a throttled request until its context ends, slowing
// down as the SDK's adaptive mode does, and any other passing failure a bounded
// number of times.
type patientRetryer struct{ *retry.AdaptiveMode }

func newRetryer(maxBackoff time.Duration) awssdk.Retryer {
	return patientRetryer{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.StandardOptions = append(o.StandardOptions, func(s *retry.StandardOptions) {
			s.MaxBackoff = maxBackoff
			s.RateLimiter = ratelimit.None
			s.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(isPassing)}, s.Retryables...)
		})
	})}
}

// isPassing adds to the SDK's list of passing failures: an answer that broke
// off, which the SDK takes for a malformed one, and credentials that expired,
// which the guard has renewed.
func isPassing(err error) awssdk.Ternary {
	if errors.Is(err, io.ErrUnexpectedEOF) || isExpired(err) {
		return awssdk.TrueTernary
	}
	return awssdk.UnknownTernary
}

// MaxAttempts sets no bound: the context and the budget do.
func (patientRetryer) MaxAttempts() int { return 0 }

func isThrottle(err error) bool {
	return err != nil && retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool()
}

type budgetKey struct{}

// budget is how many failures other than throttling one request may still have.
// Only the goroutine of that request uses it.
type budget struct{ left int }

// spend takes a failure off the budget and reports whether another try is
// allowed. Renewed credentials get one more try: if those are expired too,
// nothing renews them.
func (b *budget) spend(failure error) bool {
	switch {
	case isThrottle(failure):
		return true
	case isExpired(failure):
		b.left = min(b.left, 2)
	}
	b.left--
	return b.left > 0
}

// GetRetryToken takes one failure off the request's budget.
func (r patientRetryer) GetRetryToken(ctx context.Context, failure error) (func(error) error, error) {
	b, ok := ctx.Value(budgetKey{}).(*budget)
	if ok && !b.spend(failure) {
		return nil, errors.New("tried as often as the options allow")
	}
	return r.AdaptiveMode.GetRetryToken(ctx, failure)
}

// giveBudget is the middleware that gives every request its budget.
func giveBudget(attempts int) middleware.InitializeMiddleware {
	return middleware.InitializeMiddlewareFunc("LeastwardRetryBudget", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(context.WithValue(ctx, budgetKey{}, &budget{left: attempts}), in)
	})
}
