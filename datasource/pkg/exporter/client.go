// Package exporter makes the client with which one data source speaks to its
// exporter.
package exporter

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"

	"github.com/leastward/leastward/datasource/pkg/settings"
	"github.com/leastward/leastward/internal/api"
)

// UserHeader names the Grafana user on whose behalf a request is made.
const UserHeader = "X-Leastward-User"

// Client speaks to an exporter. It is safe for concurrent use.
type Client struct {
	*api.Client
	transport *transport
}

// New makes a client of a data source's settings, with its TLS settings, proxy
// and further headers. It does not connect.
func New(ctx context.Context, raw *backend.DataSourceInstanceSettings, s *settings.Settings) (*Client, error) {
	options, err := httpOptions(ctx, raw)
	if err != nil {
		return nil, err
	}
	options.BasicAuth = nil // The client below says who asks.
	options.Timeouts.Timeout = s.Timeout
	made, err := httpclient.New(options)
	if err != nil {
		return nil, tlsError(err)
	}
	t := &transport{next: made, forward: s.ForwardUser}
	client, err := api.NewClient(api.ClientOptions{
		URL: s.URL, Username: s.Username, Password: s.Password, Token: s.Token, Timeout: s.Timeout, Transport: t,
	})
	if err != nil {
		return nil, errors.New("the URL of the exporter cannot be used; it is like http://127.0.0.1:9186")
	}
	return &Client{Client: client, transport: t}, nil
}

// httpOptions reads the standard settings. The SDK takes for granted that each
// has the right type, and panics otherwise.
func httpOptions(ctx context.Context, raw *backend.DataSourceInstanceSettings) (o httpclient.Options, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("jsonData: a standard HTTP setting has the wrong type; save the data source's settings again")
		}
	}()
	if o, err = raw.HTTPClientOptions(ctx); err != nil {
		return o, fmt.Errorf("read the HTTP settings: %w", err)
	}
	return o, nil
}

// tlsError says what to do about certificates that cannot be read. What the
// library says may have a part of a key in it.
func tlsError(error) error {
	return errors.New("the TLS settings cannot be used: the CA certificate, the client certificate or its key is not PEM, or certificate and key do not belong together")
}

// Close closes connections that nobody uses.
func (c *Client) Close() { c.transport.next.CloseIdleConnections() }

// maxAnswer bounds an answer in bytes: 100,000 rows with their records.
const maxAnswer = 512 << 20

// transport adds who asks to each request, and bounds answers.
type transport struct {
	next    *http.Client
	forward bool
}

// RoundTrip sends a request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if user := backend.UserFromContext(req.Context()); t.forward && user != nil && user.Login != "" {
		req = req.Clone(req.Context())
		req.Header.Set(UserHeader, user.Login)
	}
	resp, err := t.next.Transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.Header.Get("Content-Type") != api.NDJSON { // A live stream has no end.
		resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	}
	return resp, nil
}
