package gcp

import (
	"cmp"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// user is an account of the directory.
type user struct {
	email, id, name   string
	created, signedIn time.Time
	disabled          bool
	mfa               entitlement.Tristate
}

// user takes a user of the directory.
// https://developers.google.com/admin-sdk/directory/reference/rest/v1/users
func (b *builder) user(src *source, o object, _ *around) {
	email := strings.ToLower(o.text("primaryEmail"))
	if email == "" {
		b.reject(src, records.MissingField, "primaryEmail is missing; export the users again")
		return
	}
	u := &user{
		email: email, id: o.text("id"), name: o.object("name").text("fullName"),
		disabled: o.is("suspended") || o.is("archived"), mfa: o.flag("isEnrolledIn2Sv"),
	}
	for _, t := range []struct {
		key string
		at  *time.Time
	}{{"creationTime", &u.created}, {"lastLoginTime", &u.signedIn}} {
		at, err := o.time(t.key)
		if err != nil {
			b.problem(src.within(", %s", email), records.BadTime, "%v: it is unknown", err)
		}
		if at.Unix() > 0 { // 1970 stands for never.
			*t.at = at
		}
	}
	b.users[email] = u
	_, domain, _ := strings.Cut(email, "@")
	b.own(domain, o.text("customerId"))
}

// group is a group of people and service accounts.
type group struct {
	email, id, name string
	created         time.Time
	read            bool // Whether its members were.
	members         []string
	kinds           map[string]entitlement.Kind
}

func (b *builder) groupOf(email string) *group {
	email = strings.ToLower(email)
	g, ok := b.groups[email]
	if !ok {
		g = &group{email: email, kinds: map[string]entitlement.Kind{}}
		b.groups[email] = g
	}
	return g
}

// group takes a group of Cloud Identity or of the directory, with its members
// where they stand in it.
// https://cloud.google.com/identity/docs/reference/rest/v1/groups,
// https://developers.google.com/admin-sdk/directory/reference/rest/v1/groups
func (b *builder) group(src *source, o object, a *around) {
	email := strings.ToLower(cmp.Or(o.object("groupKey").text("id"), o.text("email")))
	if !strings.Contains(email, "@") {
		b.reject(src, records.MissingField, "groupKey.id is missing; export the groups again")
		return
	}
	g := b.groupOf(email)
	g.name = cmp.Or(o.text("displayName"), o.text("name"), g.name)
	if id := o.text("name"); strings.HasPrefix(id, "groups/") {
		g.id, g.name = id, o.text("displayName")
		b.groupIDs[id] = email
	}
	var err error
	if g.created, err = o.time("createTime"); err != nil {
		b.problem(src.within(", %s", email), records.BadTime, "%v: it is unknown", err)
	}
	inner := *a
	inner.group = email
	for _, key := range []string{"memberships", "members"} {
		for i, v := range o.list(key) {
			g.read = true
			b.one(src.within(", %s[%d]", key, i), v, &inner)
		}
		g.read = g.read || o.has(key)
	}
}

// membership is one member of a group.
type membership struct {
	src           *source
	group, member string // The group by its address or as "groups/abc".
	kind          entitlement.Kind
}

// membership takes a member of a group.
// https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships
func (b *builder) membership(src *source, o object, a *around) {
	m := &membership{src: src, group: a.group, member: strings.ToLower(cmp.Or(o.object("preferredMemberKey").text("id"), o.text("email")))}
	if head, _, ok := strings.Cut(o.text("name"), "/memberships/"); ok && m.group == "" {
		m.group = head
	}
	m.kind = map[string]entitlement.Kind{
		"GROUP": entitlement.Group, "USER": entitlement.User, "SERVICE_ACCOUNT": entitlement.ServiceAccount,
	}[strings.ToUpper(o.text("type"))]
	switch {
	case m.member == "" && strings.EqualFold(o.text("type"), "CUSTOMER"):
		b.reject(src, records.UnsupportedShape, "everybody of the organization is a member, which is not read; add the members themselves")
	case m.member == "":
		b.reject(src, records.MissingField, "preferredMemberKey.id is missing; list memberships with the full view "+
			"(gcloud identity groups memberships list)")
	case m.group == "":
		b.reject(src, records.MissingField, "does not say of which group; "+
			`write {"group": "team@example.com", "members": […]} around the list`)
	default:
		b.members = append(b.members, m)
	}
}

// join gives the members to their groups.
func (b *builder) join() {
	for _, m := range b.members {
		email := strings.ToLower(m.group)
		if strings.HasPrefix(email, "groups/") {
			email = b.groupIDs[m.group]
		}
		if email == "" {
			b.reject(m.src, Incomplete, "%s is a member of %s, whose address is not known; export the groups, too "+
				"(gcloud identity groups describe)", m.member, m.group)
			continue
		}
		g := b.groupOf(email)
		g.read = true
		if _, known := g.kinds[m.member]; !known {
			g.members = append(g.members, m.member)
		}
		g.kinds[m.member] = m.kind
	}
}
