package aws

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadAuthorizationDetails reads users, groups, roles and policies from the
// output of `aws iam get-account-authorization-details`: one document, or pages
// one after the other, compressed with gzip or not. Call it several times for
// pages in several files. Passwords and second factors are not in it and stay
// unknown; see [ReadCredentialReport].
//
// What cannot be read becomes a problem of the inventory. An error means that
// nothing could be, or that the file is of another account than the inventory.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func ReadAuthorizationDetails(in io.Reader, name string, into *entitlement.Inventory) error {
	a, err := readAuthorization(in, name, into)
	if err == nil && !a.truncated {
		a.checkComplete()
	}
	return err
}

func readAuthorization(in io.Reader, name string, into *entitlement.Inventory) (*authorizationReader, error) {
	a := &authorizationReader{inventoryReader: newInventoryReader(name, into)}
	err := a.partial(records.ReadLists(in, name, a.element), a.lists > 0)
	if err != nil {
		return nil, fmt.Errorf("read authorization details: %w", err)
	}
	if a.lists == 0 {
		return nil, fmt.Errorf("read authorization details: %s: UserDetailList, GroupDetailList, RoleDetailList and Policies "+
			"are missing; give the output of aws iam get-account-authorization-details", name)
	}
	a.resolveGroups()
	return a, nil
}

type authorizationReader struct {
	*inventoryReader
	lists     int  // Lists of the known names, and their elements.
	truncated bool // The last page says that more follow.
}

func (a *authorizationReader) element(e records.Element) error {
	kind := entitlement.Kind("")
	switch e.List {
	case "UserDetailList":
		kind = entitlement.User
	case "GroupDetailList":
		kind = entitlement.Group
	case "RoleDetailList":
		kind = entitlement.Role
	case "Policies":
	case "IsTruncated":
		a.truncated = string(e.Value) == "true"
		return nil
	default:
		return nil
	}
	a.lists++
	switch {
	case e.N == 0: // The list's beginning, or null in its place.
		return nil
	case e.Value[0] != '{':
		a.elementProblem(UnsupportedShape, e, "not an object; export the file again")
		return nil
	case kind == "":
		return a.policy(e)
	}
	return a.identity(e, kind)
}

func (a *authorizationReader) identity(e records.Element, kind entitlement.Kind) error {
	d := parseDetail(e.Value)
	if d.arn == "" {
		a.elementProblem(MissingField, e, "Arn is missing; export the file again")
		return nil
	}
	if err := a.claim(d.arn); err != nil {
		return err
	}
	before, twice := a.before(d.arn)
	id := a.upsert(entitlement.IdentityID(d.arn))
	id.Kind, id.Name, id.UniqueID, id.Tags = kind, d.name, d.unique, d.tags
	id.Trust = d.trust
	id.ServiceManaged = strings.Contains(d.arn, ":role/aws-service-role/")
	id.PermissionSet = permissionSetOf(d.arn)
	id.Created = a.time(e, "CreateDate", d.created)
	id.LastUsed = a.time(e, "RoleLastUsed.LastUsedDate", d.lastUsed)
	id.Boundary = entitlement.PolicyID(d.boundary)
	id.Groups = groupIDs(d.arn, d.groups)
	a.attach(id, &d)
	for _, profile := range d.profiles {
		a.into.Profiles[entitlement.ResourceID(profile)] = id.ID
	}
	if twice && !before.same(a.known(id)) {
		return a.contradiction(d.arn)
	}
	return nil
}

// attach enters the inline policies and the names of the managed ones.
func (a *authorizationReader) attach(id *entitlement.Identity, d *detail) {
	id.Policies = nil
	for _, p := range d.inline {
		pid := entitlement.PolicyID(string(id.ID) + "/inline/" + p.name)
		a.into.Policies[pid] = entitlement.Policy{ID: pid, Name: p.name, Inline: true, Document: p.document}
		id.Policies = append(id.Policies, pid)
	}
	for _, arn := range d.attached {
		id.Policies = append(id.Policies, entitlement.PolicyID(arn))
	}
}

func (a *authorizationReader) time(e records.Element, field string, value []byte) (t time.Time) {
	t, err := timeOf(value)
	if err != nil {
		a.elementProblem(BadTime, e, field+": "+err.Error())
	}
	return t
}

// policy enters the version in force of a managed policy.
func (a *authorizationReader) policy(e records.Element) error {
	p := parseManaged(e.Value)
	switch {
	case p.arn == "":
		a.elementProblem(MissingField, e, "Arn is missing; export the file again")
		return nil
	case p.document == nil:
		a.elementProblem(MissingField, e, fmt.Sprintf("policy %s has no document of its default version %q; its grants are unknown",
			p.arn, p.version))
		return nil
	}
	if err := a.claim(p.arn); err != nil {
		return err
	}
	id := entitlement.PolicyID(p.arn)
	if old, twice := a.into.Policies[id]; twice && !bytes.Equal(old.Document, p.document) && !old.Managed {
		return a.contradiction(p.arn)
	}
	a.into.Policies[id] = entitlement.Policy{
		ID: id, Name: p.name, Managed: accountOf(p.arn) == "aws", Document: p.document,
	}
	return nil
}

// groupIDs makes ids from the names of groups, whose paths are not known yet.
func groupIDs(user string, names []string) []entitlement.IdentityID {
	head, _, _ := strings.Cut(user, ":user/")
	var ids []entitlement.IdentityID
	for _, name := range names {
		ids = append(ids, entitlement.IdentityID(head+":group/"+name))
	}
	return ids
}

// resolveGroups gives the ids of groups their paths. Names of groups are unique
// in an account.
func (a *authorizationReader) resolveGroups() {
	byName := map[string]entitlement.IdentityID{}
	for i := range a.into.Identities {
		if id := &a.into.Identities[i]; id.Kind == entitlement.Group {
			byName[nameOf(string(id.ID))] = id.ID
		}
	}
	for i := range a.into.Identities {
		groups := a.into.Identities[i].Groups
		for k, g := range groups {
			if id, ok := byName[nameOf(string(g))]; ok {
				groups[k] = id
			}
		}
	}
}

// checkComplete reports groups and policies that are named and not there.
func (a *authorizationReader) checkComplete() {
	missing := map[entitlement.PolicyID]bool{}
	for i := range a.into.Identities {
		id := &a.into.Identities[i]
		for _, g := range id.Groups {
			if _, ok := a.index[g]; !ok {
				a.problem(MissingGroup, string(id.ID), fmt.Sprintf(
					"is in group %s, which the file does not have: its grants are unknown; export without a filter", nameOf(string(g))))
			}
		}
		for _, p := range append(slices.Clip(id.Policies), id.Boundary) {
			if _, ok := a.into.Policies[p]; !ok && p != "" && !missing[p] {
				missing[p] = true
				a.problem(MissingPolicy, string(p), fmt.Sprintf(
					"is attached to %s, but the file has no document of it: its grants are unknown; export without a filter", id.ID))
			}
		}
	}
}
