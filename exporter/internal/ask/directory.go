package ask

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
)

// directory finds identities of Azure or Google Cloud by their names. It does
// not change.
type directory struct {
	cloud entitlement.Cloud
	known map[entitlement.IdentityID]*entitlement.Identity
	// systems are those of the first inventory that has the identity.
	systems map[entitlement.IdentityID]entitlement.SystemID
	exact   map[string][]entitlement.IdentityID // By id, mail address, application id and unique id, in lower case.
	named   map[string][]entitlement.IdentityID // By display name in lower case.
	members map[entitlement.IdentityID]bool     // Groups of which somebody is known to be in.
}

func newDirectory(cloud entitlement.Cloud, systems []explain.RoleSystem) *directory {
	d := &directory{
		cloud: cloud, known: map[entitlement.IdentityID]*entitlement.Identity{}, systems: map[entitlement.IdentityID]entitlement.SystemID{},
		exact: map[string][]entitlement.IdentityID{}, named: map[string][]entitlement.IdentityID{}, members: map[entitlement.IdentityID]bool{},
	}
	for _, s := range systems {
		inv := s.Inventory()
		for i := range inv.Identities {
			d.add(&inv.Identities[i], inv.System.ID)
		}
	}
	return d
}

func (d *directory) add(id *entitlement.Identity, system entitlement.SystemID) {
	for _, g := range id.Groups {
		d.members[g] = true
	}
	if d.known[id.ID] != nil {
		return // The same, as another system has it.
	}
	d.known[id.ID], d.systems[id.ID] = id, system
	for _, name := range []string{string(id.ID), id.Email, id.AppID, id.UniqueID} {
		enter(d.exact, name, id.ID)
	}
	enter(d.named, id.Name, id.ID)
}

func enter(names map[string][]entitlement.IdentityID, name string, id entitlement.IdentityID) {
	name = strings.ToLower(name)
	if name != "" && !slices.Contains(names[name], id) {
		names[name] = append(names[name], id)
	}
}

// identity returns the id of somebody who is given by any name. On Google Cloud
// policies may speak of somebody who is not among the identities; there, and by
// an object id on Azure, anybody can be asked for.
func (d *directory) identity(name string) (entitlement.IdentityID, error) {
	lower := strings.ToLower(name)
	if d.cloud == entitlement.GCP {
		if special, is := specialMember(lower); is {
			return special, nil
		}
		if _, bare, prefixed := cutMember(lower); prefixed {
			lower = bare
		}
	}
	found := d.exact[lower]
	if len(found) == 0 {
		found = d.named[lower]
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", fmt.Errorf("%q is the name of %d identities: %s; give the id of one", name, len(found), some(asText(found)))
	case d.cloud == entitlement.Azure && entitlement.IsGUID(lower):
		return entitlement.IdentityID(lower), nil
	case d.cloud == entitlement.GCP && strings.Contains(lower, "://"):
		return entitlement.IdentityID(strings.TrimSpace(name)), nil
	case d.cloud == entitlement.GCP && strings.Contains(lower, "@"):
		return entitlement.IdentityID(lower), nil
	}
	if d.cloud == entitlement.Azure { // Of whom the directory alone speaks nothing is kept.
		return "", fmt.Errorf("the documents give no role to anybody called %q, directly or through a group; give %s", name, d.wanted())
	}
	return "", fmt.Errorf("nobody in the documents is called %q; give %s", name, d.wanted())
}

func (d *directory) wanted() string {
	if d.cloud == entitlement.Azure {
		return "an object id, a user principal name, an application id, or a display name that one identity has"
	}
	return `an e-mail address, a unique id, "principal://…", or "allUsers" for anybody`
}

func asText(list []entitlement.IdentityID) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}

// specialMember returns a member of Google Cloud's policies that is nobody by
// name, by its name in lower case. "*" is anybody, as on AWS.
func specialMember(lower string) (entitlement.IdentityID, bool) {
	switch lower {
	case "allusers", "*":
		return explain.AllUsers, true
	case "allauthenticatedusers":
		return explain.AllAuthenticated, true
	}
	return "", false
}

// cutMember cuts the sort off a member as Google Cloud's policies write it, such
// as "user:ana@example.com".
func cutMember(member string) (sort, name string, ok bool) {
	sort, name, ok = strings.Cut(member, ":")
	switch strings.ToLower(sort) {
	case "user", "group", "serviceaccount":
		return sort, name, ok
	}
	return "", member, false
}
