package azure

import (
	"iter"
	"strings"
	"time"
)

// grant is one role assignment.
type grant struct {
	id        string // Name of the assignment.
	role      role
	member    string // Object id.
	kind      string // User, Group, ServicePrincipal.
	name      string // Of the member, as the Azure CLI tells it.
	scope     string
	condition string
	created   time.Time
}

// scopeOf returns the scope that a profile's grant names.
func scopeOf(place string, s *subscription, team string) string {
	switch place {
	case "root":
		return root
	case "management":
		return managements + s.group
	case "subscription":
		return s.path()
	case "storage":
		return s.storage(team)
	case "vault":
		return s.vault(team)
	}
	return s.resourceGroup(team)
}

// grantsOf yields what an identity itself holds; what comes through groups is
// the groups'.
func (t *Tenant) grantsOf(x *identity) []grant {
	if len(x.groups) > 0 {
		return nil
	}
	list := make([]grant, 0, len(x.profile.grants))
	for n, text := range x.profile.grants {
		name, place, _ := strings.Cut(text, "@")
		g := grant{
			id: t.opts.Seed.UUID("assignment "+x.kind.String(), x.index, n), role: t.roles[name], member: x.id,
			kind: x.principalType(), name: x.app, scope: scopeOf(place, x.home, x.team), created: x.created.Add(time.Hour),
		}
		if x.kind == kindUser {
			g.name = x.login
		}
		if x.profile.name == "analyst" && x.index%2 == 0 {
			g.condition = reportsOnly
		}
		list = append(list, g)
	}
	return list
}

func (x *identity) principalType() string {
	if x.kind == kindUser {
		return "User"
	}
	return "ServicePrincipal"
}

// reportsOnly lets its holder read the blobs of one container alone.
const reportsOnly = "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND NOT SubOperationMatches{'Blob.List'}))" +
	" OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'reports'))"

// grants yields every role assignment of the tenant, those that are activated
// now included.
func (t *Tenant) grants() iter.Seq[grant] {
	return func(yield func(grant) bool) {
		for _, g := range t.groups {
			for _, one := range g.grants {
				if !yield(one) {
					return
				}
			}
		}
		for x := range t.identities() {
			for _, one := range t.grantsOf(x) {
				if !yield(one) {
					return
				}
			}
			if x.activated && !yield(t.activation(x)) {
				return
			}
		}
	}
}

// activation is the assignment that an eligible person has for some hours.
func (t *Tenant) activation(x *identity) grant {
	return grant{
		id: t.opts.Seed.UUID("activation", x.index, 0), role: t.roles[x.eligible], member: x.id, kind: "User", name: x.login,
		scope: x.home.path(), created: t.activatedAt(x),
	}
}

func (t *Tenant) activatedAt(x *identity) time.Time {
	return t.opts.Until.Add(-time.Duration(30+t.opts.Seed.Stream("activated", x.index, 0).IntN(180)) * time.Minute)
}

// splitGrants takes "role@place role@place" apart.
func splitGrants(text string) [][2]string {
	var list [][2]string
	for one := range strings.FieldsSeq(text) {
		name, place, _ := strings.Cut(one, "@")
		list = append(list, [2]string{name, place})
	}
	return list
}
