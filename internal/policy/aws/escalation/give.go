package escalation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// gift is what an identity comes to hold by a policy that somebody gives it.
type gift struct {
	answer

	after *entitlement.Access
}

const policyKey = "iam:policyarn"

// give decides whether one identity may give another a policy, by an action on
// the user, role or group that is named, and what that comes to. An inline
// policy can grant anything; of managed ones AdministratorAccess is tried
// first, and, where a condition forbids it, the others that are there.
func (f *finder) give(who, whom *actor, action entitlement.Action, on string) gift {
	if strings.HasPrefix(string(action), "iam:Put") {
		a := f.may(who, action, on)
		if a.truth == no {
			return gift{}
		}
		return gift{a, f.after(whom, change{policy: full})}
	}
	v := who.view
	best := gift{answer: f.ask(string(who.ID), action, on, v.iamFacts(policyKey, "arn:"+v.partition+":iam::aws:policy/AdministratorAccess"))}
	if best.truth != no {
		best.after = f.after(whom, change{policy: full})
	}
	if best.truth == yes || !f.may(who, action, on).hangsOn(policyKey) {
		return best
	}
	for _, p := range f.managed(v) {
		a := f.ask(string(who.ID), action, on, v.iamFacts(policyKey, string(p)))
		if a.truth <= best.truth || slices.Contains(whom.Policies, p) {
			continue
		}
		best = gift{a, f.after(whom, change{policy: p})}
		if best.truth == yes {
			break
		}
	}
	return best
}

// managed lists the account's managed policies, the most powerful first.
func (f *finder) managed(v *view) []entitlement.PolicyID {
	if v.managed != nil {
		return v.managed
	}
	v.managed = []entitlement.PolicyID{}
	for id, p := range v.inv.Policies {
		if !p.Inline && strings.Contains(string(id), ":policy/") && !strings.Contains(string(id), ":organizations::") {
			v.managed = append(v.managed, id)
		}
	}
	power := make(map[entitlement.PolicyID]int, len(v.managed))
	for _, id := range v.managed {
		power[id] = f.weight.power(f.alone(v, id))
	}
	slices.SortFunc(v.managed, func(a, b entitlement.PolicyID) int {
		return cmp.Or(cmp.Compare(power[b], power[a]), cmp.Compare(a, b))
	})
	return v.managed
}
