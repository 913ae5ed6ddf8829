package gcp

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// identities makes the identities of a project: its service accounts, those that
// its workloads run as, and the members of the grants that reach it with the
// members of their groups.
func (a *assembly) identities(s *system) {
	for _, email := range a.atHome[s.node.ref] {
		a.person(s, email, entitlement.ServiceAccount)
	}
	for _, id := range s.inv.Identities {
		if id.RunsAs != "" {
			a.person(s, string(id.RunsAs), entitlement.ServiceAccount)
		}
	}
	for i := range s.inv.Grants {
		a.member(s, s.inv.Grants[i].Member)
	}
	a.groupsOf(s)
	a.unknownGroups(s)
	slices.SortFunc(s.inv.Identities, func(x, y entitlement.Identity) int { return strings.Compare(string(x.ID), string(y.ID)) })
}

// sortPeople notes service accounts by the project that they are of, and users by
// their domain, once for all projects.
func (a *assembly) sortPeople() {
	a.atHome, a.ofDomain = map[string][]string{}, map[string][]string{}
	for _, email := range slices.Sorted(maps.Keys(a.owned)) {
		if home := a.owned[email].home; home != "" {
			home = a.tree.canonical(home)
			a.atHome[home] = append(a.atHome[home], email)
		}
	}
	for _, email := range slices.Sorted(maps.Keys(a.users)) {
		domain := email[strings.LastIndexByte(email, '@')+1:]
		a.ofDomain[domain] = append(a.ofDomain[domain], email)
	}
}

// member makes the identities that a member of a policy stands for. Special
// members, such as allUsers and projectOwner:p, stand for none of their own, and
// those that were deleted for none any longer.
// https://cloud.google.com/iam/docs/principal-identifiers
func (a *assembly) member(s *system, m string) {
	kind, id, _ := strings.Cut(m, ":")
	switch kind {
	case "user":
		a.person(s, strings.ToLower(id), entitlement.User)
	case "serviceAccount":
		a.person(s, strings.ToLower(id), entitlement.ServiceAccount)
	case "group":
		a.person(s, strings.ToLower(id), entitlement.Group)
	case "domain":
		a.everybody(s, strings.ToLower(id))
	case "principal":
		a.federated(s, m)
	}
}

// everybody adds the users of a domain that the directory has.
func (a *assembly) everybody(s *system, domain string) {
	for _, email := range a.ofDomain[domain] {
		a.person(s, email, entitlement.User)
	}
}

// federated adds one principal of an identity pool, which has no address: of a
// workforce pool people, of a workload identity pool workloads.
func (a *assembly) federated(s *system, m string) {
	if _, known := s.index[entitlement.IdentityID(m)]; known {
		return
	}
	id := s.upsert(entitlement.IdentityID(m))
	id.Kind, id.Name = entitlement.User, lastOf(m)
	if strings.Contains(m, "/workloadIdentityPools/") {
		id.Kind = entitlement.ServiceAccount
	}
}

// person adds a user, a service account or a group with its members, of which
// kind is what is known otherwise.
func (a *assembly) person(s *system, email string, kind entitlement.Kind) {
	if _, known := s.index[entitlement.IdentityID(email)]; known || email == "" {
		return
	}
	switch {
	case a.accounts.kind(email) != notAccount:
		kind = entitlement.ServiceAccount
	case a.groups[email] != nil && (a.groups[email].read || kind != entitlement.User):
		kind = entitlement.Group
	}
	id := s.upsert(entitlement.IdentityID(email))
	id.Kind, id.Name, id.Email = kind, email, email
	switch kind {
	case entitlement.Group:
		a.fillGroup(s, id, email)
	case entitlement.ServiceAccount:
		a.fillAccount(s, id, email)
	case entitlement.User, entitlement.Role, entitlement.Function, entitlement.Instance,
		entitlement.ServicePrincipal, entitlement.ManagedIdentity: // All but the first have no addresses.
		a.fillUser(id, email)
	}
}

func (a *assembly) fillGroup(s *system, id *entitlement.Identity, email string) {
	g := a.groups[email]
	if g == nil {
		return
	}
	id.Name, id.UniqueID, id.Created = cmp.Or(g.name, email), g.id, g.created
	for _, m := range g.members {
		a.person(s, m, cmp.Or(g.kinds[m], entitlement.User))
	}
}

// fillAccount leaves keys to the project that a service account is of, if that is
// known.
func (a *assembly) fillAccount(s *system, id *entitlement.Identity, email string) {
	switch a.accounts.kind(email) {
	case defaultAccount:
		id.Default = true
	case googleAccount:
		id.ServiceManaged = true
	case notAccount, ownedAccount:
	}
	acc := a.owned[email]
	if acc == nil {
		return
	}
	id.Name, id.UniqueID, id.AppID = cmp.Or(acc.name, email), acc.unique, acc.unique
	id.Disabled, id.LastUsed = acc.disabled, acc.lastUsed
	if home := a.tree.canonical(acc.home); home == s.node.ref || a.systems[home] == nil {
		id.Keys = slices.Clone(acc.keys)
	}
}

func (a *assembly) fillUser(id *entitlement.Identity, email string) {
	_, domain, _ := strings.Cut(email, "@")
	if _, own := a.domains[domain]; !own && len(a.domains) > 0 {
		id.Guest = true
	}
	u := a.users[email]
	if u == nil {
		return
	}
	id.Name, id.UniqueID, id.Created = cmp.Or(u.name, email), u.id, u.created
	id.Disabled, id.MFA, id.PasswordUsed, id.Console = u.disabled, u.mfa, u.signedIn, entitlement.Yes
}

// groupsOf notes which groups of the inventory each identity is in.
func (a *assembly) groupsOf(s *system) {
	for i := range s.inv.Identities {
		id := &s.inv.Identities[i]
		for _, g := range a.memberOf[id.ID] {
			if _, here := s.index[g]; here {
				id.Groups = append(id.Groups, g)
			}
		}
	}
}

// unknownGroups reports the groups that hold grants, or stand in denials, and
// whose members are not known.
func (a *assembly) unknownGroups(s *system) {
	var granted []string
	for i := range s.inv.Identities {
		if id := &s.inv.Identities[i]; id.Kind == entitlement.Group {
			granted = append(granted, string(id.ID))
		}
	}
	a.unread(s, granted, "hold grants")
	a.unread(s, deniedGroups(s.inv.Denials), "stand in deny policies")
}

// unread reports those of some groups whose members were not read.
func (a *assembly) unread(s *system, groups []string, what string) {
	groups = slices.DeleteFunc(groups, func(email string) bool { return a.groups[email] != nil && a.groups[email].read })
	if len(groups) == 0 {
		return
	}
	slices.Sort(groups)
	groups = slices.Compact(groups)
	n := len(groups)
	if n > 10 {
		groups = append(groups[:10], "others")
	}
	s.problem(UnknownGroup, string(s.inv.System.ID), "who is in %d groups that %s is not known: %s; "+
		"add the answers of gcloud identity groups memberships list", n, what, strings.Join(groups, ", "))
}

// deniedGroups returns the groups that denials name, or except.
func deniedGroups(denials []entitlement.Denial) []string {
	var out []string
	for i := range denials {
		for _, r := range denials[i].Rules {
			for _, m := range slices.Concat(r.Members, r.ExceptMembers) {
				if email, ok := strings.CutPrefix(m, "principalSet://goog/group/"); ok {
					out = append(out, strings.ToLower(email))
				}
			}
		}
	}
	return out
}
