package azure

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// patience is the policy that tries a throttled request until its context ends,
// as late as the service asks for, and any other passing failure a bounded
// number of times.
type patience struct {
	attempts   int
	maxBackoff time.Duration
}

// Do sends the request until it is answered or there is no use in it.
func (p *patience) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	for try, failures := 0, 0; ; try++ {
		if err := req.RewindBody(); err != nil {
			return nil, err
		}
		resp, err := req.Clone(ctx).Next()
		if ctx.Err() != nil || !isPassing(resp, err) {
			return resp, err
		}
		if !isThrottle(resp) {
			if failures++; failures >= p.attempts {
				return resp, err
			}
		}
		pause := p.pause(resp, try)
		if late := sleep(ctx, pause); late != nil {
			return resp, errors.Join(err, late)
		}
		runtime.Drain(resp)
	}
}

// pause is what the service asks for, or longer from try to try.
func (p *patience) pause(resp *http.Response, try int) time.Duration {
	if d := retryAfter(resp); d > 0 {
		return d
	}
	d := min(p.maxBackoff, 500*time.Millisecond<<min(try, 10))
	return d/2 + rand.N(d/2+1) //nolint:gosec // Spreads requests; no secret.
}

// isPassing tells failures that another try may mend.
func isPassing(resp *http.Response, err error) bool {
	if err != nil {
		var final interface{ NonRetriable() }
		return !errors.As(err, &final) && !errors.Is(err, errOutOfTime)
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isThrottle reports whether a response says that there were too many requests;
// some services say so as being unavailable for a time.
func isThrottle(resp *http.Response) bool {
	if resp == nil {
		return false
	}
	return resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable && retryAfter(resp) > 0
}

// retryAfter reads how long a service wants to be left alone, 0 if it does not
// say.
func retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if ms, err := strconv.Atoi(resp.Header.Get(name)); err == nil && ms > 0 {
			return time.Duration(ms) * time.Millisecond
		}
	}
	text := resp.Header.Get("Retry-After")
	if s, err := strconv.Atoi(text); err == nil && s > 0 {
		return time.Duration(s) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return time.Until(at)
	}
	return 0
}

// quotaPause reads that a quota is used up and when it is filled again, as
// Resource Graph says it.
// https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
func quotaPause(resp *http.Response) time.Duration {
	if resp == nil || resp.Header.Get("x-ms-user-quota-remaining") != "0" {
		return 0
	}
	var total time.Duration
	for part := range strings.SplitSeq(resp.Header.Get("x-ms-user-quota-resets-after"), ":") {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return 0
		}
		total = total*60 + time.Duration(n*float64(time.Second))
	}
	return total
}
