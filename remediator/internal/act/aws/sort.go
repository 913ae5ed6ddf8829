package aws

import (
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/remediator/internal/change"
)

// sort decides which policies and memberships stay: those that grant nothing
// but reading. Our own policy from an earlier run goes into the new one, since
// both have the same name, unless it is all that there is.
func (p *planner) sort() error {
	for _, m := range p.user.Attached {
		v, err := p.judgeManaged(m, "managed policy "+m.ARN)
		if err != nil {
			return err
		}
		p.part(v, change.Operation{Kind: change.AttachedPolicy, Name: m.ARN, Why: "grants more than reading"})
	}
	for _, i := range p.user.Inline {
		v, err := p.judge(i.Document, "inline policy "+i.Name)
		if err != nil {
			return err
		}
		p.fullSize += policy.Size([]byte(i.Document))
		if i.Name == ReadOnlyPolicy && len(p.user.Attached)+len(p.user.Inline)+len(p.user.Groups) > 1 {
			v.ReadOnly = false
		}
		if v.ReadOnly {
			p.keptSize += policy.Size([]byte(i.Document))
		}
		p.part(v, change.Operation{Kind: change.InlinePolicy, Name: i.Name, Why: "grants more than reading"})
	}
	return p.sortGroups()
}

func (p *planner) sortGroups() error {
	for _, g := range p.user.Groups {
		v, err := p.judgeGroup(g)
		if err != nil {
			return err
		}
		p.part(v, change.Operation{Kind: change.Membership, Name: g.Name, Why: "the group's policies grant more than reading"})
	}
	return nil
}

// judgeGroup merges the judgements of all policies of a group.
func (p *planner) judgeGroup(g group) (Judgement, error) {
	all := Judgement{ReadOnly: true}
	for _, m := range g.Attached {
		v, err := p.judgeManaged(m, "managed policy "+m.ARN+" of group "+g.Name)
		if err != nil {
			return Judgement{}, err
		}
		all.merge(v)
	}
	for _, i := range g.Inline {
		v, err := p.judge(i.Document, "inline policy "+i.Name+" of group "+g.Name)
		if err != nil {
			return Judgement{}, err
		}
		all.merge(v)
	}
	return all, nil
}

func (j *Judgement) merge(v Judgement) {
	j.ReadOnly = j.ReadOnly && v.ReadOnly
	j.Admin = j.Admin || v.Admin
	j.Reads = append(j.Reads, v.Reads...)
	j.Denies = append(j.Denies, v.Denies...)
	j.Lost = append(j.Lost, v.Lost...)
}

// judgeManaged takes the policy that the configuration calls read-only at its
// word.
func (p *planner) judgeManaged(m managed, what string) (Judgement, error) {
	v, err := p.judge(m.Document, what)
	if m.ARN == p.request.PolicyARN {
		v.ReadOnly = true
	}
	return v, err
}

func (p *planner) judge(document, what string) (Judgement, error) {
	v, err := p.policies.Judge(document)
	if err != nil {
		return Judgement{}, change.Refuse("%s can't be judged: %s", what, err)
	}
	for i := range v.Lost {
		v.Lost[i] = what + ": " + v.Lost[i]
	}
	return v, nil
}

func (p *planner) part(v Judgement, op change.Operation) {
	if !v.ReadOnly {
		p.removed = append(p.removed, part{op: op, verdict: v})
	}
}
