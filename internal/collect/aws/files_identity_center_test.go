package aws_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	ssoRoles = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/"
	setARN   = "arn:aws:sso:::permissionSet/ssoins-1/ps-"
	rolesDoc = `{"RoleDetailList":[
  {"Arn":"` + ssoRoles + `eu-west-1/AWSReservedSSO_Break_Glass_0123456789abcdef"}, {"Arn":"` + ssoRoles + `AWSReservedSSO_Viewer_fedcba9876543210"},
  {"Arn":"` + ssoRoles + `AWSReservedSSO_Short_0123"}, {"Arn":"arn:aws:iam::111122223333:role/AWSReservedSSO_Fake_0123456789abcdef"}]}`
	centerDoc = `{
  "AccountAssignments": [
    {"AccountId":"111122223333","PermissionSetArn":"` + setARN + `1","PrincipalType":"GROUP","PrincipalId":"g-1"},
    {"AccountId":"111122223333","PermissionSetArn":"` + setARN + `2","PrincipalType":"USER","PrincipalId":"u-1"},
    {"AccountId":"111122223333","PermissionSetArn":"` + setARN + `2","PrincipalType":"USER","PrincipalId":"u-9"},
    {"AccountId":"111122223333","PermissionSetArn":"` + setARN + `3","PrincipalType":"USER","PrincipalId":"u-1"},
    {"AccountId":"444455556666","PermissionSetArn":"` + setARN + `1","PrincipalType":"USER","PrincipalId":"u-2"},
    {"AccountId":"111122223333","PermissionSetArn":"` + setARN + `1","PrincipalType":"ROBOT","PrincipalId":"r"}],
  "PermissionSets": [{"Name":"Break_Glass","PermissionSetArn":"` + setARN + `1"},{"Name":"Viewer","PermissionSetArn":"` + setARN + `2"}],
  "Users": [{"UserId":"u-1","UserName":"ada"},{"UserId":"u-2","UserName":"bob"}],
  "Groups": [{"GroupId":"g-1","DisplayName":"on call"}],
  "GroupMemberships": [{"GroupId":"g-1","MemberId":{"UserId":"u-2"}},{"GroupId":"g-1","MemberId":{"UserId":"u-1"}},{"GroupId":"g-1","MemberId":{"UserId":"u-7"}}]
}`
)

func TestPermissionSetsOfRoles(t *testing.T) {
	t.Parallel()
	inv := &entitlement.Inventory{}
	if err := aws.ReadAuthorizationDetails(strings.NewReader(rolesDoc), "f", inv); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, id := range inv.Identities {
		got = append(got, id.PermissionSet)
	}
	if diff := cmp.Diff([]string{"Break_Glass", "Viewer", "", ""}, got); diff != "" {
		t.Errorf("permission sets (-want +got):\n%s", diff)
	}
}

func TestIdentityCenter(t *testing.T) {
	t.Parallel()
	inv := &entitlement.Inventory{}
	for _, s := range []step{{rolesDoc, aws.ReadAuthorizationDetails}, {centerDoc, aws.ReadIdentityCenter}} {
		if err := s.read(strings.NewReader(s.doc), "f", inv); err != nil {
			t.Fatal(err)
		}
	}
	viewer := entitlement.IdentityID(ssoRoles + "AWSReservedSSO_Viewer_fedcba9876543210")
	want := []entitlement.Assignment{
		{
			PermissionSet: "Break_Glass", Role: ssoRoles + "eu-west-1/AWSReservedSSO_Break_Glass_0123456789abcdef",
			Principal: "on call", PrincipalID: "g-1", Group: true, Members: []string{"ada", "bob", "u-7"},
		},
		{PermissionSet: "Viewer", Role: viewer, Principal: "ada", PrincipalID: "u-1"},
		{PermissionSet: "Viewer", Role: viewer, Principal: "u-9", PrincipalID: "u-9"},
		{PermissionSet: setARN + "3", Principal: "ada", PrincipalID: "u-1"},
	}
	if diff := cmp.Diff(want, inv.Assignments); diff != "" {
		t.Errorf("assignments (-want +got):\n%s", diff)
	}
	wantProblems := []string{
		"missing_field | f: AccountAssignments[6] at byte 733 | AccountId, PermissionSetArn, PrincipalId or a PrincipalType of USER or GROUP is missing; export the file again",
		"missing_role | f: " + setARN + "3 | is assigned in account 111122223333, but the authorization details have no role of this permission set; export both anew, with PermissionSets",
	}
	if diff := cmp.Diff(wantProblems, problemTexts(inv, "")); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for doc, want := range map[string]string{
		"{}": "read identity center: f: AccountAssignments is missing; docs/files-aws.md says how to make the file",
		"[":  "read identity center: f: AccountAssignments is missing; docs/files-aws.md says how to make the file",
		"x":  "read identity center: f: byte 0: 'x' is not the beginning of a JSON document",
	} {
		if err := aws.ReadIdentityCenter(strings.NewReader(doc), "f", home()); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", doc, err, want)
		}
	}
}
