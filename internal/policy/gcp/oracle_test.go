package gcp_test

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// oracle answers requests to drawn worlds by the letter of the documentation,
// one step after the other, and shares no code with the evaluator. What is not
// known of a request is given to it.
type oracle struct {
	world

	tagAllows, tagDenies bool // Whether the resource has the tags of grants and of denials.
}

// chainOf returns the resource and all above it.
func chainOf(resource string) []string {
	above := []string{project + "p", folder + "222", org + "333"}
	switch resource {
	case project + "p":
		return above
	case folder + "222":
		return above[1:]
	case org + "333":
		return above[2:]
	}
	return append([]string{resource}, above...)
}

// isMember follows groups until nothing new is found.
func (o *oracle) isMember(who, member string) bool {
	kind, rest, _ := strings.Cut(member, ":")
	switch {
	case member == "allUsers", member == "principalSet://goog/public:all":
		return true
	case member == "allAuthenticatedUsers":
		return true
	case kind == "deleted":
		return false
	case kind == "domain":
		return strings.HasSuffix(who, "@"+rest)
	case kind == "projectOwner":
		return o.holds(who, "roles/owner")
	}
	for _, prefix := range []string{"user:", "serviceAccount:", "group:", "principal://goog/subject/", "principalSet://goog/group/", "principal://iam.googleapis.com/projects/-/serviceAccounts/"} {
		if target, ok := strings.CutPrefix(member, prefix); ok {
			return who == target || o.inGroup(who, target, 0)
		}
	}
	return false
}

func (o *oracle) inGroup(who, group string, depth int) bool {
	if depth > 10 {
		return false
	}
	for _, id := range o.Identities {
		if string(id.ID) != who {
			continue
		}
		for _, g := range id.Groups {
			if string(g) == group || o.inGroup(string(g), group, depth+1) {
				return true
			}
		}
	}
	return false
}

func (o *oracle) holds(who string, role entitlement.RoleID) bool {
	return slices.ContainsFunc(o.Grants, func(g entitlement.RoleGrant) bool {
		return g.Role == role && string(g.Scope) == project+"p" && g.Condition == nil && !strings.HasPrefix(g.Member, "project") && o.isMember(who, g.Member)
	})
}

// true reports whether one of the drawn conditions holds.
func (o *oracle) true(c *entitlement.Condition, permission, resource string) bool {
	if c == nil {
		return true
	}
	switch c.Expression {
	case tagAllows:
		return o.tagAllows
	case tagDenies:
		return o.tagDenies
	case isB1:
		return resource == bucket+"b1" && permission != "storage.objects.get" // That is about an object.
	case stillValid:
		return true
	}
	return false // It has expired.
}

// The conditions that are drawn.
const (
	tagAllows  = `resource.matchTag("333/allow", "yes")`
	tagDenies  = `resource.matchTag("333/deny", "yes")`
	isB1       = `resource.name == "projects/_/buckets/b1"`
	stillValid = `request.time < timestamp("2030-01-01T00:00:00Z")`
	expired    = `request.time < timestamp("2020-01-01T00:00:00Z")`
)

// firstBlocked is the version of enforcement from which on boundaries block a
// permission, by
// https://cloud.google.com/iam/docs/pab-blocked-permissions; 9 is never.
func firstBlocked(permission string) int {
	switch permission {
	case "storage.objects.get", "storage.buckets.get":
		return 1
	case "storage.buckets.delete":
		return 2
	case "iam.roles.delete":
		return 3
	}
	return 9
}

func (o *oracle) barred(who, permission, resource string) bool {
	bound, eligible := false, false
	for _, b := range o.Boundaries {
		account := strings.HasSuffix(who, "@p.iam.gserviceaccount.com")
		switch b.Target {
		case org + "333":
			if !account && !strings.HasSuffix(who, "@example.com") {
				continue
			}
		case project + "p":
			if !account {
				continue
			}
		}
		if version := map[string]int{"": 4, "1": 1, "2": 2, "3": 3}[b.Version]; version < firstBlocked(permission) {
			continue
		}
		bound = true
		for _, r := range b.Resources {
			eligible = eligible || slices.Contains(chainOf(resource), string(r))
		}
	}
	return bound && !eligible
}

func (o *oracle) denied(who, permission, resource string) bool {
	for _, d := range o.Denials {
		if !slices.Contains(chainOf(resource), string(d.Scope)) {
			continue
		}
		for _, rule := range d.Rules {
			is := func(m string) bool { return o.isMember(who, m) }
			if slices.ContainsFunc(rule.Members, is) && !slices.ContainsFunc(rule.ExceptMembers, is) &&
				named(rule.Blocks[0].Actions, permission) && !named(rule.Blocks[0].NotActions, permission) && o.true(rule.Condition, permission, resource) {
				return true
			}
		}
	}
	return false
}

// named reports whether permissions in the spelling of deny policies name one.
func named(list []string, permission string) bool {
	service, rest, _ := strings.Cut(permission, ".")
	kind, _, _ := strings.Cut(rest, ".")
	return slices.ContainsFunc(list, func(s string) bool {
		return s == service+".googleapis.com/"+rest || s == service+".googleapis.com/"+kind+".*" || s == service+".googleapis.com/*.*"
	})
}

func (o *oracle) granted(who, permission, resource string) bool {
	for _, g := range o.Grants {
		role, ok := o.Roles[g.Role]
		if !ok || role.Deleted || !slices.Contains(chainOf(resource), string(g.Scope)) || !o.isMember(who, g.Member) || !o.true(g.Condition, permission, resource) {
			continue
		}
		if slices.Contains(role.Blocks[0].Actions, permission) {
			return true
		}
	}
	return false
}

// possible tells whether the request is allowed in some and in all ways of what
// is not known, and whether it is denied in all.
func (w world) possible(who, permission, resource string) (some, all, denied bool) {
	all, denied = true, true
	for i := range 4 {
		o := oracle{world: w, tagAllows: i&1 != 0, tagDenies: i&2 != 0}
		against := o.barred(who, permission, resource) || o.denied(who, permission, resource)
		ok := !against && o.granted(who, permission, resource)
		some, all, denied = some || ok, all && ok, denied && against
	}
	return some, all, denied
}
