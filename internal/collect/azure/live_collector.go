package azure

import (
	"context"
	"errors"
	"fmt"

	"github.com/leastward/leastward/internal/entitlement"
)

// Collector reads a tenant of Azure through its APIs. It never writes there:
// docs/permissions-azure.md lists all that it needs. It is safe for concurrent
// use.
type Collector struct {
	options Options
	client  *client
	meter   *meter
}

// New makes a collector. It sends nothing.
func New(o Options) (*Collector, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	c := &Collector{options: o, meter: newMeter()}
	var err error
	if c.client, err = newClient(&c.options, c.meter); err != nil {
		return nil, fmt.Errorf("credentials: %w", err)
	}
	return c, nil
}

// Stats returns the requests so far by operation, in the order of their names.
func (c *Collector) Stats() []OperationStats { return c.meter.stats() }

// Live is what was read of a tenant.
type Live struct {
	*Estate
	// Failed are the subscriptions of which there is no inventory to speak of, as
	// their role assignments can't be read.
	Failed map[entitlement.SystemID]error
	// Tenants are the directories of the subscriptions, in lower case.
	Tenants []string
}

// Collect reads the subscriptions and the directory. It returns an error only
// if there is nothing to speak of: the subscriptions can't be listed, or ctx was
// cancelled. Every other source that fails leaves out what it has and becomes a
// problem. When the deadline of ctx passes, what was read until then is
// returned.
func (c *Collector) Collect(ctx context.Context) (*Live, error) {
	r := newRun(c)
	active, err := r.containers(ctx)
	if errors.Is(ctx.Err(), context.Canceled) {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("collect the tenant: %w", err)
	}
	r.choose(active)
	r.read(ctx, r.parts())
	r.reach(ctx)
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, fmt.Errorf("collect the tenant: %w", context.Cause(ctx))
	}
	return r.finish(ctx), nil
}
