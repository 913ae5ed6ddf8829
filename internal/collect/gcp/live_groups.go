package gcp

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// groups reads those groups that policies name, with their members, and the
// groups among these in turn.
func (r *collection) groups(ctx context.Context) {
	known := map[string]bool{}
	next := r.named()
	listed := map[string]object{}
	if len(next) > manyGroups {
		listed = r.searched(ctx)
	}
	for len(next) > 0 {
		for _, email := range next {
			known[email] = true
		}
		var mu sync.Mutex // Guards found.
		found := map[string]bool{}
		r.each(next, func(email string) {
			inner := r.group(ctx, email, listed[email])
			mu.Lock()
			defer mu.Unlock()
			for _, e := range inner {
				found[e] = true
			}
		})
		next = next[:0]
		for email := range found {
			if !known[email] {
				next = append(next, email)
			}
		}
	}
}

// named returns the groups that allow and deny policies name.
func (r *collection) named() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[string]bool{}
	var out []string
	note := func(members []string) {
		for _, m := range members {
			email, ok := strings.CutPrefix(m, "group:")
			if !ok {
				email, ok = strings.CutPrefix(m, "principalSet://goog/group/")
			}
			if email = strings.ToLower(email); ok && !seen[email] {
				seen[email] = true
				out = append(out, email)
			}
		}
	}
	for _, p := range r.b.policies {
		for _, x := range p.bindings {
			note(x.members)
		}
	}
	for _, d := range r.b.denials {
		for _, rule := range d.Rules {
			note(rule.Members)
			note(rule.ExceptMembers)
		}
	}
	return out
}

// manyGroups is more than which all groups of the customer are listed, 500 at a
// time, rather than looked up with two requests each.
const manyGroups = 20

// searched returns the groups of the customer by their addresses: none where they
// are not to be had, for then each is looked up.
// https://cloud.google.com/identity/docs/reference/rest/v1/groups/search
func (r *collection) searched(ctx context.Context) map[string]object {
	customer := r.customer()
	if customer == "" {
		return nil
	}
	all := map[string]object{}
	q := call{op: groupSearch, path: "/v1/groups:search", query: url.Values{"view": {"FULL"}, "pageSize": {"500"}, "query": {
		"parent == 'customers/" + customer + "' && 'cloudidentity.googleapis.com/groups.discussion_forum' in labels",
	}}}
	err := r.client.pages(ctx, q, "groups", func(_, _ int, v any) {
		g := asObject(v)
		if email := strings.ToLower(g.object("groupKey").text("id")); email != "" && g.text("name") != "" {
			all[email] = g
		}
	})
	if err != nil {
		r.options.Logger.InfoContext(ctx, "groups are looked up one by one, for they could not be listed", "customer", customer, "err", err)
	}
	return all
}

// customer returns the id of the organization's directory.
func (r *collection) customer() string {
	if c := r.options.Directory.Customer; strings.HasPrefix(c, "C") {
		return c
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, domain := range slices.Sorted(maps.Keys(r.b.domains)) {
		if c := r.b.domains[domain]; c != "" {
			return c
		}
	}
	return ""
}

// group reads one group, or the members of one that is known, and returns the
// groups among them. Those of other organizations are refused.
// https://cloud.google.com/identity/docs/reference/rest/v1/groups
func (r *collection) group(ctx context.Context, email string, g object) (inner []string) {
	f := failure{code: CodeGroups, subject: email, effect: "who is in groups is not known: access that is given through them is left out"}
	defer func() { r.fail(ctx, f) }()
	if g == nil {
		if g, f.err = r.lookedUp(ctx, email); f.err != nil {
			return nil
		}
	}
	name := g.text("name")
	members := []any{}
	q := call{op: memberList, path: "/v1/" + name + "/memberships", query: url.Values{"view": {"FULL"}, "pageSize": {"500"}}}
	f.err = r.client.pages(ctx, q, "memberships", func(_, _ int, v any) {
		members = append(members, v)
		if o := asObject(v); o.text("type") == "GROUP" {
			inner = append(inner, strings.ToLower(o.object("preferredMemberKey").text("id")))
		}
	})
	if f.err == nil {
		g["memberships"] = members // All are known, if there are none, too.
	}
	r.take(place{file: memberList.String() + " of " + email}, map[string]any(g))
	return inner
}

// lookedUp reads a group by its address.
func (r *collection) lookedUp(ctx context.Context, email string) (object, error) {
	found, err := r.client.get(ctx, call{op: groupLookup, path: "/v1/groups:lookup", query: url.Values{"groupKey.id": {email}}})
	if err != nil {
		return nil, err
	}
	return r.client.get(ctx, call{op: groupGet, path: "/v1/" + found.text("name")})
}

// directory reads users and domains.
// https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list
func (r *collection) directory(ctx context.Context) {
	customer := r.options.Directory.Customer
	if customer == "" {
		return
	}
	users := call{op: userList, path: "/admin/directory/v1/users", query: url.Values{"customer": {customer}, "maxResults": {"500"}, "projection": {"full"}}}
	r.fail(ctx, failure{
		code: CodeDirectory, subject: customer, err: r.list(ctx, users, customer, "users"),
		effect: "users of the directory are not known: who has a second factor, signed in or is suspended stays unknown",
	})
	domains := call{op: domainList, path: "/admin/directory/v1/customer/" + url.PathEscape(customer) + "/domains"}
	r.fail(ctx, failure{
		code: CodeDirectory, subject: customer, err: r.list(ctx, domains, customer, "domains"),
		effect: "domains of the directory are not known: users of secondary domains may be shown as guests",
	})
}
