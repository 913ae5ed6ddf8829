package aws_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// runDocumented runs the nth script of docs/files-aws.md, with a stand-in for the
// AWS CLI that answers by its arguments, and returns what it writes.
func runDocumented(t *testing.T, n int, answers map[string]string) ([]byte, error) {
	t.Helper()
	for _, tool := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the documented scripts need %s", tool)
		}
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "files-aws.md"))
	if err != nil {
		t.Fatal(err)
	}
	scripts := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n.*?)```").FindAllSubmatch(doc, -1)
	dir := t.TempDir()
	cli := "#!/bin/sh\ncase \"$*\" in\n"
	for arguments, answer := range answers {
		code := "cat <<'END'\n" + answer + "\nEND"
		if refusal, refused := strings.CutPrefix(answer, "error "); refused {
			code = "echo 'An error occurred (" + refusal + ") when calling the operation' >&2; exit 254"
		}
		cli += "'" + arguments + "'*) " + code + "\n;;\n"
	}
	cli += "*) echo \"no answer for $*\" >&2; exit 253\nesac\n"
	//nolint:gosec // a script has to be executable
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(cli), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-s")
	cmd.Stdin = bytes.NewReader(scripts[n][1])
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if stderr.Len() > 0 {
		t.Logf("the script says: %s", stderr.String())
	}
	return out, err
}

const (
	prettyDoc = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Sid\": \"a\\\\nb\", \"Effect\": \"Deny\", \"Action\": \"ec2:*\", \"Resource\": \"*\"}]\n}"
	full      = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
	noEC2     = "arn:aws:organizations::999988887777:policy/o-1/service_control_policy/p-1"
	ownOnly   = "arn:aws:organizations::999988887777:policy/o-1/resource_control_policy/p-2"
)

func organizationAnswers() map[string]string {
	policy := func(id, arn, kind, content string) string {
		return `{"Policy": {"PolicySummary": {"Id": "` + id + `", "Arn": "` + arn + `", "Name": "` + id + `", "Type": "` + kind + `"}, "Content": ` + inText(content) + `}}`
	}
	const list, scp, rcp = "organizations list-policies --filter ", "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
	const accounts, units = "organizations list-accounts-for-parent --parent-id ", "organizations list-organizational-units-for-parent --parent-id "
	const content, targets = "organizations describe-policy --policy-id ", "organizations list-targets-for-policy --policy-id "
	return map[string]string{
		"organizations describe-organization": `{"Organization": {"Id": "o-1", "MasterAccountId": "999988887777", "FeatureSet": "ALL"}}`,
		"organizations list-roots":            `{"Roots": [{"Id": "r-1", "PolicyTypes": [{"Type": "` + scp + `", "Status": "ENABLED"}, {"Type": "` + rcp + `", "Status": "ENABLED"}]}]}`,
		accounts + "r-1":                      `{"Accounts": [{"Id": "999988887777", "Name": "management \"m\\n\""}]}`,
		accounts + "ou-1":                     `{"Accounts": [{"Id": "111122223333", "Name": "shop"}]}`,
		units + "r-1":                         `{"OrganizationalUnits": [{"Id": "ou-1", "Name": "prod"}]}`,
		units + "ou-1":                        `{"OrganizationalUnits": []}`,
		list + scp:                            "p-FullAWSAccess\tp-1",
		list + rcp:                            "p-2",
		content + "p-FullAWSAccess":           policy("p-FullAWSAccess", full, scp, allowDoc),
		content + "p-1":                       policy("p-1", noEC2, scp, prettyDoc),
		content + "p-2":                       policy("p-2", ownOnly, rcp, ownOnlyDoc),
		targets + "p-FullAWSAccess":           `{"Targets": [{"TargetId": "r-1"}, {"TargetId": "ou-1"}, {"TargetId": "111122223333"}]}`,
		targets + "p-1":                       `{"Targets": [{"TargetId": "ou-1"}]}`,
		targets + "p-2":                       `{"Targets": [{"TargetId": "111122223333"}]}`,
	}
}

func TestDocumentedOrganization(t *testing.T) {
	t.Parallel()
	doc, err := runDocumented(t, 0, organizationAnswers())
	if err != nil {
		t.Fatal(err)
	}
	inv := home()
	if err := aws.ReadOrganization(bytes.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]entitlement.PolicyID{{full}, {full, noEC2}, {full}}, inv.Controls); diff != "" || len(inv.Problems) > 0 {
		t.Errorf("problems %v, service controls (-want +got):\n%s", inv.Problems, diff)
	}
	if diff := cmp.Diff([][]entitlement.PolicyID{nil, nil, {ownOnly}}, inv.ResourceControls); diff != "" {
		t.Errorf("resource controls (-want +got):\n%s", diff)
	}
	if got := string(inv.Policies[noEC2].Document); got != prettyDoc {
		t.Errorf("the content of the policy became %s", got)
	}
	for _, arguments := range []string{
		"organizations list-accounts-for-parent --parent-id ou-1", "organizations list-policies --filter RESOURCE_CONTROL_POLICY",
		"organizations describe-policy --policy-id p-1", "organizations list-targets-for-policy --policy-id p-2",
	} {
		answers := organizationAnswers()
		answers[arguments] = "error AccessDeniedException"
		if doc, err := runDocumented(t, 0, answers); err == nil {
			t.Errorf("%s is refused, and the script goes on: %s", arguments, doc)
		}
	}
}

func TestDocumentedResources(t *testing.T) {
	t.Parallel()
	const kms, sns, secret = "arn:aws:kms:eu-west-1:111122223333:key/", "arn:aws:sns:eu-west-1:111122223333:", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:"
	answers := map[string]string{
		"kms list-keys": kms + "1\t" + kms + "2",
		"kms get-key-policy --key-id " + kms + "1":                       `{"Policy": ` + inText(strings.ReplaceAll(prettyDoc, "ec2", "kms")) + `, "PolicyName": "default"}`,
		"kms get-key-policy --key-id " + kms + "2":                       "error AccessDeniedException",
		"sqs list-queues":                                                "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
		"sqs get-queue-attributes":                                       `{"Attributes": {"QueueArn": "` + queue + `"}}`,
		"sns list-topics":                                                sns + "t\t" + sns + "u",
		"sns get-topic-attributes --topic-arn " + sns + "t":              `{"Attributes": {"TopicArn": "` + sns + `t", "Owner": "111122223333", "Policy": ` + inText(allowDoc) + `}}`,
		"sns get-topic-attributes --topic-arn " + sns + "u":              "error AuthorizationError",
		"secretsmanager list-secrets":                                    secret + "a-AbCdEf\t" + secret + "b-AbCdEf",
		"secretsmanager get-resource-policy --secret-id " + secret + "a": `{"ARN": "` + secret + `a-AbCdEf", "Name": "a"}`,
		"secretsmanager get-resource-policy --secret-id " + secret + "b": "error AccessDeniedException",
	}
	doc, err := runDocumented(t, 1, answers)
	if err != nil {
		t.Fatal(err)
	}
	inv := home()
	if err := aws.ReadResourcePolicies(bytes.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	want := []string{
		kms + "1 kms:key policy", kms + "2 kms:key ?", queue + " sqs:queue -", sns + "t sns:topic policy", sns + "u sns:topic ?",
		secret + "a-AbCdEf secretsmanager:secret -", secret + "b-AbCdEf secretsmanager:secret ?",
	}
	if diff := cmp.Diff(want, short(inv)); diff != "" || len(inv.Problems) != 3 {
		t.Errorf("problems %v, resources (-want +got):\n%s", inv.Problems, diff)
	}
	for _, arguments := range []string{"kms list-keys", "sqs get-queue-attributes", "secretsmanager list-secrets"} {
		before := answers[arguments]
		answers[arguments] = "error AccessDeniedException"
		if doc, err := runDocumented(t, 1, answers); err == nil {
			t.Errorf("%s is refused, and the script goes on: %s", arguments, doc)
		}
		answers[arguments] = before
	}
}

func TestDocumentedBuckets(t *testing.T) {
	t.Parallel()
	const old, us = " --bucket old --region eu-west-1", " --bucket us --region us-east-1"
	doc, err := runDocumented(t, 2, map[string]string{
		"sts get-caller-identity":                           "111122223333",
		"s3control get-public-access-block":                 "error NoSuchPublicAccessBlockConfiguration",
		"s3api list-buckets":                                "old\tus\tgone",
		"s3api get-bucket-location --bucket old":            "EU",
		"s3api get-bucket-location --bucket us":             "None",
		"s3api get-bucket-location --bucket gone":           "None",
		"s3api get-bucket-policy" + old:                     inText(strings.ReplaceAll(prettyDoc, "ec2", "s3")),
		"s3api get-bucket-encryption" + old:                 `{"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}`,
		"s3api get-public-access-block" + old:               `{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}`,
		"s3api get-bucket-ownership-controls" + old:         "error OwnershipControlsNotFoundError",
		"s3api get-bucket-acl" + old:                        `{"Owner": {"ID": "abc"}, "Grants": [{"Grantee": {"ID": "abc", "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]}`,
		"s3api get-bucket-tagging" + old:                    `[{"Key": "team", "Value": "web"}]`,
		"s3api get-bucket-policy" + us:                      "error NoSuchBucketPolicy",
		"s3api get-bucket-encryption" + us:                  "error ServerSideEncryptionConfigurationNotFoundError",
		"s3api get-public-access-block" + us:                "error AccessDenied",
		"s3api get-bucket-ownership-controls" + us:          "error AccessDenied",
		"s3api get-bucket-acl" + us:                         "error AccessDenied",
		"s3api get-bucket-tagging" + us:                     "error NoSuchTagSet",
		"s3api get-bucket-policy --bucket gone":             "error NoSuchBucket",
		"s3api get-bucket-encryption --bucket gone":         "error NoSuchBucket",
		"s3api get-public-access-block --bucket gone":       "error NoSuchBucket",
		"s3api get-bucket-ownership-controls --bucket gone": "error NoSuchBucket",
		"s3api get-bucket-acl --bucket gone":                "error NoSuchBucket",
		"s3api get-bucket-tagging --bucket gone":            "error NoSuchBucket",
	})
	if err != nil {
		t.Fatal(err)
	}
	inv := home()
	if err := aws.ReadResourcePolicies(bytes.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"arn:aws:s3:::old s3:bucket policy", "arn:aws:s3:::us s3:bucket -", "arn:aws:s3:::gone s3:bucket ?"}, short(inv)); diff != "" {
		t.Fatalf("resources (-want +got):\n%s", diff)
	}
	const yes = entitlement.Yes
	for name, want := range map[string]entitlement.Bucket{
		"old": {
			Owner: "abc", Encryption: entitlement.EncryptionS3, BlockPublicACLs: yes, IgnorePublicACLs: yes, BlockPublicPolicy: yes, RestrictPublicBuckets: yes,
			Grants: []entitlement.BucketGrant{{Grantee: "abc", Permission: "FULL_CONTROL"}},
		},
		"us":   {Encryption: entitlement.EncryptionNone, ACLUnknown: true},
		"gone": {ACLUnknown: true},
	} {
		if diff := cmp.Diff(want, *resource(t, inv, "arn:aws:s3:::"+name).Bucket); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDocumentedIdentityCenter(t *testing.T) {
	t.Parallel()
	const set = setARN + "2"
	answers := map[string]string{
		"sso-admin list-instances --query Instances[0].InstanceArn":     "arn:aws:sso:::instance/ssoins-1",
		"sso-admin list-instances --query Instances[0].IdentityStoreId": "d-1",
		"sso-admin list-permission-sets":                                set,
		"sso-admin describe-permission-set":                             `{"PermissionSet": {"Name": "Viewer", "PermissionSetArn": "` + set + `"}}`,
		"sso-admin list-accounts-for-provisioned-permission-set":        "111122223333\t444455556666",
		"identitystore list-users":                                      `{"Users": [{"UserId": "u-1", "UserName": "ada \\\\n"}]}`,
		"identitystore list-groups":                                     `{"Groups": [{"GroupId": "g-1", "DisplayName": "on call"}]}`,
		"identitystore list-group-memberships":                          `{"GroupMemberships": [{"GroupId": "g-1", "MemberId": {"UserId": "u-1"}, "MembershipId": "m"}]}`,
	}
	list := "sso-admin list-account-assignments --instance-arn arn:aws:sso:::instance/ssoins-1 --permission-set-arn " + set + " --account-id "
	answers[list+"444455556666"] = `{"AccountAssignments": []}`
	answers[list+"111122223333"] = `{"AccountAssignments": [{"AccountId": "111122223333", "PermissionSetArn": "` + set +
		`", "PrincipalType": "GROUP", "PrincipalId": "g-1"}]}`
	doc, err := runDocumented(t, 3, answers)
	if err != nil {
		t.Fatal(err)
	}
	inv := home()
	if err := aws.ReadIdentityCenter(bytes.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	want := []entitlement.Assignment{{PermissionSet: "Viewer", PrincipalID: "g-1", Principal: "on call", Group: true, Members: []string{`ada \\n`}}}
	if diff := cmp.Diff(want, inv.Assignments); diff != "" {
		t.Errorf("assignments (-want +got):\n%s", diff)
	}
	for _, arguments := range []string{
		"sso-admin list-permission-sets", "sso-admin describe-permission-set", "identitystore list-users", "identitystore list-group-memberships",
	} {
		before := answers[arguments]
		answers[arguments] = "error AccessDeniedException"
		if doc, err := runDocumented(t, 3, answers); err == nil {
			t.Errorf("%s is refused, and the script goes on: %s", arguments, doc)
		}
		answers[arguments] = before
	}
}
