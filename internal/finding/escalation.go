package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// shownWays is how many ways stand in the evidence, each with its targets.
const shownWays = 3

// findEscalation: can raise its own permissions. Who may do everything already
// has nothing to raise. There is one finding for each identity, with the ways
// as its evidence; those that differ by their target alone stand together.
func findEscalation(s *Subject, _ *Options) []entitlement.Finding {
	if s.Super || len(s.Escalations) == 0 {
		return nil
	}
	ways := slices.SortedFunc(slices.Values(s.Escalations), better)
	together := group(ways)
	count := summarise(ways, s.Ways)
	if len(together) > shownWays || s.Ways.Found > len(ways) {
		count += ", the gravest"
	}
	evidence := []entitlement.Evidence{{Name: EvidenceWays, Value: count}}
	for _, list := range together[:min(shownWays, len(together))] {
		evidence = append(evidence, entitlement.Evidence{Name: EvidenceWay, Value: describe(list, s.Identity.System)})
	}
	return s.finding(evidence...)
}

// group puts ways together that differ by their target alone, in the order of
// the first of each.
func group(ways []entitlement.Escalation) [][]*entitlement.Escalation {
	var groups [][]*entitlement.Escalation
	at := map[string]int{}
	for i := range ways {
		w := &ways[i]
		kind := fmt.Sprint(w.Path, w.Name, w.Admin, w.Conditional, w.Keys)
		if len(w.Steps) > 1 {
			kind = fmt.Sprint(i) // A chain stands for itself.
		}
		n, known := at[kind]
		if !known {
			n = len(groups)
			at[kind], groups = n, append(groups, nil)
		}
		groups[n] = append(groups[n], w)
	}
	return groups
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

// summarise counts ways: "at least 50, 3 to every permission, 2 conditional".
func summarise(ways []entitlement.Escalation, n Ways) string {
	if n.Found < len(ways) {
		n.Found, n.Admin, n.Conditional = len(ways), 0, 0
		for i := range ways {
			n.Admin += truth(ways[i].Admin)
			n.Conditional += truth(ways[i].Conditional)
		}
	}
	text := fmt.Sprint(n.Found)
	if n.More {
		text = "at least " + text
	}
	if n.Admin > 0 {
		text += fmt.Sprintf(", %d to every permission", n.Admin)
	}
	if n.Conditional > 0 {
		text += fmt.Sprintf(", %d conditional", n.Conditional)
	}
	return text
}

// describe tells ways that differ by their target in a line. Names of the
// system's own stand without its number.
func describe(ways []*entitlement.Escalation, system entitlement.SystemID) string {
	var b strings.Builder
	first := ways[0]
	switch {
	case len(first.Steps) > 1:
		fmt.Fprintf(&b, "in %d steps", len(first.Steps))
		for i := range first.Steps {
			step := &first.Steps[i]
			fmt.Fprintf(&b, "%s %d. %s as %s", separator(i), i+1, move(step, short(step.Target, system)), short(string(step.By), system))
		}
	default:
		var targets []string
		for _, w := range ways {
			targets = append(targets, short(w.Target, system))
		}
		step := entitlement.EscalationStep{Path: first.Path, Name: first.Name}
		if len(first.Steps) == 1 {
			step = first.Steps[0]
		}
		b.WriteString(move(&step, some(distinct(targets), 3)))
	}
	if first.Admin {
		b.WriteString(", to every permission")
	}
	if c := conditional(first.Conditional, first.Keys); c != "" {
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

// move tells one step: "iam-005 iam:PutRolePolicy on role/x". What it needs is
// added where the path's name does not say it.
func move(s *entitlement.EscalationStep, target string) string {
	text := strings.TrimSpace(s.Path + " " + s.Name)
	if target != "" {
		text += " on " + target
	}
	needs := make([]string, len(s.Permissions))
	for i, p := range s.Permissions {
		needs[i] = string(p)
	}
	if len(needs) > 0 && strings.Join(needs, " + ") != s.Name {
		text += " (needs " + strings.Join(needs, ", ") + ")"
	}
	return text
}
