package azure

import (
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// principal fills in an application of the tenant. The first is the pipeline
// that deploys to every cloud, the second a vendor's.
func (t *Tenant) principal(x *identity, r *rand.Rand) {
	x.name = "sp-" + t.opts.Words.Workload(t.opts.Seed, x.team, x.index)
	x.active = t.opts.Seed.Quota("active principal", x.index, t.principals, 0.22)
	x.profile = t.profiles[t.principalProfile(x)]
	switch x.index {
	case 0:
		x.name, x.active, x.super, x.profile = t.opts.Pipeline, true, false, t.profiles["pipeline"]
	case 1:
		x.name, x.active, x.super, x.profile = "partner-observability", true, false, t.profiles["vendor"]
	}
	if x.index > 1 {
		x.tags = exemptions(r)
	}
	if x.index != 0 { // The pipeline has a federated credential, and none that it could lose.
		t.credentials(x, r)
	}
	switch {
	case x.active && len(x.profile.habits) == 0:
		x.signedIn = draw.Between(r, t.opts.Until.AddDate(0, 0, -9), t.opts.Until)
	case !x.active:
		x.signedIn = t.before(r, x.created)
	}
}

func (t *Tenant) principalProfile(x *identity) string {
	if x.super {
		return "owner"
	}
	switch n := t.opts.Seed.Rank("principal profile", x.index, t.principals) * 100 / t.principals; {
	case n < 30:
		return "pipeline"
	case n < 42:
		return "release"
	case n < 62:
		return "monitor"
	case n < 80:
		return "backup"
	}
	return "exchange"
}

// exemptions are tags that few applications carry.
func exemptions(r *rand.Rand) []string {
	switch r.IntN(60) {
	case 0:
		return []string{"ck_exclude_from_pci"}
	case 1:
		return []string{"ck_exclude_from_reports"}
	}
	return nil
}

// credentials gives an application a secret or certificate or two. Ages and
// idle times near 90 days, which are in doubt, do not occur.
func (t *Tenant) credentials(x *identity, r *rand.Rand) {
	x.secrets = append(x.secrets, t.secret(x, r, x.active))
	if r.IntN(3) == 0 {
		x.secrets = append(x.secrets, t.secret(x, r, false))
	}
}

func (t *Tenant) secret(x *identity, r *rand.Rand, used bool) secret {
	until := t.opts.Until
	k := secret{
		id: string(draw.AppendUUID(nil, r)), name: draw.Pick(r, []string{"deploy", "ci", "rotation", "initial"}),
		certificate: r.IntN(4) == 0, recorded: used || r.IntN(5) > 0,
	}
	k.created = draw.Between(r, x.created, until.Add(-105*24*time.Hour))
	k.until = until.AddDate(0, 2+r.IntN(20), 0)
	switch n := r.IntN(6); {
	case n == 0:
		k.created = until.Add(-time.Duration(3+r.IntN(8)) * 24 * time.Hour)
	case n == 1 && !used:
		k.until = draw.Between(r, k.created.AddDate(0, 0, 1), until.AddDate(0, 0, -1)) // It has expired.
	}
	switch {
	case used:
		k.used = draw.Between(r, latest(k.created, until.AddDate(0, 0, -15)), until)
	case k.recorded && r.IntN(2) == 0 && k.created.Before(t.opts.From.AddDate(0, 0, -20)):
		k.used = draw.Between(r, k.created, t.opts.From.AddDate(0, 0, -15))
	}
	return k
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// old reports whether a secret is valid and made more than 90 days before the
// end; unused whether Azure tells that it was not used in that time either.
func (k secret) old(until time.Time) bool {
	return k.until.After(until) && k.created.Before(until.AddDate(0, 0, -90))
}

func (k secret) unused(until time.Time) bool {
	return k.old(until) && k.recorded && k.used.Before(until.AddDate(0, 0, -90))
}
