package gcp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Bucket tells who outside of the organization, and of the bucket's project,
// has access to a bucket: by the allow policies of the bucket and all above it,
// less what deny policies take away, and by its access control list.
//
// Public access prevention makes what would be public restricted, as does a
// condition. A service account of another project is another account, as is a
// member of another domain than the organization's where these are known. See
// https://cloud.google.com/storage/docs/public-access-prevention and
// https://cloud.google.com/storage/docs/uniform-bucket-level-access.
func Bucket(p *Project, r *entitlement.Resource) entitlement.BucketExposure {
	v := bucketView{Project: p, resource: r, name: p.names.canonical(r.ID)}
	for _, i := range p.storage().grants(v.name) {
		v.look(&p.grants[i])
	}
	v.lookAtACL()
	out := entitlement.BucketExposure{Access: v.class(), Accounts: sorted(v.accounts), Because: v.because}
	return out
}

type bucketView struct {
	*Project

	resource        *entitlement.Resource
	name            string
	public, limited bool
	accounts        []string
	because         []string
}

// class is the gravest class that holds.
func (v *bucketView) class() string {
	b := v.resource.Bucket
	prevented := b != nil && b.PublicAllowed == entitlement.No
	switch {
	case v.public && !prevented:
		return entitlement.BucketIsPublic
	case v.resource.PolicyUnknown:
		return entitlement.BucketIsUnknown
	case v.public || v.limited:
		return entitlement.BucketIsRestricted
	case b != nil && b.ObjectACLs == entitlement.Yes && !prevented:
		return entitlement.BucketSubjectToACLs
	case len(v.accounts) > 0:
		return entitlement.BucketIsCrossAccount
	}
	return entitlement.BucketIsPrivate
}

// look sees whom a grant lets in.
func (v *bucketView) look(g *grant) {
	if g.holds == no || !g.during(v.inv.CollectedAt) || g.level == below && !covers(v.name, g.scope) && !covers(g.scope, v.name) {
		return
	}
	set := g.role.set.Intersect(v.storage().permissions)
	if set.Empty() {
		return
	}
	m := v.names.readMember(g.Member)
	key := m.keys[0]
	left, doubt := v.left(set, key)
	if left.Empty() {
		return
	}
	surely := g.holds == yes && !doubt
	if key == allUsers || key == authenticated {
		v.open(g, surely)
	} else {
		v.outsider(g, key)
	}
}

// left returns what denials leave of what a member gets, and whether some might
// take more.
func (v *bucketView) left(set entitlement.ActionSet, key string) (entitlement.ActionSet, bool) {
	doubt := false
	w := v.identify(entitlement.IdentityID(key))
	for i := range v.denials {
		d := &v.denials[i]
		if d.level < 0 && !covers(d.scope, v.name) || d.set.Intersect(set).Empty() {
			continue
		}
		switch d.hits(w).and(d.holds) {
		case yes:
			set = set.Minus(d.set)
		case perhaps:
			doubt = true
		case no:
		}
	}
	return set, doubt
}

func (v *bucketView) open(g *grant, surely bool) {
	if surely {
		v.public = true
	} else {
		v.limited = true
	}
	words := fmt.Sprintf("%s has %s on %s", g.Member, g.Role, g.Scope)
	if text := expression(g.Condition); text != "" {
		words += " if " + text
	}
	v.because = append(v.because, words)
}

// outsider notes a member who is of another project, domain or organization.
func (v *bucketView) outsider(g *grant, key string) {
	account := v.account(key)
	if account == "" {
		return
	}
	v.accounts = append(v.accounts, account)
	v.because = append(v.because, fmt.Sprintf("%s has %s on %s", g.Member, g.Role, g.Scope))
}

// account returns the project, domain or pool that a key is of, "" where that
// is the organization's own or not known.
func (v *bucketView) account(key string) string {
	if rest, ok := cutAny(key, "projectOwner:", "projectEditor:", "projectViewer:"); ok {
		return v.otherProject(rest)
	}
	if name, _, ok := pool(key); ok {
		if rest, ok := strings.CutPrefix(v.names.poolName(name), "projects/"); ok {
			return v.otherProject(first(rest))
		}
		return ""
	}
	if scope, ok := strings.CutPrefix(key, inKey+projects); ok {
		return v.otherProject(first(scope))
	}
	if isServiceAccount(key) {
		if known := v.identities[entitlement.IdentityID(key)]; isAgent(key) || known != nil && known.ServiceManaged {
			return ""
		}
		return v.otherProject(projectOfAccount(key))
	}
	domain := strings.TrimPrefix(key, domainKey)
	if !strings.HasPrefix(key, domainKey) {
		_, domain, _ = strings.Cut(key, "@")
	}
	if _, own := v.inv.Domains[domain]; own || domain == "" || len(v.inv.Domains) == 0 {
		return ""
	}
	return domain
}

func (v *bucketView) otherProject(project string) string {
	if project == "" || v.names.own(project) {
		return ""
	}
	return project
}

// lookAtACL sees whom the bucket's access control list lets in. It counts only
// where access is not uniform.
func (v *bucketView) lookAtACL() {
	b := v.resource.Bucket
	if b == nil || b.ObjectACLs == entitlement.No {
		return
	}
	for _, grant := range b.Grants {
		if slices.Contains([]string{entitlement.AllUsers, entitlement.AuthenticatedUsers, allUsers, authenticated}, grant.Grantee) {
			v.public = true
			v.because = append(v.because, fmt.Sprintf("the access control list gives %s %s", grant.Grantee, grant.Permission))
		}
	}
}
