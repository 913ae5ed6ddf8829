package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// selfMoves returns the ways in which an identity can give itself more.
func (f *finder) selfMoves(who *actor) []*move {
	var out []*move
	for _, p := range f.holds(who, func(p *plan) bool { return p.shape == onSelf }) {
		out = append(out, f.selfMove(who, p)...)
	}
	return out
}

func (f *finder) selfMove(who *actor, p *plan) []*move {
	action := p.list[0]
	user := who.Kind == entitlement.User
	switch action {
	case "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion":
		return f.policyMoves(who, p)
	case "iam:PutUserPolicy", "iam:AttachUserPolicy":
		if user {
			return f.grantMove(who, p, string(who.ID))
		}
	case "iam:PutRolePolicy", "iam:AttachRolePolicy":
		if !user && !who.fixed {
			return f.grantMove(who, p, string(who.ID))
		}
	case "iam:PutGroupPolicy", "iam:AttachGroupPolicy":
		var out []*move
		for _, g := range who.view.groupsOf(who) {
			out = append(out, f.grantMove(who, p, string(g.ID))...)
		}
		return out
	case "iam:AddUserToGroup":
		if user {
			return f.joinMoves(who, p)
		}
	}
	return nil
}

// grantMove gives the identity a policy, of its own or by a group.
func (f *finder) grantMove(who *actor, p *plan, on string) []*move {
	got := f.give(who, who, p.list[0], on)
	if got.truth == no {
		return nil
	}
	return []*move{{plan: p, answer: got.answer, target: entitlement.IdentityID(on), view: who.view, after: got.after}}
}

// policyMoves change a policy that the identity has.
func (f *finder) policyMoves(who *actor, p *plan) []*move {
	var out []*move
	for _, policy := range f.ownPolicies(who) {
		a := f.may(who, p.list[0], string(policy)).and(existing(p.Exists))
		if a.truth == no {
			continue
		}
		out = append(out, &move{
			plan: p, answer: a, target: entitlement.IdentityID(policy), view: who.view,
			after: f.after(who, change{rewrites: policy}),
		})
	}
	return out
}

// ownPolicies lists the policies of the account's own that an identity has, by
// its groups too.
func (f *finder) ownPolicies(who *actor) []entitlement.PolicyID {
	list := slices.Clone(who.Policies)
	for _, g := range who.view.groupsOf(who) {
		list = append(list, g.Policies...)
	}
	list = slices.DeleteFunc(list, func(p entitlement.PolicyID) bool { return !who.view.changeable(p) })
	slices.Sort(list)
	return slices.Compact(list)
}

// joinMoves add a user to groups.
func (f *finder) joinMoves(who *actor, p *plan) []*move {
	var out []*move
	for _, g := range who.view.groups {
		if slices.Contains(who.Groups, g.ID) {
			continue
		}
		a := f.may(who, p.list[0], string(g.ID))
		if a.truth == no {
			continue
		}
		m := &move{plan: p, answer: a, target: g.ID, view: who.view, after: f.after(who, change{group: g})}
		if f.weight.gain(who.access, m.after) == nothing {
			continue // Of a hundred groups most bring nothing.
		}
		if out = append(out, m); len(out) == maxTargets {
			f.cut = true
			break
		}
	}
	return out
}
