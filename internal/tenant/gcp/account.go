package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// account computes a service account. The first is the pipeline that deploys to
// every cloud.
func (o *Organization) account(i int) *identity {
	x, r := o.begin(kindAccount, i)
	x.name = strings.TrimPrefix(o.opts.Words.Workload(o.opts.Seed, x.team, i), x.team+"-")
	x.active = o.opts.Seed.Quota("active account", i, o.accounts, 0.2)
	x.profile = o.profiles[o.accountProfile(x)]
	if i == 0 {
		x.active, x.super, x.profile = true, false, o.profiles["pipeline"]
		x.name = short("ci-" + o.opts.Pipeline)
	}
	x.email = x.home.account(x.name)
	x.deniedOnly = !x.active && len(x.profile.refused) > 0 && r.IntN(12) == 0
	if i > 0 && r.IntN(4) == 0 { // The others have tokens only.
		o.giveKeys(x, r)
	}
	x.signedIn = o.before(r, x.created)
	if x.active {
		x.signedIn = draw.Between(r, o.opts.Until.AddDate(0, 0, -9), o.opts.Until)
	}
	return x
}

// short cuts a name to the thirty characters that a service account may have.
func short(name string) string {
	return strings.TrimRight(name[:min(30, len(name))], "-")
}

func (o *Organization) accountProfile(x *identity) string {
	if x.super {
		return "owner"
	}
	switch n := o.opts.Seed.Rank("account profile", x.index, o.accounts) * 100 / o.accounts; {
	case n < 18:
		return "pipeline"
	case n < 26:
		return "release"
	case n < 55:
		return "exporter"
	case n < 75:
		return "agent"
	case n < 90:
		return "legacy"
	}
	return "watcher"
}
