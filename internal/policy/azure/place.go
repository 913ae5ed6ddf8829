package azure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// place is where a scope or a resource lies: rank counts the containers from
// the root down to the subscription, below is the rest of the path within the
// lowest of them that it is in, in lower case: "" is the container itself. See
// https://learn.microsoft.com/azure/role-based-access-control/scope-overview.
type place struct {
	rank  int
	below string
}

// covers reports whether what is granted at p counts at q. Names are compared
// segment by segment.
func (p place) covers(q place) bool {
	switch {
	case p.rank < q.rank:
		return p.below == ""
	case p.rank > q.rank:
		return false
	}
	return len(q.below) >= len(p.below) && q.below[:len(p.below)] == p.below &&
		(p.below == "" || len(q.below) == len(p.below) || q.below[len(p.below)] == '/')
}

// chain is the line of containers above a subscription.
type chain struct {
	system string         // Subscription id in lower case.
	groups map[string]int // Rank of the management groups by name in lower case.
	open   bool           // The management groups are not known.
	last   int            // Rank of the subscription; 0 is the root.
}

func chainOf(inv *entitlement.Inventory) chain {
	c := chain{system: lower(string(inv.System.ID)), groups: map[string]int{}}
	for _, a := range slices.Backward(inv.Ancestors) {
		if name, _, ok := managementGroup(canonical(string(a.ID))); ok {
			c.last++
			c.groups[name] = c.last
		}
	}
	c.last++
	c.open = len(c.groups) == 0
	return c
}

const (
	subscriptions    = "/subscriptions/"
	managementGroups = "/providers/microsoft.management/managementgroups/"
)

// canonical returns an id in lower case without a slash at its end; that of the
// root is empty.
func canonical(id string) string {
	return strings.TrimRight(lower(strings.TrimSpace(id)), "/")
}

// container takes a prefix and the name after it from a canonical id.
func container(id, prefix string) (name, below string, ok bool) {
	rest, ok := strings.CutPrefix(id, prefix)
	if !ok || rest == "" {
		return "", "", false
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[:i], rest[i:], true
	}
	return rest, "", true
}

func managementGroup(id string) (name, below string, ok bool) {
	return container(id, managementGroups)
}

// place returns where a canonical id lies, and false if that is not in the
// subscription or above it. A management group is taken for one above the
// subscription where none is known.
func (c *chain) place(id string) (place, bool) {
	if name, below, ok := container(id, subscriptions); ok {
		return place{c.last, below}, name == c.system
	}
	if name, below, ok := managementGroup(id); ok {
		rank, known := c.groups[name]
		return place{rank, below}, known || c.open
	}
	return place{0, id}, true
}

// find is place for what is asked about: of the management groups only those
// that are known.
func (c *chain) find(id string) (place, bool) {
	if _, _, ok := managementGroup(id); ok && c.open {
		return place{}, false
	}
	return c.place(id)
}

// typeOfAction returns the type of resource that an action in lower case is on:
// all before the verb.
func typeOfAction(action string) string {
	action = strings.TrimSuffix(action, "/action")
	if i := strings.LastIndexByte(action, '/'); i >= 0 {
		return action[:i]
	}
	return action
}

// typeOfResource returns the type of a resource from its canonical id, or the
// part of it below a subscription; "" if it names none.
func typeOfResource(id string) string {
	i := strings.LastIndex(id, "/providers/")
	if i < 0 {
		return ""
	}
	provider, rest, _ := strings.Cut(id[i+len("/providers/"):], "/")
	var b strings.Builder
	b.WriteString(provider)
	named := false
	for typ := range strings.SplitSeq(rest, "/") {
		if named = !named; named && typ != "" {
			b.WriteByte('/')
			b.WriteString(typ)
		}
	}
	if rest == "" {
		return ""
	}
	return b.String()
}

// The types whose only resource is a subscription or resource group.
const (
	subscriptionType = "microsoft.resources/subscriptions"
	groupType        = "microsoft.resources/subscriptions/resourcegroups"
)

// onSubscription reports whether an action in lower case can only be on the
// subscription itself: those of its own type, and the registration of resource
// providers, as "Microsoft.Storage/register/action".
func onSubscription(action string) bool {
	if typeOfAction(action) == subscriptionType {
		return true
	}
	_, verb, _ := strings.Cut(action, "/")
	return verb == "register/action" || verb == "unregister/action"
}
