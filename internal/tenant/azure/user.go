package azure

import (
	"math/rand/v2"
	"strings"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// user fills in a person.
func (t *Tenant) user(x *identity, r *rand.Rand) {
	seed, n := t.opts.Seed, t.users
	login := t.opts.People(x.index)
	x.name, x.login = title(login), login+"@"+domain
	if x.guest = x.index > 1 && seed.Quota("guest", x.index, n, 0.08); x.guest {
		x.mail = login + "@" + partner
		x.login = login + "_" + partner + "#EXT#@" + domain
		x.super = false
	}
	x.active = seed.Quota("active user", x.index, n, 0.45)
	x.profile = t.profiles[t.userProfile(x)]
	x.mfa = x.profile.name == "auditor" || r.IntN(100) < 75
	x.off = !x.active && r.IntN(100) < 8
	x.groups = groupsOf(x, r)
	if x.super && r.IntN(2) == 0 {
		x.groups = []string{"administrators-" + x.home.group}
	}
	if x.active {
		x.signedIn = draw.Between(r, t.opts.Until.AddDate(0, 0, -20), t.opts.Until)
	} else {
		x.signedIn = t.before(r, x.created)
	}
	t.eligibility(x)
}

func (t *Tenant) userProfile(x *identity) string {
	if x.super {
		return "administrator"
	}
	switch n := t.opts.Seed.Rank("user profile", x.index, t.users) * 100 / t.users; {
	case n < 20:
		return "operator"
	case n < 30:
		return "auditor"
	case n < 45:
		return "analyst"
	}
	return "developer"
}

// groupsOf returns the groups by which somebody holds the roles of a profile;
// those who are on call are in the group of operations by another.
func groupsOf(x *identity, r *rand.Rand) []string {
	switch x.profile.team {
	case "developers":
		return []string{developers(x.home, x.team)}
	case "operations":
		if r.IntN(3) == 0 {
			return []string{"on-call-" + x.home.group}
		}
		return []string{"operations-" + x.home.group}
	case "":
		return nil
	}
	return []string{x.profile.team}
}

func developers(s *subscription, team string) string { return "developers-" + team + "-" + s.env }

// eligibility gives some people a role that they may activate, and one of three
// of them has.
func (t *Tenant) eligibility(x *identity) {
	if x.super || x.guest || x.profile.name != "developer" && x.profile.name != "operator" {
		return
	}
	switch n := t.opts.Seed.Rank("eligible", x.index, t.users) * 100 / t.users; {
	case n < 5:
		x.eligible = "owner"
	case n < 25:
		x.eligible = "contributor"
		x.activated = x.active && n < 12
	}
}

// title makes "First Last" of a login.
func title(login string) string {
	first, last, _ := strings.Cut(login, ".")
	return capital(first) + " " + capital(last)
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Users returns how many people the tenant has.
func (t *Tenant) Users() int { return t.users }

// User returns the object id of person number i.
func (t *Tenant) User(i int) string { return t.identity(kindUser, i).id }
