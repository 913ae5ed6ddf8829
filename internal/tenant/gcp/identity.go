package gcp

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// kind is a sort of identity that holds roles.
type kind uint8

const (
	kindUser kind = iota
	kindAccount
)

func (k kind) String() string { return [...]string{"user", "account"}[k] }

// identity is a person or a service account.
type identity struct {
	kind          kind
	index         int
	email, unique string
	name          string
	created       time.Time
	home          *project
	team          string
	profile       *profile
	super, active bool
	guest         bool // Of the partner's domain; the directory does not know it.
	mfa, off      bool
	groups        []string
	deniedOnly    bool
	signedIn      time.Time // Google's own record; zero is never.
	keys          []key
	limited       bool // Reads objects of some buckets only.
}

// key is a key of a service account.
type key struct {
	id             string
	created, until time.Time
	disabled       bool
	used           time.Time // Zero is never.
	recorded       bool      // Google tells of its use.
}

func (o *Organization) of(k kind) int { return [...]int{o.users, o.accounts}[k] }

func (o *Organization) identity(k kind, i int) *identity {
	if k == kindUser {
		return o.user(i)
	}
	return o.account(i)
}

// identities yields people and service accounts; not those that Google makes
// and those of the chain.
func (o *Organization) identities() iter.Seq[*identity] {
	return func(yield func(*identity) bool) {
		for _, k := range []kind{kindUser, kindAccount} {
			for i := range o.of(k) {
				if !yield(o.identity(k, i)) {
					return
				}
			}
		}
	}
}

// begin computes what both sorts have.
func (o *Organization) begin(k kind, i int) (*identity, *rand.Rand) {
	seed, n := o.opts.Seed, o.of(k)
	x := &identity{kind: k, index: i, team: teams()[seed.Rank("team "+k.String(), i, n)%len(teams())]}
	at := seed.Rank("home "+k.String(), i, n) * 100 / n
	for _, p := range o.projects {
		if x.home = p; at < p.share {
			break
		}
	}
	r := seed.Stream(k.String(), i, 0)
	x.unique = fmt.Sprintf("1%020d", r.Uint64()>>1)
	x.created = o.opts.Until.Add(-time.Duration(110+r.IntN(1500))*24*time.Hour - time.Duration(r.IntN(86400))*time.Second)
	x.super = seed.Quota("super "+k.String(), i, n, o.opts.SuperShare)
	return x, r
}

func (o *Organization) user(i int) *identity {
	x, r := o.begin(kindUser, i)
	login := o.opts.People(i)
	x.name, x.email = login, login+"@"+domain
	if x.guest = i > 1 && o.opts.Seed.Quota("guest", i, o.users, 0.06); x.guest {
		x.email, x.super = login+"@"+partner, false
	}
	x.active = o.opts.Seed.Quota("active user", i, o.users, 0.45)
	x.profile = o.profiles[o.userProfile(x)]
	x.mfa = x.profile.name == "security" || r.IntN(100) < 80
	x.off = !x.active && r.IntN(100) < 6
	x.limited = x.profile.name == "analyst" && i%2 == 0
	x.groups = groupsOf(x, r)
	x.signedIn = o.before(r, x.created)
	if x.active {
		x.signedIn = draw.Between(r, o.opts.Until.AddDate(0, 0, -20), o.opts.Until)
	}
	return x
}

func (o *Organization) userProfile(x *identity) string {
	if x.super {
		return "owner"
	}
	switch n := o.opts.Seed.Rank("user profile", x.index, o.users) * 100 / o.users; {
	case n < 18:
		return "operator"
	case n < 28:
		return "security"
	case n < 44:
		return "analyst"
	case n < 54:
		return "builder"
	case n < 58:
		return "key-master"
	}
	return "developer"
}

func groupsOf(x *identity, r *rand.Rand) []string {
	switch x.profile.group {
	case "developers":
		return []string{"developers-" + x.home.env}
	case "operators":
		if r.IntN(3) == 0 {
			return []string{"on-call-" + x.home.folder.name}
		}
		return []string{"operators-" + x.home.folder.name}
	case "security":
		return []string{"security"}
	}
	if x.super && r.IntN(2) == 0 {
		return []string{"owners-" + x.home.env}
	}
	return nil
}

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

// giveKeys gives a service account a key or two. Ages and idle times near 90
// days, which are in doubt, do not occur.
func (o *Organization) giveKeys(x *identity, r *rand.Rand) {
	x.keys = append(x.keys, o.key(x, r, x.active))
	if r.IntN(3) == 0 {
		x.keys = append(x.keys, o.key(x, r, false))
	}
}

func (o *Organization) key(x *identity, r *rand.Rand, used bool) key {
	until := o.opts.Until
	k := key{id: draw.HexID(r, "", 40), until: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), recorded: used || r.IntN(5) > 0}
	k.created = draw.Between(r, x.created, until.Add(-105*24*time.Hour))
	switch n := r.IntN(6); {
	case n == 0:
		k.created = until.Add(-time.Duration(3+r.IntN(8)) * 24 * time.Hour)
	case n == 1 && !used:
		k.disabled = true
	}
	switch {
	case used:
		k.used = draw.Between(r, latest(k.created, until.AddDate(0, 0, -15)), until)
	case k.recorded && r.IntN(2) == 0 && k.created.Before(o.opts.From.AddDate(0, 0, -20)):
		k.used = draw.Between(r, k.created, o.opts.From.AddDate(0, 0, -15))
	}
	return k
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (k key) old(until time.Time) bool {
	return !k.disabled && k.created.Before(until.AddDate(0, 0, -90))
}

func (k key) unused(until time.Time) bool {
	return k.old(until) && k.recorded && k.used.Before(until.AddDate(0, 0, -90))
}

// before returns a time well before the activity, so that no window of 90 days
// is in doubt, or never.
func (o *Organization) before(r *rand.Rand, created time.Time) time.Time {
	if r.IntN(3) == 0 {
		return time.Time{}
	}
	end := o.opts.From.Add(-8 * 24 * time.Hour)
	if limit := o.opts.Until.AddDate(0, 0, -98); limit.Before(end) {
		end = limit
	}
	return draw.Between(r, created, end)
}

// actor is how the identity acts: not at all, if nothing of it is recorded.
func (o *Organization) actor(x *identity) files.Actor {
	a := files.Actor{Kind: uint8(x.kind), Index: x.index, Human: x.kind == kindUser}
	switch {
	case x.deniedOnly:
		a.Sessions = 1
	case x.active:
		share := o.opts.Seed.Stream("sessions "+x.kind.String(), x.index, 0).Float64()
		a.Sessions = max(2, int(o.opts.PerIdentity/sessionLength*(0.5+share)+0.5))
	}
	return a
}

// member is how policies name the identity.
func (x *identity) member() string {
	if x.kind == kindUser {
		return "user:" + x.email
	}
	return "serviceAccount:" + x.email
}

// escalates reports whether the identity can raise its permissions in a project:
// come to act as the forgotten administrator; or, where a deny policy keeps
// owners from some permissions, set the policy, which owners can.
func (x *identity) escalates(p *project) bool {
	if x.super {
		return p.locked
	}
	return x.profile.escalates && !(x.profile.byKeys && p.locked)
}
