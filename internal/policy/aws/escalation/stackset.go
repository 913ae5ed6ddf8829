package escalation

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// stackSetMoves take over roles by way of stack sets: CloudFormation assumes
// an administration role, which is passed, and that assumes the execution role
// with which the templates are carried out. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html.
// An execution role that no inventory shows may be in any account, so that who
// may pass an administration role has a conditional way to what that may do.
func (f *finder) stackSetMoves(who *actor, p *plan) []*move {
	base := f.things(who, p).and(existing(p.Exists))
	if base.truth == no {
		return nil
	}
	var out []*move
	t := f.trustingRoles(who.view, stacks)
	for _, i := range f.targets(who, p.list[0], t.shelf) {
		g := t.list[i]
		a := base.and(g.answer).and(f.pass(who, g.actor, stacks))
		if a.truth == no || !f.has(g.actor, "sts:AssumeRole") {
			continue
		}
		executing := f.assumable(g.actor)
		for _, e := range executing {
			out = append(out, p.takeover(e.actor, a.and(e.answer)))
		}
		if len(executing) == 0 {
			out = append(out, p.takeover(g.actor, a.and(existing("stack set execution role"))))
		}
		if len(out) >= maxTargets {
			f.cut = true
			break
		}
	}
	return dedupe(out)
}

// dedupe keeps the surest move to each identity.
func dedupe(list []*move) []*move {
	at := map[*actor]int{}
	var out []*move
	for _, m := range list {
		i, ok := at[m.to]
		switch {
		case !ok:
			at[m.to] = len(out)
			out = append(out, m)
		case m.truth > out[i].truth:
			out[i] = m
		}
	}
	return out
}

// regionOf returns the region of an ARN.
func regionOf(arn entitlement.IdentityID) string {
	if parts := strings.SplitN(string(arn), ":", 5); len(parts) == 5 {
		return parts[3]
	}
	return ""
}
