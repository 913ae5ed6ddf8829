package tenant

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
)

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
	x.name = draw.HexID(x.rand("id"), "i-", 17)
	x.arn = "arn:aws:ec2:" + region(x.team) + ":" + a.id + ":instance/" + x.name
	return x
}

// provisioner returns a role that each account has: an administrator which
// three services may assume, left behind on one instance, so that whoever may
// pass roles, or enters instances, comes to hold everything.
func (w *world) provisioner(a *account) *identity {
	return w.role(a, slices.Index(a.fixedRoles(), "provisioner"))
}

// workload computes what functions and instances share: they run as a role,
// are at most as active as it, and it is active through at least one of them.
// The last instance is that of the forgotten administrator, see provisioner.
func (w *world) workload(a *account, k kind, i int, purpose byte) *identity {
	roles := a.count(purpose)
	role := w.role(a, a.roleOf(purpose, i%roles))
	if k == kindInstance && i == a.instances-1 {
		role = w.provisioner(a)
	}
	x := &identity{acct: a, kind: k, index: i, runsAs: role, team: role.team, profile: role.profile, super: role.super}
	r := x.rand("")
	x.active = role.active && (i < roles || r.IntN(5) > 0)
	w.age(x, r)
	w.label(x, r)
	return x
}
