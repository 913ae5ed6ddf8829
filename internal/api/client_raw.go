package api

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
)

// RawRequest is a request whose answer is wanted as it is.
type RawRequest struct {
	Method string
	Path   string // Such as [SystemsPath], its variable parts escaped.
	Query  url.Values
	Accept string
	Body   []byte // JSON; nil sends none.
}

// Raw sends a request with the client's credentials and returns the answer,
// whatever its status; the caller closes its body. The client's timeout bounds
// the reading of the body, too.
func (c *Client) Raw(ctx context.Context, r *RawRequest) (*http.Response, error) {
	address := c.address(r.Path)
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
	}
	c.identify(req)
	return c.http.Do(req)
}
