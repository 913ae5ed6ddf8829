package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// isRoot reports whether the identity is the account's root user, for whom IAM
// has no calls.
func isRoot(i *entitlement.Identity) bool { return strings.HasSuffix(string(i.ID), ":root") }

// pick returns copies of the identities that fit.
func (r *collection) pick(fit func(*entitlement.Identity) bool) []entitlement.Identity {
	var found []entitlement.Identity
	r.update(func(inv *entitlement.Inventory) {
		for i := range inv.Identities {
			if fit(&inv.Identities[i]) {
				found = append(found, inv.Identities[i])
			}
		}
	})
	return found
}

// change edits one identity of the inventory.
func (r *collection) change(id entitlement.IdentityID, edit func(*entitlement.Identity)) {
	r.update(func(inv *entitlement.Inventory) {
		for n := len(r.index); n < len(inv.Identities); n++ {
			r.index[inv.Identities[n].ID] = n
		}
		if n, known := r.index[id]; known {
			edit(&inv.Identities[n])
		}
	})
}

// maxFailures is how many identities may fail before a source gives up on the
// rest: by then it isn't about the identities.
const maxFailures = 10

// eachIdentity calls read for every identity, several at a time. Identities
// deleted since the collection began are skipped; a refusal ends the source,
// because it would be the same for the others. All failures together become
// one problem, which says how many identities are missing.
func (r *collection) eachIdentity(
	ctx context.Context, all []entitlement.Identity, code, effect string,
	read func(context.Context, entitlement.Identity) error,
) {
	var failed failures
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for _, identity := range all {
		group.Go(func() error {
			if inner.Err() == nil {
				return failed.add(read(inner, identity))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil || failed.first != nil || ctx.Err() != nil {
		what := fmt.Sprintf("%s: read for %d of %d identities", effect, failed.done, len(all))
		r.fail(ctx, code, string(r.account), what, errors.Join(ctx.Err(), failed.first))
	}
}

// failures collects what went wrong for single identities.
type failures struct {
	mu    sync.Mutex // Guards the fields below.
	done  int
	count int
	first error
}

// add notes one outcome and returns an error if the source should end.
func (f *failures) add(err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil || isNotFound(err) {
		f.done++
		return nil
	}
	if f.first == nil {
		f.first = err
	}
	f.count++
	if isRefused(err) || isExpired(err) || f.count >= maxFailures {
		return err
	}
	return nil
}
