package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// findEscalation: can raise its own permissions. Who may do everything already
// has nothing to raise. There is one finding for each identity, with the ways
// as its evidence.
func findEscalation(s *Subject, _ *Options) []entitlement.Finding {
	if s.Super || len(s.Escalations) == 0 {
		return nil
	}
	ways := slices.SortedFunc(slices.Values(s.Escalations), better)
	evidence := []entitlement.Evidence{{Name: EvidenceWays, Value: summarise(ways, s.MoreEscalations)}}
	for i := range ways[:min(listed, len(ways))] {
		evidence = append(evidence, entitlement.Evidence{Name: EvidenceWay, Value: describe(&ways[i])})
	}
	return s.finding(evidence...)
}

// better puts first what leads further, for certain, and in fewer steps.
func better(a, b entitlement.Escalation) int {
	return cmp.Or(
		truth(b.Admin)-truth(a.Admin), truth(a.Conditional)-truth(b.Conditional), len(a.Steps)-len(b.Steps),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Target, b.Target), slices.Compare(a.Keys, b.Keys),
		slices.CompareFunc(a.Steps, b.Steps, func(x, y entitlement.EscalationStep) int {
			return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.By, y.By), cmp.Compare(x.Target, y.Target),
				slices.Compare(x.Permissions, y.Permissions))
		}),
	)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// summarise counts ways: "12, 3 to every permission, 2 conditional; the first
// 10 are listed".
func summarise(ways []entitlement.Escalation, more bool) string {
	admin, open := 0, 0
	for i := range ways {
		admin += truth(ways[i].Admin)
		open += truth(ways[i].Conditional)
	}
	text := fmt.Sprint(len(ways))
	if more {
		text = "at least " + text
	}
	if admin > 0 {
		text += fmt.Sprintf(", %d to every permission", admin)
	}
	if open > 0 {
		text += fmt.Sprintf(", %d conditional", open)
	}
	if len(ways) > listed {
		text += fmt.Sprintf("; the first %d are listed", listed)
	}
	return text
}

// describe tells one way in a line.
func describe(e *entitlement.Escalation) string {
	var b strings.Builder
	switch {
	case len(e.Steps) > 1:
		fmt.Fprintf(&b, "in %d steps", len(e.Steps))
		for i, step := range e.Steps {
			fmt.Fprintf(&b, "%s %d. %s as %s", separator(i), i+1, move(&step), step.By)
		}
	case len(e.Steps) == 1:
		b.WriteString(move(&e.Steps[0]))
	default:
		b.WriteString(move(&entitlement.EscalationStep{Path: e.Path, Name: e.Name, Target: e.Target}))
	}
	if e.Admin {
		b.WriteString(", to every permission")
	}
	if c := conditional(e.Conditional, e.Keys); c != "" {
		b.WriteString(", conditional " + strings.TrimPrefix(c, "yes"))
	}
	return strings.TrimSpace(b.String())
}

func separator(i int) string {
	if i == 0 {
		return ":"
	}
	return ","
}

// move tells one step: "iam-005 iam:PutRolePolicy on ARN (needs …)".
func move(s *entitlement.EscalationStep) string {
	text := strings.TrimSpace(s.Path + " " + s.Name)
	if s.Target != "" {
		text += " on " + s.Target
	}
	if len(s.Permissions) > 0 {
		needs := make([]string, len(s.Permissions))
		for i, p := range s.Permissions {
			needs[i] = string(p)
		}
		text += " (needs " + strings.Join(needs, ", ") + ")"
	}
	return text
}
