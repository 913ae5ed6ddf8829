package gcp

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// denial is a deny policy with where it is attached.
type denial struct {
	entitlement.Denial
	src *source
}

// deny takes a deny policy as it is described; lists leave out its rules.
// https://cloud.google.com/iam/docs/reference/rest/v2/policies
func (b *builder) deny(src *source, o object, _ *around) {
	name := cmp.Or(o.text("name"), relative(o.text(fullNameKey)))
	point := attachment(name)
	switch {
	case point == "":
		b.reject(src, records.MissingField, "name: %q does not tell the attachment point, as in "+
			"policies/cloudresourcemanager.googleapis.com%%2Fprojects%%2F123/denypolicies/p", clip(name))
		return
	case len(o.list("rules")) == 0:
		b.reject(src, Incomplete, "deny policy %s has no rules, as in lists: get each "+
			"(gcloud iam policies get ID --attachment-point=… --kind=denypolicies)", name)
		return
	}
	d := &denial{src: src, Denial: entitlement.Denial{
		ID: name, Name: cmp.Or(o.text("displayName"), lastOf(name)), Scope: entitlement.ResourceID(point),
	}}
	for i, v := range o.list("rules") {
		rule := asObject(v)
		at := src.within(", %s, rules[%d]", name, i)
		if r, ok := b.denyRule(at, rule.object("denyRule")); ok {
			d.Description = cmp.Or(d.Description, rule.text("description"))
			d.Rules = append(d.Rules, r)
		}
	}
	b.denials = append(b.denials, d)
	b.present(point)
}

func (b *builder) denyRule(at place, o object) (entitlement.DenialRule, bool) {
	r := entitlement.DenialRule{Members: o.texts("deniedPrincipals"), ExceptMembers: o.texts("exceptionPrincipals")}
	block := entitlement.PermissionBlock{Actions: o.texts("deniedPermissions"), NotActions: o.texts("exceptionPermissions")}
	r.Blocks = []entitlement.PermissionBlock{block}
	if c := o.object("denialCondition"); c.text("expression") != "" {
		r.Condition = &entitlement.Condition{Title: c.text("title"), Description: c.text("description"), Expression: c.text("expression")}
	}
	switch {
	case len(r.Members) == 0:
		b.problem(at, records.MissingField, "denyRule.deniedPrincipals is missing: the rule denies nothing; export the policy again")
	case len(block.Actions) == 0:
		b.problem(at, records.MissingField, "denyRule.deniedPermissions is missing: the rule denies nothing; export the policy again")
	default:
		return r, true
	}
	return r, false
}

// boundary is a principal access boundary policy.
type boundary struct {
	name, title, version string
	resources            []entitlement.ResourceID
}

// boundaryBinding binds one to a set of principals.
type boundaryBinding struct {
	src                  *source
	name, policy, target string
	condition            *entitlement.Condition
}

// limit takes a principal access boundary policy.
// https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies
func (b *builder) limit(src *source, o object, _ *around) {
	name := relative(o.text("name"))
	details := o.object("details")
	p := &boundary{name: name, title: o.text("displayName"), version: details.text("enforcementVersion")}
	for i, rule := range details.objects("rules") {
		if effect := rule.text("effect"); effect != "" && effect != "ALLOW" {
			b.problem(src.within(", %s, details.rules[%d]", name, i), records.UnsupportedShape,
				"effect: %q is not ALLOW: the rule is left out", clip(effect))
			continue
		}
		for _, r := range rule.texts("resources") {
			p.resources = append(p.resources, entitlement.ResourceID(r))
		}
	}
	if details == nil {
		b.reject(src, Incomplete, "details of %s is missing: describe the policy "+
			"(gcloud iam principal-access-boundary-policies describe)", name)
		return
	}
	b.limits[name] = p
}

// limitBinding takes a binding of such a policy.
// https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.policyBindings
func (b *builder) limitBinding(src *source, o object, _ *around) {
	x := &boundaryBinding{
		src: src, name: relative(o.text("name")), policy: relative(o.text("policy")),
		target: o.object("target").text("principalSet"), condition: condition(o),
	}
	switch kind := o.text("policyKind"); {
	case kind != "" && kind != "PRINCIPAL_ACCESS_BOUNDARY":
		b.reject(src, records.UnsupportedShape, "policyKind: %q is not PRINCIPAL_ACCESS_BOUNDARY, the only one that is read", clip(kind))
	case x.policy == "":
		b.reject(src, records.MissingField, "policy of binding %s is missing; export it again", x.name)
	case x.target == "":
		b.reject(src, records.MissingField, "target.principalSet of binding %s is missing; export it again", x.name)
	default:
		b.bound = append(b.bound, x)
	}
}

// relative leaves the service out of a full resource name.
func relative(name string) string {
	if rest, ok := strings.CutPrefix(name, "//"); ok {
		_, name, _ = strings.Cut(rest, "/")
	}
	return name
}
