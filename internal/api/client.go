package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// ErrNotFound is returned for what the exporter does not report.
var ErrNotFound = errors.New("not found")

// maxBody bounds an answer in bytes. One finding is a few hundred.
const maxBody = 16 << 20

// ClientOptions says where the exporter is and how to log in.
type ClientOptions struct {
	// URL of the exporter, such as "http://127.0.0.1:9186".
	URL string
	// Username and Password for basic authentication. No username means none.
	Username string
	Password config.Secret
	// Token is one of the exporter's api.tokens. Beside a username it goes in a
	// header of its own.
	Token config.Secret
	// Timeout of one request. Defaults to 30 s.
	Timeout time.Duration
	// Transport defaults to http.DefaultTransport.
	Transport http.RoundTripper
}

// Client reads the exporter's API. It is safe for concurrent use.
type Client struct {
	base *url.URL
	o    ClientOptions
	http *http.Client
}

// NewClient checks the options and returns a client. It does not connect.
func NewClient(o ClientOptions) (*Client, error) {
	base, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("parse the exporter's URL: %w", err)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("exporter URL %q is not http://host:port or https://host:port", o.URL)
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	return &Client{base: base, o: o, http: newHTTP(o.Timeout, o.Transport)}, nil
}

// newHTTP returns a client that follows no redirect: the exporter never sends
// one, and credentials are for nobody else.
func newHTTP(timeout time.Duration, transport http.RoundTripper) *http.Client {
	return &http.Client{
		Timeout: timeout, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Finding returns a finding of a system as the last collection reported it, or
// [ErrNotFound] where it no longer does. That the caller may not see the system
// is another error.
func (c *Client) Finding(ctx context.Context, system entitlement.SystemID, id string) (*Finding, error) {
	var f Finding
	if err := c.get(ctx, expand(FindingPath, id), url.Values{"system": {string(system)}}, &f); err != nil {
		return nil, fmt.Errorf("ask the exporter for finding %s: %w", id, err)
	}
	return &f, nil
}

// Denied returns the calls of an identity of a system that were refused since a
// time.
func (c *Client) Denied(ctx context.Context, system entitlement.SystemID, id entitlement.IdentityID, since time.Time) (*Denials, error) {
	query := url.Values{"since": {since.UTC().Format(time.RFC3339)}, "system": {string(system)}}
	var d Denials
	if err := c.get(ctx, expand(DeniedPath, string(id)), query, &d); err != nil {
		return nil, fmt.Errorf("ask the exporter for refused calls of %s: %w", id, err)
	}
	return &d, nil
}

func expand(path, id string) string { return fill(path, "{id}", id) }

func expandName(path, name string) string { return fill(path, "{name}", name) }

func fill(path, part, value string) string {
	return strings.Replace(path, part, url.PathEscape(value), 1)
}

func (c *Client) get(ctx context.Context, path string, query url.Values, into any) error {
	address := c.address(path)
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	c.identify(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return read(resp, into)
}

func (c *Client) address(path string) string { return strings.TrimSuffix(c.base.String(), "/") + path }

// identify says who asks.
func (c *Client) identify(req *http.Request) {
	if c.o.Username != "" {
		req.SetBasicAuth(c.o.Username, c.o.Password.Reveal())
	}
	switch {
	case c.o.Token == "":
	case c.o.Username == "":
		req.Header.Set("Authorization", "Bearer "+c.o.Token.Reveal())
	default:
		req.Header.Set("X-Leastward-Token", c.o.Token.Reveal())
	}
}

func read(resp *http.Response, into any) error {
	body := io.LimitReader(resp.Body, maxBody)
	switch resp.StatusCode {
	case http.StatusOK:
		if err := json.NewDecoder(body).Decode(into); err != nil {
			return fmt.Errorf("decode the answer: %w", err)
		}
		return nil
	case http.StatusNotFound:
		return notFound(body)
	}
	var e Error
	if err := json.NewDecoder(body).Decode(&e); err == nil && e.Message != "" {
		return fmt.Errorf("the exporter answered %s: %s", resp.Status, e.Message)
	}
	return fmt.Errorf("the exporter answered %s", resp.Status)
}

// notFound tells the exporter's own 404, which has an [Error] as its body,
// from that of something else which happens to listen there: taking the latter
// for "no longer reported" would be a wrong answer.
func notFound(body io.Reader) error {
	var e Error
	if err := json.NewDecoder(body).Decode(&e); err != nil || e.Message == "" {
		return errors.New("404 from something that is not the exporter's API; check the URL")
	}
	return ErrNotFound
}
