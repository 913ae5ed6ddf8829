package escalation

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// full is a policy that grants everything, as somebody would write who may
// write one.
const full = entitlement.PolicyID("leastward-full")

const fullDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// change is what somebody does to an identity.
type change struct {
	policy   entitlement.PolicyID // It gets this policy.
	group    *entitlement.Identity
	rewrites entitlement.PolicyID // This policy of it grants everything from now on.
}

// after returns what an identity may do after a change: no more than its
// boundary, its denies and the control policies leave.
func (f *finder) after(a *actor, c change) *entitlement.Access {
	if !a.view.classOf(a).denies && (c.group == nil || !a.view.anyDenies(c.group.Policies)) {
		return f.unlimited(a, c)
	}
	key := a.class.name + "\x00" + string(c.policy) + "\x00" + string(c.rewrites)
	if c.group != nil {
		key += "\x00" + string(c.group.ID)
	}
	if got := a.view.changed[key]; got != nil {
		return got
	}
	id := *a.Identity
	got := f.hypothetical(a.view, &id, c)
	a.view.changed[key] = got
	return got
}

func (v *view) anyDenies(list []entitlement.PolicyID) bool {
	return slices.ContainsFunc(list, func(p entitlement.PolicyID) bool { return v.text(p).denies })
}

// unlimited is after for an identity that has no Deny and no boundary: it
// keeps what it has.
func (f *finder) unlimited(a *actor, c change) *entitlement.Access {
	switch {
	case c.rewrites != "" || c.policy == full:
		return f.top(a.view)
	case c.group != nil:
		return union(a.access, a.view.account.Access(c.group.ID))
	}
	if a.view.text(c.policy).denies {
		id := *a.Identity
		return f.hypothetical(a.view, &id, c)
	}
	return union(a.access, f.alone(a.view, c.policy))
}

// top returns what a full grant comes to in an account: what the control
// policies leave.
func (f *finder) top(v *view) *entitlement.Access {
	if v.top == nil {
		v.top = f.alone(v, full)
	}
	return v.top
}

// holdsAll reports whether an access is as wide as a full grant.
func (f *finder) holdsAll(v *view, a *entitlement.Access) bool {
	if a.Super {
		return true
	}
	if len(v.inv.Controls) == 0 { // A full grant is everything then.
		return false
	}
	top := f.top(v)
	return !top.Granted().Empty() && covers(a, top)
}

// alone returns what one policy grants by itself.
func (f *finder) alone(v *view, p entitlement.PolicyID) *entitlement.Access {
	key := "\x00" + string(p)
	if got := v.changed[key]; got != nil {
		return got
	}
	got := f.hypothetical(v, &entitlement.Identity{ID: v.probeUser(), Kind: entitlement.User}, change{policy: p})
	v.changed[key] = got
	return got
}

func (v *view) probeUser() entitlement.IdentityID {
	return entitlement.IdentityID("arn:" + v.partition + ":iam::" + v.number + ":user/" + probe)
}

// hypothetical compiles an account that has but one identity, changed.
func (f *finder) hypothetical(v *view, id *entitlement.Identity, c change) *entitlement.Access {
	id.Policies, id.Groups = slices.Clone(id.Policies), slices.Clone(id.Groups)
	if c.policy != "" {
		id.Policies = append(id.Policies, c.policy)
	}
	if c.group != nil {
		id.Groups = append(id.Groups, c.group.ID)
	}
	inv := v.excerpt(*id)
	if c.rewrites != "" {
		inv.Policies[c.rewrites] = entitlement.Policy{ID: c.rewrites, Document: []byte(fullDocument)}
	}
	return v.account.Evaluator().Compile(inv).Access(id.ID)
}

// excerpt returns an inventory of these identities and what belongs to them.
func (v *view) excerpt(list ...entitlement.Identity) *entitlement.Inventory {
	inv := &entitlement.Inventory{
		System: v.inv.System, Controls: v.inv.Controls, ResourceControls: v.inv.ResourceControls,
		Organization: v.inv.Organization, Policies: map[entitlement.PolicyID]entitlement.Policy{
			full: {ID: full, Document: []byte(fullDocument)},
		},
	}
	groups := map[entitlement.IdentityID]bool{}
	for _, id := range list {
		for _, g := range id.Groups {
			groups[g] = true
		}
	}
	for _, id := range list {
		delete(groups, id.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(groups)) {
		if g := v.groupByID[id]; g != nil {
			list = append(list, *g)
		}
	}
	inv.Identities = list
	for i := range list {
		v.copyPolicies(inv, append([]entitlement.PolicyID{list[i].Boundary}, list[i].Policies...))
	}
	for _, level := range slices.Concat(inv.Controls, inv.ResourceControls) {
		v.copyPolicies(inv, level)
	}
	return inv
}

func (v *view) copyPolicies(inv *entitlement.Inventory, list []entitlement.PolicyID) {
	for _, p := range list {
		if policy, ok := v.inv.Policies[p]; ok {
			inv.Policies[p] = policy
		}
	}
}
