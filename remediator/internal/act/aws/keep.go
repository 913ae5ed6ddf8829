package aws

import (
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/remediator/internal/change"
)

// keep is what the user gets in place of what goes.
type keep struct {
	attach   string // ARN of the read-only policy, or "".
	document string // Of the inline policy, or "".
	size     int
}

// keep makes the read-only part: the managed read-only policy where an
// administrator's goes, the reading statements of what goes otherwise, and
// always every Deny of it, since those still restrict what stays.
func (p *planner) keep() (keep, error) {
	var k keep
	var d document
	admin := false
	for _, r := range p.removed {
		admin = admin || r.verdict.Admin
		d.deny(r.verdict.Denies)
	}
	inTheEnd, meanwhile := policy.MaxUserInline-p.keptSize, policy.MaxUserInline-p.lasting()
	switch {
	case d.size() > inTheEnd:
		return keep{}, change.Refuse("the Deny statements of what would be removed need %d characters, but IAM leaves only %d for inline policies of the user: "+
			"move them to a permissions boundary or a service control policy first", d.size(), inTheEnd)
	case d.size() > meanwhile:
		return keep{}, change.Refuse("IAM's limit of %d characters for a user's inline policies has no room to put the Deny statements of what would be removed beside the present policies, "+
			"and removing these first would lift them for a moment", policy.MaxUserInline)
	}
	if admin {
		k.attach = p.readOnlyPolicy()
	} else {
		p.carry(&d, min(inTheEnd, meanwhile))
	}
	k.document, k.size = d.text(), d.size()
	return k, nil
}

// readOnlyPolicy returns the policy to attach, "" where the user has it. An
// administrator may do everything, so that whatever the policy allows is a
// subset.
func (p *planner) readOnlyPolicy() string {
	p.note("the user is an administrator: it keeps reading everything, through %s", p.request.PolicyARN)
	for _, m := range p.user.Attached {
		if m.ARN == p.request.PolicyARN {
			return ""
		}
	}
	return p.request.PolicyARN
}

// lasting is the size of the inline policies that must stand until the new one
// does: those that stay, and those whose Deny must not be lifted.
func (p *planner) lasting() int {
	n := p.keptSize
	for _, r := range p.removed {
		if r.op.Kind == change.InlinePolicy && !r.own() && len(r.verdict.Denies) > 0 {
			n += policy.Size([]byte(p.plan.Before[r.op.Key()]))
		}
	}
	return n
}

// carry adds the reading statements as long as there is room, each whole or
// not at all.
func (p *planner) carry(d *document, room int) {
	for _, r := range p.removed {
		for _, lost := range r.verdict.Lost {
			p.note("%s", lost)
		}
		for _, statement := range r.verdict.Reads {
			if !d.allow(statement, room) {
				p.note("IAM's limit of %d characters for a user's inline policies leaves no room for this reading of %s, which is lost: %s",
					policy.MaxUserInline, r.what(), brief(statement))
			}
		}
	}
}

// what names the part for people.
func (r part) what() string {
	if r.op.Kind == change.Membership {
		return "group " + r.op.Name
	}
	return r.op.Name
}
