package source

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// resolver puts the identities that the inventories know in the place of other
// names that the logs have for them.
func (r *roll) resolver() func(*auditlog.Event) {
	names := map[string]entitlement.IdentityID{}
	for _, one := range r.systems {
		list := one.Inventory.Identities
		for i := range list {
			for _, name := range []string{list[i].Email, list[i].AppID, list[i].UniqueID} {
				name = strings.ToLower(name)
				if known, twice := names[name]; twice && known != list[i].ID {
					names[name] = "" // Nobody can tell whom it means.
				} else if name != "" {
					names[name] = list[i].ID
				}
			}
		}
	}
	return func(ev *auditlog.Event) {
		if r.homes[ev.Identity] != nil {
			return
		}
		if id := names[strings.ToLower(string(ev.Identity))]; id != "" {
			ev.Identity = id
		}
	}
}
