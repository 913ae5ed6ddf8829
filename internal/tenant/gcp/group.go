package gcp

import (
	"strings"
	"time"
)

// group is a group of Cloud Identity.
type group struct {
	id, email, name string
	created         time.Time
	inside          []string // Names of the groups that are members.
	roles           []string
	on              string // Where it has them: the organization, a folder, a project.
}

// allGroups returns the groups: of each project's developers and owners, of
// operations with the people on call nested in them, and of security.
func (o *Organization) allGroups() []group {
	list := []group{o.group("security", organization, "security")}
	folders := map[string]bool{}
	for _, p := range o.projects {
		list = append(list, o.group("developers-"+p.env, p.ref(), "developer"), o.group("owners-"+p.env, p.ref(), "owner"))
		if f := p.folder; !folders[f.ref] {
			folders[f.ref] = true
			list = append(list, o.group("operators-"+f.name, f.ref, "operator", "on-call-"+f.name), o.group("on-call-"+f.name, f.ref, ""))
		}
	}
	return list
}

func (o *Organization) group(name, on, profile string, inside ...string) group {
	n := int(o.opts.Seed.Hash(name) >> 33)
	g := group{
		id: "groups/" + strings.ReplaceAll(o.opts.Seed.UUID("group", n, 0), "-", "")[:15], email: name + "@" + domain, name: name, on: on, inside: inside,
		created: o.opts.Until.AddDate(-2, 0, -n%700).Add(time.Duration(n%86400) * time.Second),
	}
	if profile != "" {
		g.roles = o.profiles[profile].roles
	}
	return g
}
