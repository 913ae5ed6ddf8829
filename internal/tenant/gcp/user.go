package gcp

import (
	"math/rand/v2"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// user computes person number i.
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
