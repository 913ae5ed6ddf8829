package gcp

import (
	"context"
	"net/url"
	"strings"
)

// oneByOne reads without Cloud Asset Inventory what other APIs tell of each
// container: which there are, and their allow policies; service accounts with
// their keys, and custom roles.
func (r *collection) oneByOne(ctx context.Context, resources, policies bool) {
	walk := &walk{client: r.client, found: func(at place, v any) { r.take(at, v) }}
	refs := walk.from(ctx, r.options.Scope)
	for _, f := range walk.failures {
		r.fail(ctx, f)
	}
	r.each(refs, func(ref string) {
		if policies {
			r.policyOf(ctx, ref)
		}
		if resources {
			r.accountsOf(ctx, ref)
		}
	})
}

// policyOf reads the allow policy of a container, unless it was read. A project
// whose policy is refused is not read at all: nobody would seem to have access.
func (r *collection) policyOf(ctx context.Context, ref string) {
	if r.hasPolicy(ref) {
		return
	}
	f := failure{code: CodePoliciesAbove, subject: ref, effect: "what is granted at " + ref + " is not known: access may be shown narrower than it is"}
	if f.err = r.readPolicy(ctx, ref); f.err == nil {
		return
	}
	if strings.HasPrefix(ref, "projects/") {
		f.effect = "nothing can be said of the project: its allow policy could not be read"
		r.mu.Lock()
		defer r.mu.Unlock()
		r.unread[ref] = f
		return
	}
	r.fail(ctx, f)
}

func (r *collection) hasPolicy(ref string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.b.policies {
		if c := containerOf(p.name); c != "" && r.b.tree.canonical(c) == r.b.tree.canonical(ref) {
			return true
		}
	}
	return false
}

// readPolicy reads the allow policy of a container with its conditions.
// https://cloud.google.com/resource-manager/reference/rest/v3/projects/getIamPolicy
func (r *collection) readPolicy(ctx context.Context, ref string) error {
	op := projectPolicy
	switch {
	case strings.HasPrefix(ref, "folders/"):
		op = folderPolicy
	case strings.HasPrefix(ref, "organizations/"):
		op = orgPolicy
	}
	o, err := r.client.get(ctx, call{op: op, path: "/v3/" + ref + ":getIamPolicy", body: map[string]any{
		"options": map[string]any{"requestedPolicyVersion": 3},
	}})
	if err != nil {
		return err
	}
	r.take(place{file: op.String() + " of " + ref}, map[string]any{"resource": ref, "policy": map[string]any(o)})
	return nil
}

// accountsOf reads a project's service accounts with their keys, and the custom
// roles of a project or an organization.
func (r *collection) accountsOf(ctx context.Context, ref string) {
	if !strings.HasPrefix(ref, "folders/") {
		r.rolesOf(ctx, ref)
	}
	if !strings.HasPrefix(ref, "projects/") {
		return
	}
	var accounts []string
	take := r.records(accountList, ref)
	err := r.client.pages(ctx, call{op: accountList, path: "/v1/" + ref + "/serviceAccounts", query: url.Values{"pageSize": {"100"}}}, "accounts", func(page, i int, v any) {
		accounts = append(accounts, asObject(v).text("name"))
		take(page, i, v)
	})
	r.fail(ctx, failure{code: CodeServiceAccounts, project: ref, subject: ref, err: err, effect: "service accounts that hold no grant are not known"})
	for _, name := range accounts {
		q := call{op: keyList, path: "/v1/" + name + "/keys", query: url.Values{"keyTypes": {"USER_MANAGED"}}}
		r.fail(ctx, failure{
			code: CodeKeys, project: ref, subject: name, err: r.list(ctx, q, name, "keys"), effect: "keys of service accounts are not known",
		})
	}
}

func (r *collection) rolesOf(ctx context.Context, ref string) {
	q := call{op: customRoleList, path: "/v1/" + ref + "/roles", query: url.Values{"view": {"FULL"}, "pageSize": {"1000"}, "showDeleted": {"true"}}}
	f := failure{code: CodeRoles, subject: ref, err: r.list(ctx, q, ref, "roles"), effect: "custom roles are not known: what they grant is left out"}
	if strings.HasPrefix(ref, "projects/") {
		f.project = ref
	}
	r.fail(ctx, f)
}
