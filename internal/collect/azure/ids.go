package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// where tells which container a scope is in.
type where uint8

const (
	elsewhere      where = iota // Of the tenant, and in no subscription.
	atRoot                      // The tenant root, "/".
	inManagement                // A management group.
	inSubscription              // A subscription, or something in it.
)

// locate tells where a scope is, and in which subscription or management group:
// its name in lower case.
func locate(scope string) (where, string) {
	if scope == "/" {
		return atRoot, ""
	}
	if rest, ok := cutFold(scope, "/subscriptions/"); ok {
		if id, _, _ := strings.Cut(rest, "/"); id != "" {
			return inSubscription, strings.ToLower(id)
		}
	}
	if rest, ok := cutFold(scope, managementGroups); ok {
		if name, _, _ := strings.Cut(rest, "/"); name != "" {
			return inManagement, strings.ToLower(name)
		}
	}
	return elsewhere, ""
}

const managementGroups = "/providers/Microsoft.Management/managementGroups/"

// systemOf returns the subscription that an ARM id is in, "" if in none.
func systemOf(id string) entitlement.SystemID {
	if at, name := locate(id); at == inSubscription {
		return entitlement.SystemID(name)
	}
	return ""
}

// cutFold is strings.CutPrefix without regard to case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// typeOf returns the type of the resource that an ARM id names, as
// "Microsoft.Compute/virtualMachines"; "" if it cannot be told.
func typeOf(id string) string {
	lower := strings.ToLower(id)
	i := strings.LastIndex(lower, "/providers/")
	if i < 0 {
		return containerType(strings.Split(strings.Trim(lower, "/"), "/"))
	}
	parts := strings.Split(strings.Trim(id[i+len("/providers/"):], "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	var b strings.Builder
	b.WriteString(parts[0])
	for k := 1; k < len(parts); k += 2 {
		b.WriteByte('/')
		b.WriteString(parts[k])
	}
	return b.String()
}

func containerType(parts []string) string {
	switch {
	case len(parts) == 2 && parts[0] == "subscriptions":
		return "Microsoft.Resources/subscriptions"
	case len(parts) == 4 && parts[0] == "subscriptions" && parts[2] == "resourcegroups":
		return "Microsoft.Resources/resourceGroups"
	}
	return ""
}

// lastOf returns the last part of an id.
func lastOf(id string) string {
	id = strings.TrimRight(id, "/")
	return id[strings.LastIndexByte(id, '/')+1:]
}

// before returns what an extension resource's id is about: what stands before
// "/providers/<its type>/".
func before(id, typ string) string {
	i := strings.LastIndex(strings.ToLower(id), "/providers/"+strings.ToLower(typ)+"/")
	switch {
	case i < 0:
		return ""
	case i == 0:
		return "/"
	}
	return id[:i]
}

// objectID returns an object id as it is compared.
func objectID(s string) entitlement.IdentityID {
	return entitlement.IdentityID(strings.ToLower(strings.TrimSpace(s)))
}
