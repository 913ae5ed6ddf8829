package azure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Subscription is an active subscription that can be seen.
type Subscription struct {
	ID   entitlement.SystemID
	Name string
	Tags map[string]string
	// Ancestors are the management groups above it, the nearest first, as far as
	// they are known.
	Ancestors []entitlement.Scope
}

// Discover returns the active subscriptions that can be seen, by id: those below
// Options.ManagementGroup, if that is set. An error means that some may be
// missing.
func (c *Collector) Discover(ctx context.Context) ([]Subscription, error) {
	r := newRun(c)
	active, err := r.containers(ctx)
	if err != nil {
		return nil, fmt.Errorf("discover subscriptions: %w", err)
	}
	var all []Subscription
	for _, id := range slices.Sorted(maps.Keys(active)) {
		s := Subscription{ID: id, Name: r.all.hierarchy.of(id).name, Tags: active[id].Tags}
		chain, _ := r.all.hierarchy.above(id)
		for _, name := range chain {
			s.Ancestors = append(s.Ancestors, r.all.hierarchy.groups[name].scope)
		}
		all = append(all, s)
	}
	return all, nil
}

// containers reads the active subscriptions and the tree above them, and returns
// those that the options are about.
func (r *run) containers(ctx context.Context) (map[entitlement.SystemID]subscriptionDocument, error) {
	list := r.listSubscriptions()
	if r.fetch(ctx, list); list.err != nil {
		return nil, list.err
	}
	pages := list.pages
	r.enter(list, &failures{})
	active, err := activeSubscriptions(pages)
	if err != nil {
		return nil, err
	}
	tree := r.tree()
	r.read(ctx, []*part{tree})
	group := strings.ToLower(r.options.ManagementGroup)
	switch {
	case group == "":
		return active, nil
	case tree.err != nil && r.all.hierarchy.groups[group] == nil:
		return nil, fmt.Errorf("read the management group %s: %w", r.options.ManagementGroup, tree.err)
	case r.all.hierarchy.groups[group] == nil:
		return nil, fmt.Errorf("the management group %s: %w", r.options.ManagementGroup, errNoGroup)
	}
	maps.DeleteFunc(active, func(id entitlement.SystemID, _ subscriptionDocument) bool {
		chain, _ := r.all.hierarchy.above(id)
		return !slices.Contains(chain, group)
	})
	return active, nil
}

var errNoGroup = errors.New("it is not there, or can't be seen; give the name of a group, as az account management-group list shows it")

// choose takes the active subscriptions that are wanted. One that is wanted and
// not there fails.
func (r *run) choose(active map[entitlement.SystemID]subscriptionDocument) {
	wanted := r.options.Subscriptions
	if len(wanted) == 0 {
		r.subscriptions = slices.Sorted(maps.Keys(active))
		return
	}
	for _, id := range wanted {
		if _, ok := active[id]; ok {
			r.subscriptions = append(r.subscriptions, id)
			continue
		}
		r.failed[id] = errNotSeen
	}
}
