package aws

import (
	"slices"

	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/remediator/internal/change"
)

// order puts the operations in an order in which stopping after any of them
// leaves a subset of what the user had: first what it keeps, which is part of
// what it has, then what goes, and the tag last. Where IAM's limits have no
// room for both at once, something without a Deny goes first; the user may then
// do less for a moment, but never more.
func (p *planner) order(k keep) {
	gone := p.makeRoom(k)
	for _, r := range gone {
		p.plan.Operations = append(p.plan.Operations, r.op)
	}
	if k.document != "" {
		p.add(change.Operation{
			Kind: change.InlinePolicy, Name: ReadOnlyPolicy, Set: true, Value: k.document,
			Why: "keeps what is reading, and every Deny, of what is removed",
		})
	}
	if k.attach != "" {
		p.add(change.Operation{
			Kind: change.AttachedPolicy, Name: k.attach, Set: true, Why: "in place of unlimited permissions",
		})
	}
	for _, r := range p.removed {
		if replaced := k.document != "" && r.own(); !replaced && !gone.has(r) {
			p.add(r.op)
		}
	}
	p.add(p.tag())
}

func (p *planner) add(o change.Operation) { p.plan.Operations = append(p.plan.Operations, o) }

// own reports whether the part is the policy of an earlier run.
func (r part) own() bool { return r.op.Kind == change.InlinePolicy && r.op.Name == ReadOnlyPolicy }

type parts []part

func (list parts) has(r part) bool {
	return slices.ContainsFunc(list, func(o part) bool { return o.op.Key() == r.op.Key() })
}

// makeRoom returns what has to go before the read-only part can come: enough
// of it is without a Deny, or keep would have refused.
func (p *planner) makeRoom(k keep) (gone parts) {
	need := p.fullSize + k.size - p.ownSize() - policy.MaxUserInline
	for _, r := range p.removed {
		if k.document == "" || need <= 0 {
			break
		}
		if r.op.Kind == change.InlinePolicy && !r.own() && len(r.verdict.Denies) == 0 {
			gone = append(gone, r)
			need -= policy.Size([]byte(p.plan.Before[r.op.Key()]))
		}
	}
	if k.attach != "" && len(p.user.Attached) >= usualAttached {
		gone = append(gone, p.spare()...)
	}
	return gone
}

// ownSize is the size of the policy of an earlier run, which is overwritten.
func (p *planner) ownSize() int {
	return policy.Size([]byte(p.plan.Before[change.Key(change.InlinePolicy, ReadOnlyPolicy)]))
}

// spare returns one managed policy without a Deny that goes anyway.
func (p *planner) spare() parts {
	for _, r := range p.removed {
		if r.op.Kind == change.AttachedPolicy && len(r.verdict.Denies) == 0 {
			return parts{r}
		}
	}
	return nil
}
