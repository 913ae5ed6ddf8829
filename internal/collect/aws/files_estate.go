package aws

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// estate routes resources to the inventories of the accounts that own them.
type estate struct {
	accounts map[entitlement.SystemID]*holdings
	order    []*entitlement.Inventory
	home     *holdings // Of resources whose ARN names no account; nil: that has to be said.
	grow     bool      // Accounts that are not known get an inventory.
	quiet    bool      // What is missing was reported before.
	// others counts the resources of accounts that are not known, where estate
	// does not grow.
	others map[string]int
}

// holdings are the resources of one inventory.
type holdings struct {
	inv   *entitlement.Inventory
	index map[entitlement.ResourceID]int
}

func newEstate(inventories ...*entitlement.Inventory) *estate {
	e := &estate{accounts: map[entitlement.SystemID]*holdings{}, others: map[string]int{}}
	for _, inv := range inventories {
		e.add(inv)
	}
	if len(inventories) == 1 {
		e.home = e.accounts[inventories[0].System.ID]
	}
	return e
}

func (e *estate) add(inv *entitlement.Inventory) *holdings {
	h := &holdings{inv: inv, index: map[entitlement.ResourceID]int{}}
	for i := range inv.Resources {
		h.index[inv.Resources[i].ID] = i
	}
	e.accounts[inv.System.ID] = h
	e.order = append(e.order, inv)
	return h
}

// of returns the holdings of an account, "" being that of resources whose ARN
// names none; nil if there are none.
func (e *estate) of(account string) *holdings {
	if account == "" {
		return e.home
	}
	h := e.accounts[entitlement.SystemID(account)]
	if h != nil {
		return h
	}
	if !e.grow {
		e.others[account]++
		return nil
	}
	return e.add(&entitlement.Inventory{
		System:      entitlement.System{ID: entitlement.SystemID(account), Cloud: entitlement.AWS},
		Policies:    map[entitlement.PolicyID]entitlement.Policy{},
		Profiles:    map[entitlement.ResourceID]entitlement.IdentityID{},
		CollectedAt: e.order[0].CollectedAt,
	})
}

// leftOut says which accounts' resources were passed over, "" if none were.
func (e *estate) leftOut() string {
	if len(e.others) == 0 {
		return ""
	}
	n, names := 0, slices.Sorted(maps.Keys(e.others))
	for _, count := range e.others {
		n += count
	}
	if len(names) > 3 {
		names = append(names[:3], "others")
	}
	return fmt.Sprintf("%d resources belong to %s, not to this account, and are left out", n, strings.Join(names, ", "))
}

// enter adds a resource, or what one more file knows of it. It reports whether
// the resource is there with another policy, which stays.
func (h *holdings) enter(r *entitlement.Resource) (conflict bool) {
	i, known := h.index[r.ID]
	if !known {
		h.index[r.ID] = len(h.inv.Resources)
		h.inv.Resources = append(h.inv.Resources, *r)
		return false
	}
	old := &h.inv.Resources[i]
	old.Name = cmp.Or(r.Name, old.Name)
	switch {
	case old.Bucket == nil:
		old.Bucket = r.Bucket
	case r.Bucket != nil:
		complete(old.Bucket, r.Bucket)
	}
	if old.Tags == nil {
		old.Tags = r.Tags
	}
	switch {
	case old.PolicyUnknown:
		old.Policy, old.PolicyUnknown = r.Policy, r.PolicyUnknown
	case !r.PolicyUnknown:
		return !sameDocument(old.Policy, r.Policy)
	}
	return false
}

// sameDocument compares two JSON documents but for the space between words.
func sameDocument(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}
