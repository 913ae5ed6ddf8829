package explain

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// The prefixes of scopes.
const (
	managementGroups = "/providers/microsoft.management/managementgroups/"
	subscriptions    = "/subscriptions/"
	resourceManager  = "//cloudresourcemanager.googleapis.com/"
)

// SystemScope returns the scope that a subscription or a project is.
func SystemScope(s entitlement.System) entitlement.ResourceID {
	if s.Cloud == entitlement.Azure {
		return entitlement.ResourceID(subscriptions + string(s.ID))
	}
	return entitlement.ResourceID(resourceManager + "projects/" + string(s.ID))
}

// scope names a scope or a resource to people.
func (w *Roles) scope(b []byte, id entitlement.ResourceID) []byte {
	if w.cloud == entitlement.Azure {
		return w.azureScope(b, string(id))
	}
	return w.gcpScope(b, string(id))
}

func (w *Roles) azureScope(b []byte, id string) []byte {
	lower := strings.ToLower(id)
	switch rest, of := strings.CutPrefix(lower, subscriptions); {
	case lower == "/":
		return append(b, "the root of the tenant"...)
	case strings.HasPrefix(lower, managementGroups):
		return w.named(append(b, "the management group "...), id[len(managementGroups):], lower)
	case of && !strings.Contains(rest, "/"):
		return w.named(append(b, "the subscription "...), id[len(subscriptions):], lower)
	case of:
		if group, in := resourceGroup(id, rest); in {
			b = append(append(append(b, "the resource group "...), group...), " of the subscription "...)
			system := rest[:strings.IndexByte(rest, '/')]
			return append(b, cmp.Or(w.scopes[subscriptions+system], system)...)
		}
	}
	return append(b, id...)
}

// resourceGroup returns the name of the resource group that a scope is, if it is
// one; rest is what follows "/subscriptions/" in lower case.
func resourceGroup(id, rest string) (string, bool) {
	_, after, _ := strings.Cut(rest, "/")
	name, is := strings.CutPrefix(after, "resourcegroups/")
	if !is || strings.Contains(name, "/") {
		return "", false
	}
	return id[len(id)-len(name):], true
}

func (w *Roles) gcpScope(b []byte, id string) []byte {
	rest, of := strings.CutPrefix(id, resourceManager)
	sort, name, two := strings.Cut(rest, "/")
	if !of || !two || strings.Contains(name, "/") {
		return append(b, id...)
	}
	return w.named(append(append(append(b, "the "...), strings.TrimSuffix(sort, "s")...), ' '), name, strings.ToLower(id))
}

// named appends an id with the name that people know it by.
func (w *Roles) named(b []byte, id, scope string) []byte {
	name := w.scopes[scope]
	if name == "" || strings.EqualFold(name, id) {
		return append(b, id...)
	}
	return append(append(append(append(b, name...), " ("...), id...), ')')
}
