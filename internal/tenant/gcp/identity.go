package gcp

import (
	"fmt"
	"iter"
	"math/rand/v2"
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
	return x.profile.escalates && (!x.profile.byKeys || !p.locked)
}
