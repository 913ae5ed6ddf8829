package aws

import (
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/leastward/leastward/internal/entitlement"
)

// Collector reads one AWS account through its APIs. It never writes to the
// account: docs/permissions-aws.md lists all that it needs. It is safe for
// concurrent use.
type Collector struct {
	options Options
	clients *clients
	meter   *meter
	account entitlement.SystemID
}

// New makes a collector and learns which account the credentials belong to. It
// is an error if that is another one than the options name.
func New(ctx context.Context, o Options) (*Collector, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	c := &Collector{options: o, meter: &meter{counts: map[Operation]*OperationStats{}}}
	var err error
	if c.clients, err = connect(ctx, &c.options, newLimits(o.Limits), c.meter); err != nil {
		return nil, err
	}
	caller, err := c.clients.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fmt.Errorf("learn which account the credentials belong to: %w", err)
	}
	c.account = entitlement.SystemID(awssdk.ToString(caller.Account))
	if o.Account != "" && o.Account != c.account {
		return nil, fmt.Errorf("account: the credentials (%s) belong to account %s, not to %s; give a role of that account to assume",
			awssdk.ToString(caller.Arn), c.account, o.Account)
	}
	return c, nil
}

// Account returns the number of the account that is read.
func (c *Collector) Account() entitlement.SystemID { return c.account }

// Stats returns the requests so far by operation, in the order of their names.
func (c *Collector) Stats() []OperationStats { return c.meter.stats() }
