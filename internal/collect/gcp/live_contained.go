package gcp

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// contained reads what is asked of each container by itself: deny policies of
// all, principal access boundaries of organizations, and last uses in projects.
func (r *collection) contained(ctx context.Context) {
	projects := r.below("projects/")
	refs := slices.Concat(projects, r.below("folders/"), r.below("organizations/"))
	for ref := r.parent(r.options.Scope); ref != "" && !slices.Contains(refs, ref); ref = r.parent(ref) {
		refs = append(refs, ref)
	}
	r.each(refs, func(ref string) { r.denials(ctx, ref) })
	for _, ref := range refs {
		if strings.HasPrefix(ref, "organizations/") {
			r.boundaries(ctx, ref)
		}
	}
	if !r.options.SkipActivity {
		r.each(projects, func(ref string) { r.lastUses(ctx, ref) })
	}
}

// denials reads the deny policies that are attached to a container: each by
// itself, for lists leave out the rules.
// https://cloud.google.com/iam/docs/reference/rest/v2/policies
func (r *collection) denials(ctx context.Context, ref string) {
	point := "policies/" + url.PathEscape("cloudresourcemanager.googleapis.com/"+ref) + "/denypolicies"
	f := failure{code: CodeDenyPolicies, subject: ref, effect: "deny policies are not known: access may be shown wider than it is"}
	if strings.HasPrefix(ref, "projects/") {
		f.project = ref
	}
	var names []string
	q := call{op: denyList, path: "/v2/" + point, query: url.Values{"pageSize": {"1000"}}}
	f.err = r.client.pages(ctx, q, "policies", func(_, _ int, v any) { names = append(names, lastOf(asObject(v).text("name"))) })
	r.fail(ctx, f)
	for _, name := range names {
		o, err := r.client.get(ctx, call{op: denyGet, path: "/v2/" + point + "/" + url.PathEscape(name)})
		if isNotFound(err) {
			continue // It was deleted since.
		}
		if f.err = err; err == nil {
			r.take(place{file: denyGet.String() + " of " + ref}, map[string]any(o))
		}
		r.fail(ctx, f)
	}
}

// boundaries reads an organization's principal access boundary policies, and
// whom they bind.
// https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies
func (r *collection) boundaries(ctx context.Context, ref string) {
	f := failure{code: CodeAccessBoundaries, subject: ref, effect: "principal access boundaries are not known: access may be shown wider than it is"}
	var names []string
	take := r.records(boundaryList, ref)
	q := call{op: boundaryList, path: "/v3/" + ref + "/locations/global/principalAccessBoundaryPolicies", query: url.Values{"pageSize": {"1000"}}}
	f.err = r.client.pages(ctx, q, "principalAccessBoundaryPolicies", func(page, i int, v any) {
		names = append(names, asObject(v).text("name"))
		take(page, i, v)
	})
	r.fail(ctx, f)
	for _, name := range names {
		q := call{op: boundaryUse, path: "/v3/" + name + ":searchPolicyBindings", query: url.Values{"pageSize": {"1000"}}}
		f.err = r.list(ctx, q, name, "policyBindings")
		r.fail(ctx, f)
	}
}

// lastUses reads when a project's service accounts and their keys were used
// last.
// https://cloud.google.com/policy-intelligence/docs/reference/policyanalyzer/rest/v1/projects.locations.activityTypes.activities/query
func (r *collection) lastUses(ctx context.Context, ref string) {
	for _, op := range []apiMethod{accountActivity, keyActivity} {
		kind := op.method()[strings.LastIndexByte(op.method(), ' ')+1:]
		q := call{
			op: op, path: "/v1/" + ref + "/locations/global/activityTypes/" + kind + "/activities:query", query: url.Values{"pageSize": {"1000"}},
		}
		r.fail(ctx, failure{
			code: CodeActivity, project: ref, subject: ref, err: r.list(ctx, q, ref, "activities"),
			effect: "when service accounts and their keys were used last is known from logs alone",
		})
	}
}
