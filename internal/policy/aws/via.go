package aws

import "github.com/leastward/leastward/internal/entitlement"

// Via is one statement that allows an action: what a right-sizing would change.
type Via struct {
	Policy    entitlement.PolicyID
	Group     entitlement.IdentityID // By way of which group; "" if none.
	Statement int                    // Place in the document, from 0.
	Sid       string                 // "" if it has none.
}

// Via lists the statements of an identity's policies that allow an action of
// the catalogue, its own first and then its groups'. Whether a guard or a Deny
// takes the action away again is for Access to say.
func (a *Account) Via(id entitlement.IdentityID, action int) []Via {
	s := a.subjects[id]
	if s == nil || action < 0 || action >= a.cat.Len() {
		return nil
	}
	s = s.actor()
	out := a.via(nil, s, "", action)
	for _, g := range s.groups {
		out = a.via(out, g, g.ID, action)
	}
	return out
}

func (a *Account) via(out []Via, who *subject, group entitlement.IdentityID, action int) []Via {
	for n, p := range who.own {
		if p == absent {
			continue
		}
		statements := a.policies[p].statements
		for i := range statements {
			if s := &statements[i]; !s.deny && s.reach(action) != entitlement.ReachNone {
				out = append(out, Via{Policy: who.Policies[n], Group: group, Statement: int(s.index), Sid: s.sid})
			}
		}
	}
	return out
}
