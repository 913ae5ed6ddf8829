package tenant

import (
	"math/rand/v2"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// group is one IAM group.
type group struct {
	name, id, arn string
	managed       []string
	inline        []inlinePolicy
	super         bool
}

// groups returns the groups of an account: for administrators, auditors and
// developers, one for the operators of each team, one whose members are all
// idle and one without members.
func (w *world) groups(a *account) []group {
	list := []group{
		{name: "administrators", managed: []string{w.managedARN("AdministratorAccess")}, super: true},
		{
			name: "auditors", managed: []string{w.managedARN("SecurityAudit"), w.managedARN("IAMReadOnlyAccess"), a.customARN("require-mfa", "")},
		},
		{
			name: "developers", managed: []string{w.managedARN("ReadOnlyAccess"), w.managedARN("IAMUserChangePassword"), a.customARN("own-credentials", ""), a.customARN("office-network-only", "")},
		},
		{name: "legacy-readers", managed: []string{w.managedARN("ReadOnlyAccess")}},
		{
			name: "contractors-2023", managed: []string{w.managedARN("ViewOnlyAccess")},
			inline: []inlinePolicy{{"uploads", a.expand(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::PREFIX-contractors/${aws:username}/*"}}`, "")}},
		},
	}
	for _, team := range teams() {
		g := group{name: team + "-operators", managed: []string{a.customARN("TEAM-operations", team)}}
		if !a.production() {
			g.managed = append(g.managed, w.managedARN("PowerUserAccess"))
		}
		list = append(list, g)
	}
	for i := range list {
		list[i].id = draw.CloudID(a.seed.Stream("group", i, 0), "AGPA", 17)
		list[i].arn = a.iamARN("group/" + list[i].name)
	}
	return list
}

// join puts a user into groups.
func (w *world) join(x *identity, r *rand.Rand) {
	switch x.profile.name {
	case "auditor":
		x.groups = append(x.groups, "auditors")
	case "developer":
		x.groups = append(x.groups, "developers", x.team+"-operators")
	}
	if !x.active && r.IntN(6) == 0 {
		x.groups = append(x.groups, "legacy-readers")
	}
}
