package tenant

import (
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// The identities of the attack; see attack.go.
const (
	leakedUser   = "ci-legacy-deploy"
	secondUser   = "svc-reporting"
	attackedRole = "emergency-deploy"
)

// person is what users have beyond other identities.
type person struct {
	groups          []string
	console         bool
	mfa             bool
	passwordChanged time.Time
	passwordUsed    time.Time
	keys            []accessKey
	address         string // Where the user works from.
}

// accessKey is one long-lived credential.
type accessKey struct {
	id       string
	created  time.Time
	enabled  bool
	used     bool      // In the activity: by the sessions after its creation.
	lastUsed time.Time // Before the activity; zero is never.
}

// user computes user number i of an account.
func (w *world) user(a *account, i int) *identity {
	x := &identity{acct: a, kind: kindUser, index: i, path: "/"}
	if !a.production() && i < 2 {
		return w.castUser(x, i)
	}
	r := x.rand("")
	x.team = teams()[a.seed.Rank("user team", i, a.users)%len(teams())]
	x.name = w.words.Person(a.seed, i)
	x.active = a.seed.Quota("active user", i, a.users, activeUsers)
	x.super = a.seed.Quota("super user", i, a.users, w.opts.SuperShare)
	x.profile = w.profiles[w.userProfile(x)]
	x.console = true
	if x.profile.name == "pipeline-user" {
		x.name, x.console, x.path = "ci-"+w.words.Workload(a.seed, x.team, i), false, "/ci/"
	}
	w.finishUser(x, r)
	w.join(x, r)
	return x
}

func (w *world) userProfile(x *identity) string {
	if x.super {
		return "administrator"
	}
	switch n := x.acct.seed.Rank("user profile", x.index, x.acct.users) * 100 / x.acct.users; {
	case n < 15:
		return "pipeline-user"
	case n < 22:
		return "auditor"
	case n < 35:
		return "analyst"
	}
	return "developer"
}

// castUser computes the two users of development that the attack uses.
func (w *world) castUser(x *identity, i int) *identity {
	x.team, x.name, x.profile, x.path = "platform", leakedUser, w.profiles["legacy-pipeline-user"], "/ci/"
	if i == 1 {
		x.team, x.name, x.profile = "data", secondUser, w.profiles["reporting-user"]
	}
	r := x.rand("")
	w.finishUser(x, r)
	x.tags = []tag{{"owner", x.team}, {"environment", x.acct.env}}
	x.keys = x.keys[:0]
	old := w.opts.Until.Add(-930*24*time.Hour - time.Duration(i)*5e12)
	x.created = old
	x.keys = append(x.keys, accessKey{id: draw.CloudID(r, "AKIA", 16), created: old.Add(time.Hour), enabled: true, lastUsed: w.opts.Until.Add(-260 * 24 * time.Hour)})
	w.castByAttack(x)
	return x
}

func (w *world) finishUser(x *identity, r *rand.Rand) {
	x.id = draw.CloudID(r, "AIDA", 17)
	x.arn = x.acct.iamARN("user" + x.path + x.name)
	x.address = address(r, x.console)
	w.age(x, r)
	w.label(x, r)
	w.attachUser(x, r)
	if x.console {
		x.mfa = x.profile.name == "auditor" || r.IntN(100) < 75
		x.passwordChanged = draw.Between(r, x.created, w.from)
		x.passwordUsed = x.lastUsed
	}
	if !x.console || r.IntN(100) < 55 {
		x.keys = append(x.keys, w.accessKey(x, r, x.active && (!x.console || r.IntN(2) == 0)))
	}
	if len(x.keys) > 0 && r.IntN(100) < 20 {
		second := w.accessKey(x, r, false)
		second.enabled = r.IntN(2) == 0
		x.keys = append(x.keys, second)
	}
}

// attachUser attaches policies to the user itself; super users hold
// everything directly or through the group of administrators.
func (w *world) attachUser(x *identity, r *rand.Rand) {
	if x.super && r.IntN(3) > 0 {
		x.groups = append(x.groups, "administrators")
		return
	}
	w.attach(x, r)
	if x.profile.name == "developer" && r.IntN(8) == 0 {
		x.boundary = x.acct.customARN("developer-boundary", "")
	}
}

// accessKey makes a key, a few days old or older than the activity. Ages and
// idle times near 90 days, which are in doubt, do not occur.
func (w *world) accessKey(x *identity, r *rand.Rand, used bool) accessKey {
	k := accessKey{id: draw.CloudID(r, "AKIA", 16), enabled: true, used: used}
	k.created = draw.Between(r, x.created.Add(24*time.Hour), w.opts.Until.Add(-105*24*time.Hour))
	if x.console && r.IntN(4) == 0 {
		k.created = w.opts.Until.Add(-time.Duration(3+r.IntN(8)) * 24 * time.Hour)
		return k
	}
	if !used && r.IntN(2) == 0 {
		k.lastUsed = draw.Between(r, k.created, w.opts.Until.Add(-time.Duration(w.opts.Days+8)*24*time.Hour))
	}
	return k
}
