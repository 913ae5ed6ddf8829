package ask

import (
	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// azureOf returns the subscriptions among systems, and their estate.
func azureOf(systems []*Compiled) (rolesEstate, []explain.RoleSystem) {
	var compiled []*azure.Subscription
	var list []explain.RoleSystem
	for _, s := range systems {
		if s.azure != nil {
			compiled = append(compiled, s.azure)
			list = append(list, subscription{s.azure})
		}
	}
	return azure.NewEstate(compiled...), list
}

// subscription has the grants of a compiled one in words' form.
type subscription struct{ *azure.Subscription }

func (s subscription) Grants(id entitlement.IdentityID) []explain.Via {
	var list []explain.Via
	for _, v := range s.Subscription.Grants(id) {
		list = append(list, explain.Via{Grant: v.Grant, Role: v.Role, Group: v.Group})
	}
	return list
}

// gcpOf returns the projects among systems, and their estate.
func gcpOf(systems []*Compiled) (rolesEstate, []explain.RoleSystem) {
	var compiled []*gcp.Project
	var list []explain.RoleSystem
	for _, s := range systems {
		if s.gcp != nil {
			compiled = append(compiled, s.gcp)
			list = append(list, project{s.gcp})
		}
	}
	return gcp.NewEstate(compiled...), list
}

// project has the grants of a compiled one in words' form.
type project struct{ *gcp.Project }

func (p project) Grants(id entitlement.IdentityID) []explain.Via {
	var list []explain.Via
	for _, v := range p.Project.Grants(id) {
		list = append(list, explain.Via{Grant: v.Grant, Role: v.Role, Group: v.Group})
	}
	return list
}
