package azure

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/leastward/leastward/internal/entitlement"
)

const serviceGraph = "Microsoft.Graph"

// graphCall is a request of Microsoft Graph.
func (c *Collector) graphCall(path, query, name string) request {
	q := request{op: Operation{serviceGraph, name}, family: familyGraph, url: c.client.at.graph + path}
	if query != "" {
		q.url += "?" + query
	}
	return q
}

// choice is a query with the fields to return and the size of pages.
func choice(fields string, top int) string {
	return "$select=" + fields + "&$top=" + strconv.Itoa(top)
}

// directoryParts read the whole directory: it is cheaper than asking for each
// identity that is granted something.
func (r *run) directoryParts() []*part {
	all := []*part{r.users(), r.groups()}
	if !r.options.skips(PartMFA) {
		all = append(all, r.registrations())
	}
	all = append(all, r.applications()...)
	if !r.options.skips(PartSignIns) {
		all = append(all, r.uses()...)
	}
	return all
}

// users reads them with their last sign-ins, which needs a further permission
// and Entra ID P1: where that is refused, without.
// https://learn.microsoft.com/graph/api/user-list
func (r *run) users() *part {
	const fields = "id,displayName,userPrincipalName,mail,userType,accountEnabled,createdDateTime"
	plain := &part{
		request: r.graphCall("/v1.0/users", choice(fields, 999), "users"), code: CodeUsers, permission: "User.Read.All",
		effect: "users have the names that role assignments give; whether they are guests or disabled is unknown",
	}
	if r.options.skips(PartSignIns) {
		return plain
	}
	return &part{
		request: r.graphCall("/v1.0/users", choice(fields+",signInActivity", 500), "users"), code: CodeSignIns, permission: "AuditLog.Read.All",
		effect: "when users last signed in is unknown, and needs Entra ID P1, too", without: plain,
	}
}

// https://learn.microsoft.com/graph/api/authenticationmethodsroot-list-userregistrationdetails
func (r *run) registrations() *part {
	p := &part{
		request: r.graphCall("/v1.0/reports/authenticationMethods/userRegistrationDetails", "$top=999", "userRegistrationDetails"), code: CodeMFA,
		permission: "AuditLog.Read.All", effect: "whether users have a second factor is unknown, and needs Entra ID P1, too",
	}
	p.family = familyReports
	return p
}

// https://learn.microsoft.com/graph/api/group-list
func (r *run) groups() *part {
	return &part{
		request: r.graphCall("/v1.0/groups", choice("id,displayName,createdDateTime,securityEnabled", 999), "groups"), code: CodeGroups,
		permission: "GroupMember.Read.All", effect: "groups have the names that role assignments give",
	}
}

// applications are service principals and the applications that they are of,
// which have credentials, too.
// https://learn.microsoft.com/graph/api/serviceprincipal-list
// https://learn.microsoft.com/graph/api/application-list
func (r *run) applications() []*part {
	fields := "id,appId,displayName,servicePrincipalType,appOwnerOrganizationId,accountEnabled,createdDateTime,tags"
	const keys = ",keyCredentials,passwordCredentials"
	top := 999
	if !r.options.skips(PartCredentials) {
		fields, top = fields+keys, 100
	}
	principals := &part{
		request: r.graphCall("/v1.0/servicePrincipals", choice(fields, top), "servicePrincipals"), code: CodeApplications, permission: "Application.Read.All",
		effect: "applications have the names that role assignments give; their credentials and which are Microsoft's are unknown",
	}
	if r.options.skips(PartCredentials) {
		return []*part{principals}
	}
	return []*part{principals, {
		request: r.graphCall("/v1.0/applications", choice("id,appId,displayName,signInAudience"+keys, 100), "applications"), code: CodeApplications,
		permission: "Application.Read.All", effect: "secrets and certificates of applications are unknown",
	}}
}

// uses are the last sign-ins of applications and of their credentials.
// https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities
// https://learn.microsoft.com/graph/api/reportroot-list-appcredentialsigninactivities
func (r *run) uses() []*part {
	var all []*part
	for _, name := range []string{"servicePrincipalSignInActivities", "appCredentialSignInActivities"} {
		p := &part{
			request: r.graphCall("/beta/reports/"+name, "", name), code: CodeSignIns, permission: "AuditLog.Read.All",
			effect: "when applications and their credentials were last used is unknown, and needs Entra ID P1, too",
			none:   isNotFound, // Of clouds that don't have them.
		}
		p.family = familyReports
		all = append(all, p)
	}
	return all
}

// reach reads what depends on what was read: containers of storage accounts,
// and the members of groups that have roles, of groups in these, and so on.
func (r *run) reach(ctx context.Context) {
	r.read(ctx, append(r.containerLists(), r.operations()...))
	for asked := map[entitlement.IdentityID]bool{}; ; {
		var parts []*part
		for _, id := range r.all.openGroups() {
			if !asked[id] {
				asked[id] = true
				parts = append(parts, r.members(id)...)
			}
		}
		if len(parts) == 0 {
			return
		}
		r.read(ctx, parts)
	}
}

// members reads who is in a group. Service principals are asked for apart, since
// the list of members may leave them out.
// https://learn.microsoft.com/graph/api/group-list-members
func (r *run) members(group entitlement.IdentityID) []*part {
	list := func(suffix, query string) *part {
		q := r.graphCall("/v1.0/groups/"+url.PathEscape(string(group))+"/members"+suffix, choice("id,displayName,userPrincipalName", 999)+query, "groups/members")
		return &part{
			request: q, code: CodeGroups, permission: "GroupMember.Read.All", none: isNotFound, // The group was deleted.
			effect: "who is in groups is known in part only: the access of their members is not all shown",
		}
	}
	all := list("", "")
	all.wrap = func(values [][]byte, whole bool) []byte {
		return listDocument("groupId", string(group), "members", values, whole)
	}
	apart := list("/microsoft.graph.servicePrincipal", "&$count=true")
	apart.eventual = true
	apart.wrap = func(values [][]byte, whole bool) []byte { return membersDocument(group, values, whole) }
	return []*part{apart, all} // What the whole list says of its end is the last word.
}

// openGroups returns the groups that grants and denials reach and whose members
// were not read.
func (c *collection) openGroups() []entitlement.IdentityID {
	var open, todo []entitlement.IdentityID
	for i := range c.grants {
		todo = append(todo, entitlement.IdentityID(c.grants[i].Member))
	}
	for i := range c.scheduled {
		todo = append(todo, entitlement.IdentityID(c.scheduled[i].Member))
	}
	for i := range c.denials {
		for _, rule := range c.denials[i].Rules {
			for _, m := range append(slices.Clone(rule.Members), rule.ExceptMembers...) {
				todo = append(todo, entitlement.IdentityID(m))
			}
		}
	}
	had := map[entitlement.IdentityID]bool{}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		p := c.directory.known[id]
		if had[id] || p == nil || p.Kind != entitlement.Group {
			continue
		}
		had[id] = true
		if !p.membersRead {
			open = append(open, id)
		}
		todo = append(todo, p.members...)
	}
	slices.Sort(open)
	return open
}
