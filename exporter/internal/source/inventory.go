package source

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// inventoried is a source whose inventory can be read without its events.
type inventoried interface {
	inventory(ctx context.Context, now time.Time) (*entitlement.Inventory, error)
}

var (
	_ inventoried = (*Files)(nil)
	_ inventoried = (*live)(nil)
)

// parallelAccounts is how many accounts are read at once.
const parallelAccounts = 4

// Inventories reads each system once, without its events and without keeping
// anything: the accounts, in their order, then the systems of the sections. It
// needs no store. A system that cannot be read is an error: without it, answers
// about the others could be wrong. Systems that nobody named are read where the
// section takes any. Problems that are of no system are the first one's.
func Inventories(ctx context.Context, o Options, now time.Time) ([]*entitlement.Inventory, error) {
	sources, err := New(o)
	if err != nil {
		return nil, err
	}
	list := make([]*entitlement.Inventory, len(sources))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(parallelAccounts)
	for i, s := range sources {
		group.Go(func() (err error) {
			one, ok := s.(inventoried)
			if !ok {
				return fmt.Errorf("account %s has no inventory", s.System().ID)
			}
			list[i], err = one.inventory(within, now)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, section := range o.Sections {
		live, err := o.liveInventories(ctx, section, now)
		if err != nil {
			return nil, err
		}
		list = append(list, live...)
		for _, e := range estatesOf(section, &o) {
			found, err := e.Inventories(ctx, now)
			if err != nil {
				return nil, err
			}
			list = append(list, found...)
		}
	}
	return list, nil
}

// Inventories reads who may do what. A system that is expected and not there is
// an error. Problems that are of no system are the first one's.
func (e *Estate) Inventories(ctx context.Context, now time.Time) ([]*entitlement.Inventory, error) {
	found, err := e.entitlements(ctx, now)
	if err != nil {
		return nil, err
	}
	for i := range e.Expect {
		if id := e.Expect[i].ID; !slices.ContainsFunc(found.systems, func(inv *entitlement.Inventory) bool { return inv.System.ID == id }) {
			return nil, e.lacks(id)
		}
	}
	switch {
	case len(found.systems) > 0:
		found.systems[0].Problems = append(found.systems[0].Problems, found.problems...)
	case len(found.problems) > 0:
		return nil, e.nothing(found.problems)
	}
	return found.systems, nil
}

// nothing says why files hold no system at all, by the first things that could
// not be read.
func (e *Estate) nothing(problems []entitlement.Problem) error {
	const shown = 3
	var said []string
	for _, p := range problems[:min(len(problems), shown)] {
		said = append(said, p.Subject+": "+p.Message)
	}
	if n := len(problems) - shown; n > 0 {
		said = append(said, fmt.Sprintf("and %d more", n))
	}
	return fmt.Errorf("the files hold no %s; docs/files-%s.md says what to export: %s", plural(e.Cloud, 1), e.Cloud, strings.Join(said, "; "))
}

func (e *Estate) lacks(id entitlement.SystemID) error {
	return fmt.Errorf("the files hold nothing of %s %s; check its id, and that it was exported", plural(e.Cloud, 1), id)
}

// inventory reads the files but for the events.
func (f *Files) inventory(_ context.Context, now time.Time) (*entitlement.Inventory, error) {
	inv, err := aws.ReadFiles(aws.Files{AuthorizationDetails: f.Paths.AuthorizationDetails}, now)
	if err != nil {
		return nil, err
	}
	if f.Expect.ID != "" && inv.System.ID == "" {
		return nil, fmt.Errorf("%s: has no user, group, role or policy, and so does not tell whether it is of account %s; every account has roles of AWS: export it again",
			f.Paths.AuthorizationDetails, f.Expect.ID)
	}
	if f.Expect.ID != "" && inv.System.ID != f.Expect.ID {
		return nil, fmt.Errorf("%s: is of account %s, not of %s", f.Paths.AuthorizationDetails, inv.System.ID, f.Expect.ID)
	}
	f.extras(inv)
	adopt(inv, f.Expect)
	return inv, nil
}

// inventory collects what is no event. Where events would come from is not
// asked for, and neither is when each service was last used.
func (l *live) inventory(ctx context.Context, _ time.Time) (*entitlement.Inventory, error) {
	options := l.awsOptions(nil)
	options.Trail, options.LookupEvents, options.AccessAdvisor = aws.Bucket{}, false, false
	account, err := aws.New(ctx, options)
	if err != nil {
		return nil, err
	}
	inv, err := account.Collect(ctx)
	if err != nil {
		return nil, err
	}
	adopt(inv, l.expect)
	return inv, nil
}
