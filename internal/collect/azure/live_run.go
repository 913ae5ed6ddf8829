package azure

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// run is one run of Collect.
type run struct {
	*Collector
	all           *collection
	subscriptions []entitlement.SystemID // That are read.
	failed        map[entitlement.SystemID]error
	problems      map[entitlement.SystemID][]entitlement.Problem // "" is of the tenant.
}

func newRun(c *Collector) *run {
	return &run{
		Collector: c, all: newCollection(c.options.Now()),
		failed: map[entitlement.SystemID]error{}, problems: map[entitlement.SystemID][]entitlement.Problem{},
	}
}

// part is a list that is read on its own.
type part struct {
	request
	system entitlement.SystemID // "" is of the tenant.
	code   string
	effect string // What a failure means for the reader's figures.
	// permission allows it.
	permission string
	// without, if set, is read where this is refused; what it lacks is effect.
	without *part
	// none tells errors that mean that there is nothing to read.
	none func(error) bool
	// wrap makes one document of all pages, where the record is the list; whole
	// tells that none is missing. Nil is nothing to enter.
	wrap func(values [][]byte, whole bool) []byte
	// vital tells that without it there is no inventory of the subscription.
	vital bool

	pages [][]byte
	err   error
}

// read reads lists, several at a time, and enters them one after the other, so
// that the outcome does not depend on which was faster.
func (r *run) read(ctx context.Context, parts []*part) {
	var group errgroup.Group
	group.SetLimit(r.options.Parallel)
	for _, p := range parts {
		group.Go(func() error { r.fetch(ctx, p); return nil })
	}
	_ = group.Wait() // Failures are the parts' own.
	var failures failures
	for _, p := range parts {
		r.enter(p, &failures)
	}
	for _, f := range failures {
		r.fail(ctx, f)
	}
}

func (r *run) fetch(ctx context.Context, p *part) {
	p.err = r.client.pages(ctx, p.request, func(page []byte) error {
		p.pages = append(p.pages, page)
		return nil
	})
	if p.none != nil && p.err != nil && p.none(p.err) {
		p.err = nil
	}
	if p.err != nil && p.without != nil && isRefused(p.err) {
		p.pages = nil
		r.fetch(ctx, p.without)
	}
}

// enter takes the pages of a list, and notes why there are no more.
func (r *run) enter(p *part, failures *failures) {
	if p.err != nil && p.vital {
		r.failed[p.system] = p.err
		return
	}
	if p.err != nil {
		failures.add(p)
	}
	pages := p.pages
	if p.wrap != nil {
		pages = [][]byte{p.wrap(values(p.pages), p.err == nil)}
	}
	for _, page := range pages {
		r.all.stats.Files++
		(&splitter{c: r.all, name: p.op.String() + of(p.system), b: page}).documents()
	}
	p.pages = nil
	if p.err != nil && p.without != nil && isRefused(p.err) {
		r.enter(p.without, failures)
	}
}

func of(system entitlement.SystemID) string {
	if system == "" {
		return ""
	}
	return " of subscription " + string(system)
}

// failure is a list that was not read, of one subscription or of several of its
// objects.
type failure struct {
	*part
	count int
}

// failures keeps one failure of each code and subscription: a thousand refused
// containers make one problem.
type failures []*failure

func (f *failures) add(p *part) {
	for _, had := range *f {
		if had.code == p.code && had.system == p.system && had.op == p.op && isRefused(had.err) == isRefused(p.err) {
			had.count++
			return
		}
	}
	*f = append(*f, &failure{p, 1})
}

// fail reports a failure as a problem and logs it.
func (r *run) fail(ctx context.Context, f *failure) {
	p := f.problem()
	r.options.Logger.WarnContext(ctx, "a source of the collection is incomplete",
		"subscription", f.system, "code", p.Code, "subject", p.Subject, "permission", p.Permission)
	r.problems[f.system] = append(r.problems[f.system], p)
}

// finish makes the inventories.
func (r *run) finish(ctx context.Context) *Live {
	r.all.pages = newPageLog() // Pages that were not read are problems of their own.
	live := &Live{Estate: r.all.assemble(), Failed: r.failed, Tenants: sortedKeys(r.all.hierarchy.tenants)}
	live.Systems = slices.DeleteFunc(live.Systems, func(inv *entitlement.Inventory) bool {
		return !slices.Contains(r.subscriptions, inv.System.ID) || r.failed[inv.System.ID] != nil
	})
	for _, inv := range live.Systems {
		inv.Problems = append(inv.Problems, sorted(r.problems[inv.System.ID])...)
	}
	live.Problems = append(live.Problems, sorted(r.problems[""])...)
	r.options.Logger.InfoContext(ctx, "read the tenant", "subscriptions", len(live.Systems), "failed", len(live.Failed),
		"records", live.Stats.In, "problems", len(live.Problems))
	return live
}

func sorted(list []entitlement.Problem) []entitlement.Problem {
	slices.SortStableFunc(list, func(a, b entitlement.Problem) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Message, b.Message))
	})
	return list
}
