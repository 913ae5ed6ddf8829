package tenant

import "strings"

// function computes function number i of an account.
func (w *world) function(a *account, i int) *identity {
	x := w.workload(a, kindFunction, i, 'F')
	x.name = strings.TrimSuffix(x.runsAs.name, "-role")
	if nth := i / a.count('F'); nth > 0 {
		x.name += "-" + string(rune('a'+nth%26))
	}
	x.arn = "arn:aws:lambda:" + region(x.team) + ":" + a.id + ":function:" + x.name
	return x
}

// instance computes instance number i of an account.
func (w *world) instance(a *account, i int) *identity {
	x := w.workload(a, kindInstance, i, 'I')
	x.name = hexID(x.rand("id"), "i-", 17)
	x.arn = "arn:aws:ec2:" + region(x.team) + ":" + a.id + ":instance/" + x.name
	return x
}

// workload computes what functions and instances share: they run as a role,
// are at most as active as it, and it is active through at least one of them.
func (w *world) workload(a *account, k kind, i int, purpose byte) *identity {
	roles := a.count(purpose)
	role := w.role(a, a.roleOf(purpose, i%roles))
	x := &identity{acct: a, kind: k, index: i, runsAs: role, team: role.team, profile: role.profile, super: role.super}
	r := x.rand("")
	x.active = role.active && (i < roles || r.IntN(5) > 0)
	w.age(x, r)
	w.label(x, r)
	return x
}
