package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// request is one request, or a list of pages that begins with it.
type request struct {
	op     Operation
	family string
	url    string
	query  *query // Of a request of Resource Graph.
	post   bool   // Though there is nothing to send.
	// eventual asks Microsoft Graph for what only its index answers.
	eventual bool
}

// client sends requests to Resource Manager and Microsoft Graph.
type client struct {
	at         addresses
	arm, graph runtime.Pipeline
	credential azcore.TokenCredential
	guard      *guard
	insecure   bool // The endpoint is an emulator without TLS.
}

func newClient(o *Options, m *meter) (*client, error) {
	at := addressesOf(o.Cloud)
	c := &client{at: at, guard: &guard{limits: newLimits(o.Limits), meter: m}, insecure: strings.HasPrefix(o.Endpoint, "http://")}
	if o.Endpoint != "" {
		base := strings.TrimRight(o.Endpoint, "/")
		c.at.arm, c.at.graph = base, base
	}
	var err error
	if c.credential, err = o.credential(&at); err != nil {
		return nil, err
	}
	c.arm = c.pipeline(o, strings.TrimRight(at.armScope, "/")+"/.default")
	c.graph = c.pipeline(o, at.graph+"/.default")
	return c, nil
}

func (c *client) pipeline(o *Options, scope string) runtime.Pipeline {
	token := runtime.NewBearerTokenPolicy(c.credential, []string{scope}, &policy.BearerTokenOptions{InsecureAllowCredentialWithHTTP: c.insecure})
	return runtime.NewPipeline("leastward", "", runtime.PipelineOptions{
		PerCall:  []policy.Policy{&patience{o.Attempts, o.MaxBackoff}},
		PerRetry: []policy.Policy{token, c.guard},
	}, &policy.ClientOptions{Transport: o.Transport, Cloud: c.at.cloud, Retry: policy.RetryOptions{MaxRetries: -1}})
}

type callKey struct{}

// guard is the policy around every try of a request: it waits for the rate
// limit and counts.
type guard struct {
	limits *limits
	meter  *meter
}

// Do sends the request once.
func (g *guard) Do(req *policy.Request) (*http.Response, error) {
	ctx := req.Raw().Context()
	what, ok := ctx.Value(callKey{}).(request)
	if !ok {
		what = request{op: Operation{"Storage", "unknown"}, family: familyStorage}
	}
	if err := g.limits.wait(ctx, what.family); err != nil {
		return nil, err
	}
	resp, err := req.Next()
	g.meter.count(what.op, resp, err)
	if err == nil {
		g.limits.pause(what.family, max(quotaPause(resp), throttlePause(resp)))
	}
	return resp, err
}

// throttlePause has the whole family wait where one request was one too many.
func throttlePause(resp *http.Response) time.Duration {
	if isThrottle(resp) {
		return retryAfter(resp)
	}
	return 0
}

// send sends a request and returns the body of its answer. An answer of another
// status than 200 is a *azcore.ResponseError.
func (c *client) send(ctx context.Context, q *request) ([]byte, error) {
	ctx = context.WithValue(ctx, callKey{}, *q)
	method, pipeline := http.MethodGet, c.arm
	if q.query != nil || q.post {
		method = http.MethodPost
	}
	if q.family == familyGraph || q.family == familyReports {
		pipeline = c.graph
	}
	req, err := runtime.NewRequest(ctx, method, q.url)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", q.op, err)
	}
	req.Raw().Header.Set("Accept", "application/json")
	if q.eventual {
		req.Raw().Header.Set("ConsistencyLevel", "eventual")
	}
	if q.query != nil {
		if err := runtime.MarshalAsJSON(req, q.query); err != nil {
			return nil, fmt.Errorf("encode %s: %w", q.op, err)
		}
	}
	resp, err := pipeline.Do(req) //nolint:bodyclose // The pipeline has read it.
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", q.op, err)
	}
	if !runtime.HasStatusCode(resp, http.StatusOK) {
		return nil, fmt.Errorf("ask for %s: %w", q.op, runtime.NewResponseError(resp))
	}
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", q.op, err)
	}
	return body, nil
}

// pages calls take with each page of a list. What take was given stands when an
// error is returned, and is not all.
func (c *client) pages(ctx context.Context, q request, take func(page []byte) error) error {
	for n := 1; ; n++ {
		body, err := c.send(ctx, &q)
		if err != nil {
			return fmt.Errorf("page %d: %w", n, err)
		}
		next, err := nextPage(body)
		if err != nil {
			return fmt.Errorf("page %d of %s: %w", n, q.op, err)
		}
		if err := take(body); err != nil {
			return err
		}
		switch {
		case next.token != "" && q.query != nil:
			q.query = q.query.after(next.token)
		case next.link != "" && q.query == nil:
			if q.url, err = c.follow(&q, next.link); err != nil {
				return fmt.Errorf("page %d of %s: %w", n, q.op, err)
			}
		default:
			return nil
		}
	}
}

type nextOf struct{ link, token string }

// nextPage reads where a list goes on. A page that is no JSON object is an
// error: what it would have held is not known.
func nextPage(body []byte) (nextOf, error) {
	var p struct {
		NextLink  string `json:"nextLink"`
		GraphNext string `json:"@odata.nextLink"`
		SkipToken string `json:"$skipToken"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return nextOf{}, fmt.Errorf("the answer is not JSON as the API writes it: %w", err)
	}
	return nextOf{link: p.NextLink + p.GraphNext, token: p.SkipToken}, nil
}

// follow checks the address of a next page: the token goes nowhere else than
// where the list began.
func (c *client) follow(q *request, link string) (string, error) {
	from, err := url.Parse(q.url)
	if err != nil {
		return "", fmt.Errorf("address of the list: %w", err)
	}
	to, err := from.Parse(link)
	if err != nil {
		return "", fmt.Errorf("address of the next page: %w", err)
	}
	if !sameOrigin(from, to) {
		return "", fmt.Errorf("the next page is said to be at %s, which is not %s; it is not followed", to.Host, from.Host)
	}
	if to.String() == q.url {
		return "", errors.New("the next page is said to be the page itself")
	}
	return to.String(), nil
}

// sameOrigin compares schemes, hosts and ports; Resource Manager names its port
// in some addresses.
func sameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if p := u.Port(); p != "" {
			return p
		}
		return map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}
