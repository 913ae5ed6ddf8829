package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// constraints takes the one organization policy that is looked at: whether
// anything in Cloud Storage may be public. It stands with its container, in the
// first version's form, or is an asset of its own.
// https://cloud.google.com/storage/docs/org-policy-constraints#public-access-prevention
func (b *builder) constraints(name string, o object) {
	const constraint = "storage.publicAccessPrevention"
	for _, p := range o.objects("orgPolicy") {
		if p.text("constraint") == "constraints/"+constraint && !p.has("restoreDefault") {
			b.prevention[containerOf(name)] = p.object("booleanPolicy").is("enforced")
		}
	}
	rest, ok := strings.CutSuffix(name, "/policies/"+constraint)
	if !ok {
		return
	}
	spec := o.object("resource", "data", "spec")
	for _, rule := range spec.objects("rules") {
		if rule.object("condition") == nil { // Of rules with a condition nobody could tell which hold.
			b.prevention[relative(rest)] = rule.is("enforce")
		}
	}
}

// prevent marks a bucket as not public where the nearest container with a policy
// enforces that.
func (a *assembly) prevent(s *system, k *entitlement.Bucket) {
	if k == nil || k.PublicAllowed != entitlement.Yes {
		return
	}
	refs := []string{s.node.ref}
	for _, scope := range s.inv.Ancestors {
		refs = append(refs, containerOf(string(scope.ID)))
	}
	for _, ref := range refs {
		if enforced, known := a.prevented[ref]; known {
			if enforced {
				k.PublicAllowed = entitlement.No
			}
			return
		}
	}
}
