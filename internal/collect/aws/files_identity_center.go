package aws

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// MissingRole is the code of the problem that a permission set is assigned, but
// its role is not known.
const MissingRole Reason = "missing_role"

// ReadIdentityCenter reads who is let into the inventory's account through
// permission sets of IAM Identity Center, from one JSON document put together
// from the output of the AWS CLI (docs/files-aws.md has a script):
//
//	{
//	  "PermissionSets": [{…}],      describe-permission-set, the object within
//	  "AccountAssignments": [{…}],  list-account-assignments
//	  "Users": [{…}],               identitystore list-users
//	  "Groups": [{…}],              identitystore list-groups
//	  "GroupMemberships": [{…}]     identitystore list-group-memberships
//	}
//
// It may hold the assignments of many accounts; those of others are passed
// over. Read it after the authorization details, which have the roles.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html
func ReadIdentityCenter(in io.Reader, name string, into *entitlement.Inventory) error {
	if into.System.ID == "" {
		return fmt.Errorf("read identity center %s: the account is not known yet; read its authorization details before", name)
	}
	d, err := readDirectory(in, name)
	if err != nil {
		return err
	}
	d.apply(into)
	return nil
}

// readDirectoryOf reads the assignments of several accounts.
func readDirectoryOf(path string, inventories []*entitlement.Inventory) error {
	return eachFile(path, func(path string) error {
		return withFile(path, func(in io.Reader, name string) error {
			d, err := readDirectory(in, name)
			if err != nil {
				return err
			}
			for _, inv := range inventories {
				d.apply(inv)
			}
			return nil
		})
	})
}

// directory is the document that ReadIdentityCenter reads.
type directory struct {
	name        string            // Of the file.
	sets        map[string]string // Names of permission sets by their ARNs.
	names       map[string]string // Of users and groups by their ids.
	members     map[string][]string
	assignments []assignment
	broken      []entitlement.Problem
	lists       int
}

type assignment struct {
	account, set, kind, principal string
}

func readDirectory(in io.Reader, name string) (*directory, error) {
	d := &directory{name: name, sets: map[string]string{}, names: map[string]string{}, members: map[string][]string{}}
	if err := records.ReadLists(in, name, d.element); err != nil {
		return nil, fmt.Errorf("read identity center: %w", err)
	}
	if d.lists == 0 {
		return nil, fmt.Errorf("read identity center: %s: AccountAssignments is missing; docs/files-aws.md says how to make the file", name)
	}
	return d, nil
}

func (d *directory) element(e records.Element) error {
	if e.List == "AccountAssignments" {
		d.lists++
	}
	if e.Value[0] != '{' {
		return nil
	}
	text := func(name string) string { return stringOf(memberOf(e.Value, name)) }
	switch e.List {
	case "PermissionSets":
		d.sets[text("PermissionSetArn")] = text("Name")
	case "AccountAssignments":
		d.assignment(e, assignment{text("AccountId"), text("PermissionSetArn"), text("PrincipalType"), text("PrincipalId")})
	case "Users":
		d.names[text("UserId")] = cmp.Or(text("UserName"), text("DisplayName"))
	case "Groups":
		d.names[text("GroupId")] = text("DisplayName")
	case "GroupMemberships":
		if user := stringOf(memberOf(memberOf(e.Value, "MemberId"), "UserId")); user != "" {
			d.members[text("GroupId")] = append(d.members[text("GroupId")], user)
		}
	}
	return nil
}

func (d *directory) assignment(e records.Element, a assignment) {
	known := a.kind == "USER" || a.kind == "GROUP"
	if a.account == "" || a.set == "" || a.principal == "" || !known {
		d.broken = append(d.broken, entitlement.Problem{
			Code: string(MissingField), Subject: fmt.Sprintf("%s: %s[%d] at byte %d", d.name, e.List, e.N, e.Offset),
			Message: "AccountId, PermissionSetArn, PrincipalId or a PrincipalType of USER or GROUP is missing; export the file again",
		})
		return
	}
	d.assignments = append(d.assignments, a)
}

// apply adds the account's assignments to its inventory.
func (d *directory) apply(into *entitlement.Inventory) {
	into.Problems = append(into.Problems, d.broken...)
	roles := map[string]entitlement.IdentityID{}
	for i := range into.Identities {
		if id := &into.Identities[i]; id.PermissionSet != "" {
			roles[id.PermissionSet] = id.ID
		}
	}
	missing := map[string]bool{}
	for _, a := range d.assignments {
		if a.account != string(into.System.ID) {
			continue
		}
		set := cmp.Or(d.sets[a.set], a.set)
		role, known := roles[set]
		if !known && !missing[set] {
			missing[set] = true
			newInventoryReader(d.name, into).problem(MissingRole, set, "is assigned in account "+a.account+
				", but the authorization details have no role of this permission set; export both anew, with PermissionSets")
		}
		into.Assignments = append(into.Assignments, d.assigned(a, set, role))
	}
}

func (d *directory) assigned(a assignment, set string, role entitlement.IdentityID) entitlement.Assignment {
	out := entitlement.Assignment{
		PermissionSet: set, Role: role, PrincipalID: a.principal, Principal: cmp.Or(d.names[a.principal], a.principal), Group: a.kind == "GROUP",
	}
	if out.Group {
		for _, user := range d.members[a.principal] {
			out.Members = append(out.Members, cmp.Or(d.names[user], user))
		}
		slices.Sort(out.Members)
	}
	return out
}
