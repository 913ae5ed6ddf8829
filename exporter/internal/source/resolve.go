package source

import "github.com/leastward/leastward/internal/usage"

// aliases are the other names that logs have for the identities of the
// inventories.
func (r *roll) aliases() *usage.Aliases {
	a := usage.NewAliases()
	for _, one := range r.systems {
		a.Know(one.Inventory)
	}
	return a
}
