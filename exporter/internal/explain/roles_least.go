package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// shownRoles is how many roles are proposed.
const shownRoles = 3

// least names those of the vendor's roles that have an action and hold the
// fewest others. The action is in lower case.
func (w *Roles) least(action string) []string {
	type candidate struct {
		role *entitlement.RoleDefinition
		size int
	}
	var found []candidate
	roles := rolesOf(w.cloud)
	for i := range roles {
		if gives, _ := w.gives(&roles[i], action); gives && !roles[i].Deleted && !ofAgent(&roles[i]) {
			found = append(found, candidate{&roles[i], w.size(&roles[i])})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.size, b.size) })
	var names []string
	for _, c := range found[:min(shownRoles, len(found))] {
		if w.cloud == entitlement.Azure {
			names = append(names, c.role.Name)
			continue
		}
		names = append(names, string(c.role.ID))
	}
	return names
}

// rolesOf returns the roles that the vendor of a cloud made.
func rolesOf(cloud entitlement.Cloud) []entitlement.RoleDefinition {
	if cloud == entitlement.Azure {
		return catalog.AzureRoles()
	}
	return catalog.GCPRoles()
}

// byID returns the roles of a cloud's vendor by their ids.
func byID(cloud entitlement.Cloud) map[entitlement.RoleID]*entitlement.RoleDefinition {
	list := rolesOf(cloud)
	roles := make(map[entitlement.RoleID]*entitlement.RoleDefinition, len(list))
	for i := range list {
		roles[list[i].ID] = &list[i]
	}
	return roles
}

// ofAgent reports whether a role is for the agent of a service of Google Cloud,
// and nobody else.
func ofAgent(role *entitlement.RoleDefinition) bool {
	return strings.HasSuffix(strings.ToLower(string(role.ID)), "serviceagent")
}

// size counts the actions that a role has.
func (w *Roles) size(role *entitlement.RoleDefinition) (n int) {
	for i := range role.Blocks {
		b := &role.Blocks[i]
		if w.cloud == entitlement.GCP {
			n += len(b.Actions)
			continue
		}
		n += w.span(b.Actions, b.NotActions) + w.span(b.DataActions, b.NotDataActions)
	}
	return n
}

// span counts the actions that some patterns match and others do not.
func (w *Roles) span(patterns, not []string) int {
	set := entitlement.NewActionSet(w.catalog.Len())
	for _, p := range patterns {
		set = set.Union(w.catalog.Match(p))
	}
	for _, p := range not {
		set = set.Minus(w.catalog.Match(p))
	}
	return set.Len()
}
