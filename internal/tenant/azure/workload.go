package azure

import (
	"math/rand/v2"
	"strconv"
)

// managed fills in the identity of a function app, or one that machines share.
func (t *Tenant) managed(x *identity, r *rand.Rand) {
	base := t.opts.Words.Workload(t.opts.Seed, x.team, x.index+int(x.kind)*500)
	x.name = "func-" + base
	if x.kind == kindAssigned {
		x.name = "id-" + base
	}
	x.active = t.opts.Seed.Quota("active "+x.kind.String(), x.index, t.of(x.kind), 0.2)
	x.profile = t.profiles[t.managedProfile(x)]
	x.deniedOnly = !x.active && len(x.profile.refused) > 0 && r.IntN(12) == 0
}

func (t *Tenant) managedProfile(x *identity) string {
	if x.super {
		return "owner"
	}
	n := t.opts.Seed.Rank("profile "+x.kind.String(), x.index, t.of(x.kind)) * 100 / t.of(x.kind)
	switch {
	case x.kind == kindAssigned && n < 70:
		return "machine-agent"
	case x.kind == kindAssigned:
		return "machine-legacy"
	case n < 55:
		return "function-data"
	case n < 75:
		return "function-site"
	}
	return "function-legacy"
}

// workload is a function app or a virtual machine.
type workload struct {
	id, name string // Resource id.
	index    int
	as       *identity // The managed identity that it runs as.
	tags     map[string]string
}

// resource returns the resource id of an identity that machines share.
func (x *identity) resource() string {
	return x.home.in(x.team, "Microsoft.ManagedIdentity/userAssignedIdentities", x.name)
}

func (t *Tenant) function(i int) *workload {
	x := t.identity(kindOwn, i)
	return &workload{
		id: x.home.in(x.team, "Microsoft.Web/sites", x.name), name: x.name, index: i, as: x,
		tags: t.tags("function", x, i),
	}
}

// machine returns a virtual machine, which runs as one of the shared identities
// and lives beside it.
func (t *Tenant) machine(i int) *workload {
	x := t.identity(kindAssigned, i%t.assigned)
	name := "vm-" + x.team + "-" + strconv.Itoa(i+1)
	return &workload{
		id: x.home.in(x.team, "Microsoft.Compute/virtualMachines", name), name: name, index: i, as: x,
		tags: t.tags("machine", x, i),
	}
}

func (t *Tenant) tags(label string, x *identity, i int) map[string]string {
	r := t.opts.Seed.Stream("tags "+label, i, 0)
	tags := map[string]string{"owner": x.team, "environment": x.home.env}
	switch r.IntN(40) {
	case 0:
		tags["ck_exclude_from_reports"] = "true"
	case 1:
		tags["ck_exclude_from_reports"] = "false" // Exempts nothing.
	case 2:
		delete(tags, "owner")
	}
	return tags
}

func (w *workload) exempt() bool { return w.tags["ck_exclude_from_reports"] == "true" }

// hasty reports whether a machine stands behind the group that was opened in
// haste.
func (t *Tenant) hasty(w *workload) bool {
	return w.index == 0 || t.opts.Seed.Stream("hasty", w.index, 0).IntN(10) == 0
}

func address(r *rand.Rand, person bool) string {
	switch {
	case !person:
		return "198.51.100." + strconv.Itoa(10+r.IntN(60))
	case r.IntN(3) == 0:
		return "198.51.100." + strconv.Itoa(100+r.IntN(100))
	}
	return "192.0.2." + strconv.Itoa(1+r.IntN(200))
}
