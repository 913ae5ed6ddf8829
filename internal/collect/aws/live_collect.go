package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// collection is one run of Collect.
type collection struct {
	*Collector

	mu    sync.Mutex // Guards the fields below: the sources read at the same time.
	inv   *entitlement.Inventory
	index map[entitlement.IdentityID]int // Positions in inv.Identities.
}

// Collect reads the account's identities and what is attached to them. It
// returns an error only if there is no inventory to speak of: the
// authorization details can't be read, or ctx was cancelled. Every other
// source that fails leaves out what it has and becomes a problem of the
// inventory. When the deadline of ctx passes, what was read until then is
// returned.
func (c *Collector) Collect(ctx context.Context) (*entitlement.Inventory, error) {
	run := &collection{Collector: c, index: map[entitlement.IdentityID]int{}, inv: &entitlement.Inventory{
		System:      entitlement.System{ID: c.account, Cloud: entitlement.AWS},
		Policies:    map[entitlement.PolicyID]entitlement.Policy{},
		CollectedAt: c.options.Now(),
	}}
	if err := run.authorizationDetails(ctx); err != nil {
		return nil, fmt.Errorf("collect account %s: %w", c.account, err)
	}
	var sources errgroup.Group
	for _, read := range run.sources() {
		sources.Go(func() error { read(ctx); return nil })
	}
	_ = sources.Wait() // The sources report problems, not errors.
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, fmt.Errorf("collect account %s: %w", c.account, context.Cause(ctx))
	}
	run.sort()
	return run.inv, nil
}

func (r *collection) sources() []func(context.Context) {
	all := []func(context.Context){r.accountAlias, r.credentials, r.organization, r.history}
	for region, client := range r.clients.regions {
		all = append(all,
			func(ctx context.Context) { r.functions(ctx, region, client.lambda) },
			func(ctx context.Context) { r.instances(ctx, region, client.ec2) })
	}
	all = append(all, r.resourceSources()...)
	if r.options.IdentityCenter != (IdentityCenter{}) {
		all = append(all, r.identityCenter)
	}
	if r.options.AccessAdvisor {
		all = append(all, r.accessAdvisor)
	}
	return all
}

// update changes the inventory while no other source does.
func (r *collection) update(change func(*entitlement.Inventory)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(r.inv)
}

// report adds what a source couldn't read to the inventory and logs it.
func (r *collection) report(ctx context.Context, problems ...entitlement.Problem) {
	for _, p := range problems {
		r.options.Logger.WarnContext(ctx, "a source of the collection is incomplete",
			"account", r.account, "code", p.Code, "subject", p.Subject, "permission", p.Permission)
	}
	r.update(func(inv *entitlement.Inventory) { inv.Problems = append(inv.Problems, problems...) })
}

// fail reports err as a problem.
func (r *collection) fail(ctx context.Context, code, subject, effect string, err error) {
	r.report(ctx, problem(code, subject, effect, err))
}

// history finds out since when the event source holds everything.
func (r *collection) history(ctx context.Context) {
	from, problems := r.fullHistoryFrom(ctx)
	r.report(ctx, problems...)
	r.update(func(inv *entitlement.Inventory) { inv.FullHistoryFrom = from })
}

// sort gives the inventory an order that doesn't depend on which source was
// faster.
func (r *collection) sort() {
	slices.SortFunc(r.inv.Identities, func(a, b entitlement.Identity) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.inv.Resources, func(a, b entitlement.Resource) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.inv.SecurityGroups, func(a, b entitlement.SecurityGroup) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.inv.Assignments, func(a, b entitlement.Assignment) int {
		return cmp.Or(cmp.Compare(a.PermissionSet, b.PermissionSet), cmp.Compare(a.PrincipalID, b.PrincipalID))
	})
	slices.SortFunc(r.inv.Problems, func(a, b entitlement.Problem) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
	})
}
