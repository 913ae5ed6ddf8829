package assess

import (
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// know tells the index the other names of the identities.
func know(inv *entitlement.Inventory, uses *usage.Index) {
	names := usage.NewAliases()
	names.Know(inv)
	uses.AliasAll(names)
}

// actsAs returns under whose name logs know an identity: its own, and on Azure
// and Google Cloud of a function or an instance that of whom it runs as. On AWS
// their sessions tell them apart.
func actsAs(id *entitlement.Identity, cloud entitlement.Cloud) entitlement.IdentityID {
	if id.RunsAs != "" && (cloud == entitlement.Azure || cloud == entitlement.GCP) {
		return id.RunsAs
	}
	return id.ID
}

// observable returns the actions whose use the logs at hand can show. Each
// subscription and project switches the logs of its data on by itself.
func observable(s entitlement.System, uses *usage.Index) entitlement.ActionSet {
	if s.Cloud == entitlement.Azure || s.Cloud == entitlement.GCP {
		return uses.ObservableIn(s.ID)
	}
	return uses.Observable()
}

// touched returns who did what to which resources.
func touched(list []Identity, cloud entitlement.Cloud, uses *usage.Index, from, to time.Time) *usage.Touched {
	ids := make([]entitlement.IdentityID, len(list))
	for i := range list {
		ids[i] = actsAs(list[i].Identity, cloud)
	}
	return uses.Touched(ids, from, to)
}

// lendLastUse gives functions and instances the cloud's own record of the last
// use of the identity that they run as.
func lendLastUse(list []Identity, cloud entitlement.Cloud) {
	by := make(map[entitlement.IdentityID]*Identity, len(list))
	for i := range list {
		by[list[i].ID] = &list[i]
	}
	for i := range list {
		one := &list[i]
		if as := by[actsAs(one.Identity, cloud)]; as != nil && as != one {
			one.LastActive = later(one.LastActive, as.LastActive)
		}
	}
}

// onlyInLogs lists the identities that acted but are not in the inventory.
func onlyInLogs(inv *entitlement.Inventory, uses *usage.Index) []entitlement.IdentityID {
	known := make(map[string]bool, len(inv.Identities))
	for i := range inv.Identities {
		known[usage.Canonical(inv.Identities[i].ID)] = true
		known[usage.Canonical(actsAs(&inv.Identities[i], inv.System.Cloud))] = true
	}
	var list []entitlement.IdentityID
	for _, id := range uses.Identities() {
		if !known[usage.Canonical(id)] {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}
