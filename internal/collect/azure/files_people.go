package azure

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// userDocument has the fields of a user of Microsoft Graph.
// https://learn.microsoft.com/graph/api/resources/user
type userDocument struct {
	ID, DisplayName, UserPrincipalName string
	Mail, UserType, CreatedDateTime    string
	AccountEnabled                     *bool
	SignInActivity                     *signInActivity
}

type signInActivity struct {
	LastSignInDateTime               string
	LastNonInteractiveSignInDateTime string
	LastSuccessfulSignInDateTime     string
}

func (d *directory) user(doc *document) *refusal {
	var u userDocument
	if no := doc.decode(&u); no != nil {
		return no
	}
	if u.ID == "" {
		return noID(doc.what)
	}
	p := d.of(objectID(u.ID))
	var created time.Time
	if no := readTimes(doc.what, timeField{"createdDateTime", u.CreatedDateTime, &created}); no != nil {
		return no
	}
	used, no := u.SignInActivity.last(doc.what)
	if no != nil {
		return no
	}
	p.Kind, p.listed = entitlement.User, true
	p.Guest = p.Guest || strings.EqualFold(u.UserType, "Guest") || u.UserType == "" && strings.Contains(u.UserPrincipalName, "#EXT#")
	p.Email = u.login(&p.Identity)
	p.Name = cmp.Or(u.DisplayName, p.Name, u.UserPrincipalName)
	p.Disabled = p.Disabled || u.AccountEnabled != nil && !*u.AccountEnabled
	if !created.IsZero() {
		p.Created = created
	}
	if used.After(p.LastUsed) {
		p.LastUsed = used
	}
	return d.firstOr(doc.what, string(p.ID))
}

// login returns the name that logs have for a user: of guests it is the address
// at home, which a list of members does not tell.
func (u *userDocument) login(known *entitlement.Identity) string {
	switch {
	case known.Guest && u.Mail != "":
		return strings.ToLower(u.Mail)
	case known.Guest && known.Email != "" && !strings.Contains(known.Email, "#ext#"):
		return known.Email
	}
	return strings.ToLower(cmp.Or(u.UserPrincipalName, known.Email, u.Mail))
}

// last returns the last sign-in, the successful one where Entra tells it.
// https://learn.microsoft.com/graph/api/resources/signinactivity
func (s *signInActivity) last(what kind) (time.Time, *refusal) {
	if s == nil {
		return time.Time{}, nil
	}
	var interactive, other, successful time.Time
	no := readTimes(what, timeField{"signInActivity.lastSignInDateTime", s.LastSignInDateTime, &interactive},
		timeField{"signInActivity.lastNonInteractiveSignInDateTime", s.LastNonInteractiveSignInDateTime, &other},
		timeField{"signInActivity.lastSuccessfulSignInDateTime", s.LastSuccessfulSignInDateTime, &successful})
	switch {
	case !successful.IsZero():
		return successful, no
	case other.After(interactive):
		return other, no
	}
	return interactive, no
}

// registration takes whether a user has registered a second factor.
// https://learn.microsoft.com/graph/api/resources/userregistrationdetails
func (d *directory) registration(doc *document) *refusal {
	var r struct {
		ID, UserPrincipalName, UserDisplayName, UserType string
		IsMFARegistered                                  *bool
	}
	if no := doc.decode(&r); no != nil {
		return no
	}
	switch {
	case r.ID == "":
		return noID(doc.what)
	case r.IsMFARegistered == nil:
		return missing(doc.what, "isMfaRegistered")
	}
	p := d.of(objectID(r.ID))
	p.Kind = entitlement.User
	p.Email = cmp.Or(p.Email, strings.ToLower(r.UserPrincipalName))
	p.Name = cmp.Or(p.Name, r.UserDisplayName)
	p.Guest = p.Guest || strings.EqualFold(r.UserType, "guest")
	if p.MFA = entitlement.No; *r.IsMFARegistered {
		p.MFA = entitlement.Yes
	}
	return d.firstOr(doc.what, string(p.ID))
}

// group takes a group, its members, or both.
// https://learn.microsoft.com/graph/api/group-list-members
func (d *directory) group(doc *document) *refusal {
	var g struct {
		ID, GroupID, DisplayName, CreatedDateTime string
		Members                                   *[]json.RawMessage
		MembersNextLink                           string `json:"members@odata.nextLink"`
	}
	if no := doc.decode(&g); no != nil {
		return no
	}
	id := objectID(cmp.Or(g.GroupID, g.ID))
	if id == "" {
		return noID(doc.what)
	}
	p := d.of(id)
	p.Kind = entitlement.Group
	p.Name = cmp.Or(g.DisplayName, p.Name)
	if no := p.madeAt(doc.what, g.CreatedDateTime); no != nil {
		return no
	}
	p.listed = p.listed || doc.what == kindGroup
	if g.Members == nil {
		return d.firstOr(doc.what, string(id))
	}
	cut := g.MembersNextLink != "" || doc.what == kindGroup && len(*g.Members) == mostExpanded
	p.membersRead = p.membersRead || !cut
	return d.addMembers(doc, p, *g.Members)
}

// mostExpanded is how many members $expand gives at most, without a word where
// there are more.
// https://learn.microsoft.com/graph/known-issues#query-parameters
const mostExpanded = 20

// addMembers takes the members of a group: objects of the directory, or their
// ids alone.
func (d *directory) addMembers(doc *document, p *principal, members []json.RawMessage) *refusal {
	for i, raw := range members {
		var m struct {
			ODataType string `json:"@odata.type"`
			ID        string
		}
		if id := text(raw); id != "" {
			m.ID = id
		} else if err := json.Unmarshal(raw, &m); err != nil {
			return refused(records.UnsupportedShape, "members[%d] of group %s: %v; export it again", i, p.ID, err)
		}
		if m.ID == "" {
			return refused(records.MissingField, "members[%d] of group %s has no id: ask Microsoft Graph for it with $select=id,…", i, p.ID)
		}
		if kindOfGraph(m.ODataType) == kindDirectoryOther {
			continue // Devices and contacts have no access to Azure.
		}
		p.members = append(p.members, objectID(m.ID))
		if no := d.member(raw); no != nil {
			no.message = "members of group " + string(p.ID) + ": " + no.message
			return no
		}
	}
	return d.firstOr(doc.what, "members of "+string(p.ID))
}

// member takes what a list of members tells of one of them.
func (d *directory) member(raw json.RawMessage) *refusal {
	if raw[0] != '{' {
		return nil
	}
	p := probeOf(raw)
	doc := document{what: kindOf(&p, kindUnknown), raw: raw, id: text(p.id)}
	switch doc.what { //nolint:exhaustive // others say no more than their ids
	case kindUser, kindGroup, kindPrincipal:
	default:
		return nil
	}
	key := string(doc.what) + "|" + string(objectID(doc.id))
	listed := d.had[key]
	no := d.take(&doc)
	d.had[key] = listed // A list of members is not the directory's own, which may follow.
	if no != nil && !no.quiet {
		return no
	}
	return nil
}
