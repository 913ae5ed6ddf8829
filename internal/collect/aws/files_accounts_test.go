package aws_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// step is a document and what reads it.
type step struct {
	doc  string
	read func(io.Reader, string, *entitlement.Inventory) error
}

// details writes authorization details of an account with the users.
func details(account string, more bool, users ...string) string {
	var list []string
	for _, u := range users {
		list = append(list, fmt.Sprintf(`{"UserName":%q,"Arn":"arn:aws:iam::%s:user/%s"}`, u, account, u))
	}
	return fmt.Sprintf(`{"UserDetailList":[%s],"IsTruncated":%t}`, strings.Join(list, ","), more)
}

const (
	managedPage = `{"Policies":[{"Arn":"arn:aws:iam::aws:policy/ReadOnlyAccess","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":{"Statement":[]}}]}]}`
	treeDoc     = `{
  "Organization": {"Id":"o-1","MasterAccountId":"999988887777"}, "Roots": [{"Id":"r-1"}],
  "OrganizationalUnits": [{"Id":"ou-1","ParentId":"r-1"}],
  "Accounts": [{"Id":"999988887777","Name":"management","ParentId":"r-1"},{"Id":"111122223333","Name":"shop","ParentId":"ou-1"},{"Id":"444455556666","Name":"data","ParentId":"r-1"}],
  "Policies": [
    {"PolicySummary":{"Id":"p-FullAWSAccess","Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess","Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true},
     "Targets":[{"TargetId":"r-1"},{"TargetId":"111122223333"},{"TargetId":"444455556666"}]},
    {"PolicySummary":{"Id":"p-RCPFullAWSAccess","Arn":"arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess","Type":"RESOURCE_CONTROL_POLICY"},"Targets":[{"TargetId":"r-1"}]},
    {"PolicySummary":{"Id":"p-1","Arn":"arn:aws:organizations::999988887777:policy/o-1/resource_control_policy/p-1"},"Content":"{\"Statement\":[]}","Targets":[{"TargetId":"ou-1"}]}]
}`
)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadAccounts(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"details-1.json": details("444455556666", false, "dana"),
		"details-2.json": details("111122223333", true, "ada"),
		"details-3.json": details("111122223333", false, "bob"),
		"details-4.json": managedPage,
		"tree.json":      treeDoc,
		"policies.json": `{"` + queue + `":` + allowDoc + `,"arn:aws:sqs:eu-west-1:444455556666:q":null,"arn:aws:kms:eu-west-1:777766665555:key/k":` + allowDoc + `}
			{"Arn":"arn:aws:s3:::ours","Account":"444455556666","Policy":null} {"Arn":"arn:aws:s3:::whose","Policy":null}`,
		"functions.json": `{"Functions":[{"FunctionName":"f","FunctionArn":"arn:aws:lambda:eu-west-1:444455556666:function:f"}]}`,
		"center.json":    centerDoc,
	})
	all, err := aws.ReadAccounts([]string{filepath.Join(dir, "details-*.json")}, aws.Files{
		Organization: filepath.Join(dir, "tree.json"), ResourcePolicies: []string{filepath.Join(dir, "policies.json")},
		Functions: filepath.Join(dir, "functions.json"), IdentityCenter: filepath.Join(dir, "center.json"),
	}, day())
	if err != nil {
		t.Fatal(err)
	}
	type summary struct {
		Account, Path                string
		Identities, Policies         int
		Resources                    []string
		Controls, Resource, Assigned int
		Problems                     []string
	}
	var got []summary
	for _, inv := range all {
		s := summary{
			Account: string(inv.System.ID) + " " + inv.System.Name, Identities: len(inv.Identities), Policies: len(inv.Policies), Resources: short(inv),
			Controls: len(inv.Controls), Resource: len(inv.ResourceControls), Assigned: len(inv.Assignments),
		}
		if inv.Organization != nil {
			s.Path = inv.Organization.Path
		}
		for _, p := range inv.Problems {
			s.Problems = append(s.Problems, p.Code)
		}
		if !inv.CollectedAt.Equal(day()) {
			t.Errorf("%s: collected at %s", s.Account, inv.CollectedAt)
		}
		got = append(got, s)
	}
	want := []summary{
		{ // FullAWSAccess is implied on the unit, and its RCP has a full one only at the root.
			Account: "111122223333 shop", Path: "o-1/r-1/ou-1/", Identities: 2, Policies: 4, Resources: []string{queue + " sqs:queue policy"},
			Controls: 3, Resource: 3, Assigned: 4, Problems: []string{"incomplete", "missing_field", "missing_role", "missing_role", "missing_role"},
		},
		{
			Account: "444455556666 data", Path: "o-1/r-1/", Identities: 2, Policies: 3,
			Resources: []string{"arn:aws:sqs:eu-west-1:444455556666:q sqs:queue -", "arn:aws:s3:::ours s3:bucket -"},
			Controls:  2, Resource: 2, Assigned: 1, Problems: []string{"missing_field", "missing_field", "missing_role"},
		},
		{
			Account: "777766665555 ", Resources: []string{"arn:aws:kms:eu-west-1:777766665555:key/k kms:key policy"},
			Problems: []string{"incomplete", "missing_field"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if ada := all[0]; ada.Policies["arn:aws:iam::aws:policy/ReadOnlyAccess"].Document == nil {
		t.Error("a page of AWS's own policies is missing")
	}
}

func TestReadAccountsErrors(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"a.json": details("111122223333", false, "ada"), "both.json": details("111122223333", false, "ada") + details("444455556666", false, "bob"),
		"functions.json": `{"Functions":[{"FunctionArn":"arn:aws:lambda:eu-west-1:444455556666:function:f"}]}`,
		"managed.json":   managedPage, "tree.json": strings.ReplaceAll(treeDoc, "111122223333", "111122224444"),
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, tt := range []struct {
		details []string
		files   aws.Files
		want    string
	}{
		{nil, aws.Files{}, "the authorization details are not given"},
		{[]string{at("none.json")}, aws.Files{}, "no such file or directory"},
		{[]string{at("both.json")}, aws.Files{}, "belongs to account 444455556666, but the rest to account 111122223333"},
		{[]string{at("managed.json")}, aws.Files{}, "name no account"},
		{[]string{at("a.json")}, aws.Files{Functions: at("functions.json")}, "is of account 444455556666, which there are no authorization details of"},
		{[]string{at("a.json")}, aws.Files{Organization: at("tree.json")}, "account 111122223333: 111122223333 has no ParentId"},
		{[]string{at("a.json")}, aws.Files{ResourcePolicies: []string{at("nothing")}}, "no such file"},
	} {
		if _, err := aws.ReadAccounts(tt.details, tt.files, day()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v %+v: error %v, want %q", tt.details, tt.files, err, tt.want)
		}
	}
}

// What is wrong with a bucket is a problem of the account that it is of.
func TestProblemsOfBucketsGoToTheirAccounts(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"a.json": details("111122223333", false, "ada"), "b.json": details("444455556666", false, "bob"),
		"r.json": `{"Account":"444455556666","Buckets":[{"Name":"b","Policy":5,"Encryption":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"rot13"}}]},"Grants":7}]}
			{"Arn":"arn:aws:s3:::c","Account":"444455556666"}`,
	})
	list, err := aws.ReadAccounts([]string{filepath.Join(dir, "[ab].json")}, aws.Files{ResourcePolicies: []string{filepath.Join(dir, "r.json")}}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || len(list[0].Problems) != 0 || len(list[1].Problems) != 4 || len(list[1].Resources) != 2 {
		t.Errorf("problems of the first account %v, of the second %v", list[0].Problems, list[1].Problems)
	}
}
