package azure

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// kind is a sort of identity.
type kind uint8

const (
	kindUser      kind = iota
	kindPrincipal      // A service principal of an application.
	kindOwn            // The managed identity of a function app.
	kindAssigned       // A managed identity that machines share.
)

func (k kind) String() string {
	return [...]string{"user", "principal", "own identity", "assigned identity"}[k]
}

// identity is everything about one identity that holds roles. Function apps and
// virtual machines run as one; see workload.
type identity struct {
	kind    kind
	index   int
	id, app string // Object id, client id.
	name    string // Display name.
	login   string // Of users: the user principal name.
	mail    string // Of guests: the address at home.
	created time.Time
	home    *subscription
	team    string
	profile *profile
	super   bool
	active  bool
	guest   bool
	mfa     bool
	off     bool // The account is disabled.
	groups  []string
	// deniedOnly is idle and tried once what was refused: a managed identity,
	// whose sign-ins no log has.
	deniedOnly bool
	eligible   string // Role that it may activate for its home; "" is none.
	activated  bool
	signedIn   time.Time // Azure's own record; zero is never.
	tags       []string
	secrets    []secret
}

// secret is a client secret or certificate of an application.
type secret struct {
	id, name       string
	created, until time.Time
	used           time.Time // Zero is never.
	recorded       bool      // Azure tells of its use.
	certificate    bool
}

func (x *identity) human() bool { return x.kind == kindUser }

// of returns how many identities of a kind there are.
func (t *Tenant) of(k kind) int {
	return [...]int{t.users, t.principals, t.functions, t.assigned}[k]
}

// identities yields all that hold roles.
func (t *Tenant) identities() iter.Seq[*identity] {
	return func(yield func(*identity) bool) {
		for k := range kindAssigned + 1 {
			for i := range t.of(k) {
				if !yield(t.identity(k, i)) {
					return
				}
			}
		}
	}
}

func (t *Tenant) identity(k kind, i int) *identity {
	x := &identity{kind: k, index: i, id: t.opts.Seed.UUID(k.String(), i, 0), app: t.opts.Seed.UUID(k.String(), i, 1)}
	r := t.opts.Seed.Stream(k.String(), i, 2)
	x.home, x.team = t.homeOf(k, i), teams()[t.opts.Seed.Rank("team "+k.String(), i, t.of(k))%len(teams())]
	x.created = t.opts.Until.Add(-time.Duration(110+r.IntN(1500))*24*time.Hour - time.Duration(r.IntN(86400))*time.Second)
	x.super = t.opts.Seed.Quota("super "+k.String(), i, t.of(k), t.opts.SuperShare)
	switch k {
	case kindUser:
		t.user(x, r)
	case kindPrincipal:
		t.principal(x, r)
	case kindOwn, kindAssigned:
		t.managed(x, r)
	}
	return x
}

func (t *Tenant) homeOf(k kind, i int) *subscription {
	at := t.opts.Seed.Rank("home "+k.String(), i, t.of(k)) * 100 / t.of(k)
	for _, s := range t.subscriptions {
		if at < s.share {
			return s
		}
	}
	return t.subscriptions[0]
}

// before returns a time well before the activity, so that no window of 90 days
// is in doubt, or never.
func (t *Tenant) before(r *rand.Rand, created time.Time) time.Time {
	if r.IntN(3) == 0 {
		return time.Time{}
	}
	end := t.opts.From.Add(-8 * 24 * time.Hour)
	if limit := t.opts.Until.AddDate(0, 0, -98); limit.Before(end) {
		end = limit
	}
	return draw.Between(r, created, end)
}

// actor is how the identity acts: not at all, if nothing of it is recorded.
func (t *Tenant) actor(x *identity) files.Actor {
	a := files.Actor{Kind: uint8(x.kind), Index: x.index, Human: x.human()}
	switch {
	case x.deniedOnly:
		a.Sessions = 1
	case x.active && len(x.profile.habits) > 0:
		share := t.opts.Seed.Stream("sessions "+x.kind.String(), x.index, 0).Float64()
		a.Sessions = max(2, int(t.opts.PerIdentity/sessionLength*(0.5+share)+0.5))
	}
	return a
}
