package azure

import "strings"

// The tenant and its management groups. The ids are none that Azure gives out.
const (
	tenantID    = "99999999-9999-9999-9999-999999999999"
	partnerID   = "88888888-8888-8888-8888-888888888888" // The vendor's tenant.
	domain      = "examplecorp.example"
	partner     = "partner.example"
	managements = "/providers/Microsoft.Management/managementGroups/"
	root        = managements + tenantID
)

// subscription is one subscription with the management group above it.
type subscription struct {
	id, name, group, env string
	share                int // Of a hundred identities, those at home here and in those before.
	locked               bool
}

func subscriptions() []*subscription {
	return []*subscription{
		{id: "11111111-1111-1111-1111-111111111111", name: "sub-production", group: "production", env: "prod", share: 40},
		// A managed application holds a part of this one, which nobody here owns.
		{id: "22222222-2222-2222-2222-222222222222", name: "sub-data", group: "production", env: "data", share: 60, locked: true},
		{id: "33333333-3333-3333-3333-333333333333", name: "sub-development", group: "development", env: "dev", share: 100},
	}
}

func (s *subscription) path() string { return "/subscriptions/" + s.id }

// resourceGroup returns the resource group of a team.
func (s *subscription) resourceGroup(team string) string {
	return s.path() + "/resourceGroups/rg-" + team + "-" + s.env
}

func (s *subscription) in(team, provider, name string) string {
	return s.resourceGroup(team) + "/providers/" + provider + "/" + name
}

func (s *subscription) storage(team string) string {
	return s.in(team, "Microsoft.Storage/storageAccounts", s.storageName(team))
}

func (s *subscription) storageName(team string) string { return "excorp" + s.env + team }

func (s *subscription) vault(team string) string {
	return s.in(team, "Microsoft.KeyVault/vaults", "kv-"+team+"-"+s.env)
}

// below reports whether the subscription is at a scope or below it.
func (s *subscription) below(scope string) bool {
	return scope == root || scope == managements+s.group || scope == s.path() || strings.HasPrefix(scope, s.path()+"/")
}

// whole reports whether a scope holds all of the subscription.
func (s *subscription) whole(scope string) bool {
	return scope == root || scope == managements+s.group || scope == s.path()
}

func teams() []string {
	return []string{"payments", "storefront", "data", "platform", "security", "mobile"}
}

func region(team string) string {
	switch team {
	case "data":
		return "eastus"
	case "mobile", "storefront":
		return "northeurope"
	}
	return "westeurope"
}
