package gcp

import (
	"context"
)

// Collector reads an organization, a folder or a project of Google Cloud
// through its APIs. It never writes there, but for the acknowledgement of its own
// subscription's messages: docs/permissions-gcp.md lists all that it needs. It is
// safe for concurrent use.
type Collector struct {
	options Options
	client  *client
}

// New makes a collector. It finds the credentials and asks nothing of any
// service yet.
func New(ctx context.Context, o Options) (*Collector, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	c := &Collector{options: o.withDefaults()}
	var err error
	c.client, err = connect(ctx, &c.options)
	return c, err
}

// Stats returns the requests so far by operation, in the order of their names.
func (c *Collector) Stats() []OperationStats { return c.client.meter.stats() }
