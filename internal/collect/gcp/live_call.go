package gcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// call is one request.
type call struct {
	op    apiMethod
	path  string // Escaped, with the version: "/v1/projects/p/assets".
	query url.Values
	body  any  // Makes it a POST.
	raw   bool // The answer is a file, not JSON.
}

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 1 << 30

// get returns the answer as an object.
func (c *client) get(ctx context.Context, q call) (object, error) {
	data, err := c.do(ctx, q)
	if err != nil {
		return nil, err
	}
	var v any
	if err := unmarshal(data, &v); err != nil { // Checked before.
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return asObject(v), nil
}

// do sends a request until it is answered or is not to be tried again. One that
// is throttled is given half of the time that is left: the other half is for what
// comes after it.
func (c *client) do(ctx context.Context, q call) ([]byte, error) {
	left, until := c.options.Attempts, patience(ctx)
	var failure error
	for try := 0; ; try++ {
		if err := c.limits.wait(ctx, q.op); err != nil {
			return nil, given(q.op, err, failure)
		}
		data, err := c.send(ctx, q)
		if ctx.Err() != nil {
			return nil, given(q.op, context.Cause(ctx), failure)
		}
		c.meter.count(q.op, err)
		if failure = err; err == nil {
			return data, nil
		}
		if !isThrottle(err) {
			left--
		}
		if !isPassing(err) || left <= 0 {
			return nil, fmt.Errorf("%s: %w", q.op, err)
		}
		if late := c.pause(ctx, until, try, err); late != nil {
			return nil, given(q.op, late, failure)
		}
	}
}

// patience is how long a request may be tried.
func patience(ctx context.Context) time.Time {
	end, ok := ctx.Deadline()
	if !ok {
		return time.Time{}
	}
	return time.Now().Add(time.Until(end) / 2)
}

// given tells why a request is not tried any longer, and of its last failure.
func given(op apiMethod, err, failure error) error {
	if failure == nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return fmt.Errorf("%s: %w; the last failure: %w", op, err, failure)
}

// pause waits before the next try: twice as long each time, at random below
// that, and not before the service says.
// https://cloud.google.com/iam/docs/retry-strategy
func (c *client) pause(ctx context.Context, until time.Time, try int, failure error) error {
	longest := min(time.Second<<min(try, 10), c.options.MaxBackoff)
	wait := time.Duration(rand.Int64N(int64(longest)) + 1) //nolint:gosec // no secret
	if e := asAPIError(failure); e != nil && e.retryAfter > wait {
		wait = min(e.retryAfter, c.options.MaxBackoff)
	}
	if !until.IsZero() && time.Until(until) < wait {
		return errOutOfTime
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// send sends a request once.
func (c *client) send(ctx context.Context, q call) ([]byte, error) {
	req, err := c.request(ctx, q)
	if err != nil {
		return nil, err
	}
	sender := c.cloud
	if q.op.service() == "admin" {
		sender = c.directory
	}
	r, err := sender.Do(req)
	if err != nil {
		return nil, unsent(err)
	}
	defer r.Body.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errTransport, err)
	case r.StatusCode < 200 || r.StatusCode > 299:
		return nil, newAPIError(q.op, r, data)
	case len(data) > maxAnswer:
		return nil, fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	case !q.raw && (!json.Valid(data) || firstOf(data) != '{'):
		return nil, fmt.Errorf("%w: %q", errMalformed, clip(string(data)))
	}
	return data, nil
}

// unsent tells a request that got no answer from one for which there was no
// token: the client gets tokens within a request.
func unsent(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	for _, of := range []string{"auth:", "oauth2", "credentials:", "impersonate:"} {
		if strings.Contains(err.Error(), of) {
			return fmt.Errorf("%w: %w", errCredentials, err)
		}
	}
	return fmt.Errorf("%w: %w", errTransport, err)
}

func (c *client) request(ctx context.Context, q call) (*http.Request, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if q.body != nil {
		data, err := json.Marshal(q.body)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		method, body = http.MethodPost, bytes.NewReader(data)
	}
	target := "https://" + q.op.service() + ".googleapis.com"
	if c.options.Endpoint != "" {
		target = strings.ReplaceAll(c.options.Endpoint, "{service}", q.op.service())
	}
	target += q.path
	if len(q.query) > 0 {
		target += "?" + q.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	if q.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// pages asks for all pages of a list and hands each element on.
func (c *client) pages(ctx context.Context, q call, list string, take func(page, n int, v any)) error {
	q.query = cloned(q.query)
	for page := 1; ; page++ {
		o, err := c.get(ctx, q)
		if err != nil {
			return fmt.Errorf("page %d: %w", page, err)
		}
		for i, v := range o.list(list) {
			take(page, i, v)
		}
		next := o.text("nextPageToken")
		switch next {
		case "":
			return nil
		case q.query.Get("pageToken"):
			return fmt.Errorf("page %d: %s: the service names the same page as the next one", page, q.op)
		}
		q.query.Set("pageToken", next)
	}
}

func cloned(query url.Values) url.Values {
	out := url.Values{}
	for k, v := range query {
		out[k] = append([]string(nil), v...)
	}
	return out
}
