package azure

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// directory is what is known of users, groups and applications of a tenant.
type directory struct {
	now   time.Time
	known map[entitlement.IdentityID]*principal
	// keys and uses are of applications, by their client ids: they belong to
	// the service principals of these.
	keys map[string][]entitlement.AccessKey
	uses map[string]time.Time
	// keyUses are the last uses of credentials by their ids.
	keyUses map[entitlement.AccessKeyID]time.Time
	had     map[string]bool // Kind and id of what was read.
}

// principal is one identity of the directory, with its members if it is a
// group.
type principal struct {
	entitlement.Identity
	members     []entitlement.IdentityID
	membersRead bool
	listed      bool // By the directory itself, not only named elsewhere.
}

// madeAt notes when the directory made it, where a record tells.
func (p *principal) madeAt(what kind, text string) *refusal {
	var at time.Time
	if no := readTimes(what, timeField{"createdDateTime", text, &at}); no != nil {
		return no
	}
	if !at.IsZero() {
		p.Created = at
	}
	return nil
}

func newDirectory(now time.Time) directory {
	return directory{
		now:   now,
		known: map[entitlement.IdentityID]*principal{}, keys: map[string][]entitlement.AccessKey{},
		uses: map[string]time.Time{}, keyUses: map[entitlement.AccessKeyID]time.Time{}, had: map[string]bool{},
	}
}

// of returns the principal, which is made if need be.
func (d *directory) of(id entitlement.IdentityID) *principal {
	p := d.known[id]
	if p == nil {
		p = &principal{Identity: entitlement.Identity{ID: id}}
		d.known[id] = p
	}
	return p
}

// first reports whether nothing of this kind was read of the id before.
func (d *directory) first(what kind, id string) bool {
	key := string(what) + "|" + id
	if d.had[key] {
		return false
	}
	d.had[key] = true
	return true
}

// firstOr is nil for what is read the first time.
func (d *directory) firstOr(what kind, id string) *refusal {
	if d.first(what, id) {
		return nil
	}
	return again()
}

func (d *directory) take(doc *document) *refusal {
	switch doc.what { //nolint:exhaustive // of the directory's kinds
	case kindUser:
		return d.user(doc)
	case kindRegistration:
		return d.registration(doc)
	case kindGroup, kindMembers:
		return d.group(doc)
	case kindPrincipal:
		return d.servicePrincipal(doc)
	case kindApplication:
		return d.application(doc)
	case kindPrincipalUse:
		return d.principalUse(doc)
	}
	return d.credentialUse(doc)
}

// typed notes what sort of identity an assignment says that a principal is.
// What the directory itself says goes before.
func (d *directory) typed(id entitlement.IdentityID, typ, name string) *principal {
	if id == everyone || id == "" {
		return nil
	}
	p := d.of(id)
	if p.Kind == "" {
		p.Kind = kindOfPrincipal(typ)
	}
	p.Name = cmp.Or(p.Name, name)
	return p
}

// kindOfPrincipal reads the principalType of assignments.
// https://learn.microsoft.com/rest/api/authorization/role-assignments/get#principaltype
func kindOfPrincipal(typ string) entitlement.Kind {
	switch strings.ToLower(typ) {
	case "user":
		return entitlement.User
	case "group", "foreigngroup", "everyone":
		return entitlement.Group
	case "serviceprincipal", "application", "device":
		return entitlement.ServicePrincipal
	case "msi", "managedidentity":
		return entitlement.ManagedIdentity
	}
	return ""
}

// name notes what an assignment tells of its principal.
func (d *directory) name(member, typ string, a *grantDocument) {
	var full, mail string
	if a.ExpandedProperties != nil {
		full, mail = a.ExpandedProperties.Principal.DisplayName, a.ExpandedProperties.Principal.Email
	}
	p := d.typed(entitlement.IdentityID(member), typ, cmp.Or(a.DisplayName, full))
	if p == nil || p.listed {
		return
	}
	login := cmp.Or(a.SignInName, mail, a.PrincipalName)
	if p.Kind == "" && strings.Contains(login, "@") {
		p.Kind = entitlement.User
	}
	switch {
	case p.Kind == entitlement.User:
		p.Email = cmp.Or(p.Email, strings.ToLower(login))
	case p.Kind == entitlement.Group:
		p.Name = cmp.Or(p.Name, a.PrincipalName)
	case entitlement.IsGUID(a.PrincipalName):
		p.AppID = cmp.Or(p.AppID, strings.ToLower(a.PrincipalName)) // The Azure CLI names applications so.
	default:
		p.Name = cmp.Or(p.Name, a.PrincipalName)
	}
}

// byLogin finds users by their principal names and mail addresses.
func (d *directory) byLogin() map[string]entitlement.IdentityID {
	out := map[string]entitlement.IdentityID{}
	for id, p := range d.known {
		if p.Email != "" && (out[p.Email] == "" || id < out[p.Email]) {
			out[p.Email] = id
		}
	}
	return out
}

// finish gives service principals the credentials of their applications, and
// credentials their last uses.
func (d *directory) finish() {
	for _, p := range d.known {
		if p.Kind != entitlement.ServicePrincipal && p.Kind != entitlement.ManagedIdentity {
			continue
		}
		if use := d.uses[p.AppID]; p.AppID != "" && use.After(p.LastUsed) {
			p.LastUsed = use
		}
		if p.Kind == entitlement.ManagedIdentity {
			p.Keys = nil // Azure makes and renews them.
			continue
		}
		if p.AppID != "" {
			p.Keys = append(p.Keys, d.keys[p.AppID]...)
		}
		p.Keys = d.used(p.Keys)
	}
}

func (d *directory) used(keys []entitlement.AccessKey) []entitlement.AccessKey {
	slices.SortFunc(keys, func(a, b entitlement.AccessKey) int { return cmp.Compare(a.ID, b.ID) })
	keys = slices.CompactFunc(keys, func(a, b entitlement.AccessKey) bool { return a.ID == b.ID })
	for i := range keys {
		if at, ok := d.keyUses[keys[i].ID]; ok {
			keys[i].LastUsed, keys[i].UseKnown = at, true
		}
	}
	return keys
}

func noID(what kind) *refusal {
	return refused(records.MissingField, "%s without id: ask Microsoft Graph for it with $select=id,…", what)
}
