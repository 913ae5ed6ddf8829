package aws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	queue     = "arn:aws:sqs:eu-west-1:111122223333:orders"
	allowDoc  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
	bucketDoc = `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}]}`
)

func inText(doc string) string {
	quoted, _ := json.Marshal(doc)
	return string(quoted)
}

func home() *entitlement.Inventory {
	return &entitlement.Inventory{System: entitlement.System{ID: "111122223333"}}
}

// short writes what was read as "ARN type policy"; a dash is no policy, a
// question mark one that is not known.
func short(inv *entitlement.Inventory) []string {
	var all []string
	for _, r := range inv.Resources {
		policy := "-"
		switch {
		case r.PolicyUnknown:
			policy = "?"
		case r.Policy != nil:
			policy = "policy"
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.ID, r.Type, policy)))
	}
	return all
}

func TestResourcePolicyShapes(t *testing.T) {
	t.Parallel()
	const orders = queue + " sqs:queue "
	tests := []struct {
		name, doc string
		want      []string
	}{
		{"map", `{"` + queue + `":` + allowDoc + `,"arn:aws:s3:::b":` + inText(bucketDoc) + `}`, []string{orders + "policy", "arn:aws:s3:::b s3:bucket policy"}},
		{"map to null and nothing", `{"` + queue + `":null,"arn:aws:s3:::b":"","arn:aws:s3:::c":{}}`, []string{orders + "-", "arn:aws:s3:::b s3:bucket -", "arn:aws:s3:::c s3:bucket -"}},
		{"map to more", `{"` + queue + `":{"Policy":` + inText(allowDoc) + `,"Tags":{"a":"b"}}}`, []string{orders + "policy"}},
		{"list", `[{"Arn":"` + queue + `","Policy":` + allowDoc + `},{"ResourceArn":"arn:aws:s3:::b","policyDocument":` + inText(bucketDoc) + `}]`, []string{orders + "policy", "arn:aws:s3:::b s3:bucket policy"}},
		{"one after the other", `{"resource_arn":"` + queue + `","document":` + allowDoc + `} {"resource":"arn:aws:s3:::b","resourcePolicy":` + inText(bucketDoc) + `}`, []string{orders + "policy", "arn:aws:s3:::b s3:bucket policy"}},
		{"lines", `{"arn":"` + queue + `","policy":` + inText(allowDoc) + "}\n" + `{"ARN":"arn:aws:s3:::b","Document":null}` + "\n", []string{orders + "policy", "arn:aws:s3:::b s3:bucket -"}},
		{"under a member", `{"ResourcePolicies":[{"Resource":"` + queue + `","Policy":` + allowDoc + `}]}`, []string{orders + "policy"}},
		{"map under a member", `{"Resources":{"` + queue + `":` + allowDoc + `}}`, []string{orders + "policy"}},
		{"secret", `{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf","Name":"s","ResourcePolicy":` + inText(allowDoc) + `}`, []string{"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf secretsmanager:secret policy"}},
		{"secret without policy", `{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf","Name":"s"}`, []string{"arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf secretsmanager:secret -"}},
		{"queue", `{"Attributes":{"QueueArn":"` + queue + `","Policy":` + inText(allowDoc) + `}}`, []string{orders + "policy"}},
		{"queue without policy", `{"Attributes":{"QueueArn":"` + queue + `"}}`, []string{orders + "-"}},
		{"topic", `{"Attributes":{"TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","Owner":"111122223333","Policy":` + inText(allowDoc) + `}}`, []string{"arn:aws:sns:eu-west-1:111122223333:t sns:topic policy"}},
		{"bucket policy alone", `{"Policy":` + inText(bucketDoc) + `}`, []string{"arn:aws:s3:::b s3:bucket policy"}},
		{"bare policy", bucketDoc, []string{"arn:aws:s3:::b s3:bucket policy"}},
		{"function policy", `{"Policy":` + inText(`{"Statement":[{"Effect":"Allow","Resource":"arn:aws:lambda:eu-west-1:111122223333:function:f"}]}`) + `,"RevisionId":"r"}`, []string{"arn:aws:lambda:eu-west-1:111122223333:function:f lambda:function policy"}},
		{"key policy", `{"Arn":"arn:aws:kms:eu-west-1:111122223333:key/k","Policy":` + inText(allowDoc) + `,"PolicyName":"default"}`, []string{"arn:aws:kms:eu-west-1:111122223333:key/k kms:key policy"}},
		{"repository", `{"registryId":"111122223333","repositoryName":"team/r","policyText":` + inText(allowDoc) + `,"Region":"eu-west-1"}`, []string{"arn:aws:ecr:eu-west-1:111122223333:repository/team/r ecr:repository policy"}},
		{"repositories of a region", `{"Region":"cn-north-1","ResourcePolicies":[{"registryId":"111122223333","repositoryName":"r","policyText":` + inText(allowDoc) + `}]}`, []string{"arn:aws-cn:ecr:cn-north-1:111122223333:repository/r ecr:repository policy"}},
		{"an object's bucket", `{"arn:aws:s3:::b/*":` + bucketDoc + `}`, []string{"arn:aws:s3:::b s3:bucket policy"}},
		{"twice the same", `{"arn:aws:s3:::b":` + bucketDoc + `} {"Policy":` + inText(" "+bucketDoc) + `}`, []string{"arn:aws:s3:::b s3:bucket policy"}},
		{"nothing", `{} [] {"ResourcePolicies":[]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for form, doc := range map[string][]byte{"plain": []byte(tt.doc), "gzip": zipped([]byte(tt.doc))} {
				inv := home()
				if err := aws.ReadResourcePolicies(bytes.NewReader(doc), "f", inv); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, short(inv)); diff != "" || len(inv.Problems) > 0 {
					t.Errorf("%s: problems %v; resources (-want +got):\n%s", form, inv.Problems, diff)
				}
				for _, r := range inv.Resources {
					if r.Policy != nil && !json.Valid(r.Policy) {
						t.Errorf("%s: the policy of %s is not JSON: %s", form, r.ID, r.Policy)
					}
				}
			}
		})
	}
}

func TestBadResourcePolicies(t *testing.T) {
	t.Parallel()
	const good = `,"` + queue + `":null}`
	tests := []struct {
		name, doc string
		want      []string // Problems.
		resources []string
	}{
		{"not an object", `[5,{"` + queue + `":null}]`, []string{"unsupported_shape | f: document 1 at byte 1 | is not an object with an ARN and a policy"}, []string{queue + " sqs:queue -"}},
		{
			"policy is a number", `{"arn:aws:s3:::b":5` + good,
			[]string{"unsupported_shape | f: document 1 at byte 0: arn:aws:s3:::b | Policy: is neither an object nor a text; the policy is unknown"},
			[]string{"arn:aws:s3:::b s3:bucket ?", queue + " sqs:queue -"},
		},
		{
			"policy is half a text", `{"arn:aws:s3:::b":"{\"Statement\":["` + good,
			[]string{"unsupported_shape | f: document 1 at byte 0: arn:aws:s3:::b | Policy: is not JSON at its byte 14; the policy is unknown"},
			[]string{"arn:aws:s3:::b s3:bucket ?", queue + " sqs:queue -"},
		},
		{
			"no policy", `{"Resources":[{"Arn":"arn:aws:s3:::b"}]}`,
			[]string{`missing_field | f: document 1 at byte 0, Resources[1]: arn:aws:s3:::b | has no policy: add "Policy", with null where the resource has none`},
			[]string{"arn:aws:s3:::b s3:bucket ?"},
		},
		{
			"a policy is something else", `{"arn:aws:s3:::b":{"Tags":{"a":"b"}}` + good,
			[]string{"unsupported_shape | f: document 1 at byte 0: arn:aws:s3:::b | Policy: is not a policy: it has no Statement; the policy is unknown"},
			[]string{"arn:aws:s3:::b s3:bucket ?", queue + " sqs:queue -"},
		},
		{
			"parts of a bucket are something else",
			`{"Buckets":[{"Name":"b","Policy":null,"PublicAccessBlock":"denied","Encryption":"denied"},{"Name":"c","Policy":null,"PublicAccessBlock":{"IgnorePublicAcls":"true"},` +
				`"Encryption":{"Rules":[{"BucketKeyEnabled":true}]}}],"AccountPublicAccessBlock":5}`,
			[]string{
				"unsupported_shape | f: document 1 at byte 0, Buckets | AccountPublicAccessBlock: is not the answer of get-public-access-block; whether public access is blocked is unknown",
				"unsupported_shape | f: document 1 at byte 0, Buckets[1]: arn:aws:s3:::b | PublicAccessBlock: is not the answer of get-public-access-block; whether public access is blocked is unknown",
				"unsupported_shape | f: document 1 at byte 0, Buckets[1]: arn:aws:s3:::b | Encryption: is not the answer of get-bucket-encryption; the encryption is unknown",
				"unsupported_shape | f: document 1 at byte 0, Buckets[2]: arn:aws:s3:::c | PublicAccessBlock: IgnorePublicAcls is neither true nor false, so it is unknown",
			},
			[]string{"arn:aws:s3:::b s3:bucket -", "arn:aws:s3:::c s3:bucket -"},
		},
		{
			"no ARN", `{"Arn":"my-bucket","Policy":null}`,
			[]string{"unsupported_shape | f: document 1 at byte 0: my-bucket | is not an ARN such as arn:aws:sqs:eu-west-1:111122223333:orders"},
			nil,
		},
		{
			"nothing known", `{"Id":"x"}`,
			[]string{"unsupported_shape | f: document 1 at byte 0 | has neither ARN nor policy, but Id; see docs/files-aws.md for the forms"},
			nil,
		},
		{
			"a neighbour that is no ARN", `{"my-bucket":{}` + good,
			[]string{`unsupported_shape | f: document 1 at byte 0, "my-bucket" | is not an ARN, unlike its neighbours; it is left out`},
			[]string{queue + " sqs:queue -"},
		},
		{
			"a key's policy alone", `{"Policy":` + inText(allowDoc) + `}`,
			[]string{`missing_field | f: document 1 at byte 0 | the policy does not tell which resource it belongs to: its statements name *; write {"Arn": "arn:aws:…", "Policy": …} around it`},
			nil,
		},
		{
			"a policy of two resources", `{"Statement":[{"Resource":"arn:aws:s3:::b"},{"Resource":"arn:aws:s3:::c/*"}]}`,
			[]string{`missing_field | f: document 1 at byte 0 | the policy does not tell which resource it belongs to: its statements name arn:aws:s3:::b and arn:aws:s3:::c; write {"Arn": "arn:aws:…", "Policy": …} around it`},
			nil,
		},
		{
			"repository without region", `{"registryId":"111122223333","repositoryName":"r","policyText":"{}"}`,
			[]string{`missing_field | f: document 1 at byte 0: r | registryId or the region of the repository is missing: add "Region": "eu-west-1" beside repositoryName`},
			nil,
		},
		{
			"two policies", `{"arn:aws:s3:::b":` + bucketDoc + `} {"arn:aws:s3:::b":` + allowDoc + `}`,
			[]string{"unsupported_shape | f: document 2 at byte " + fmt.Sprint(len(bucketDoc)+20) + ": arn:aws:s3:::b | has another policy before, which stays; leave one of the two out"},
			[]string{"arn:aws:s3:::b s3:bucket policy"},
		},
		{
			"another account", `{"arn:aws:sqs:eu-west-1:444455556666:q":null` + good,
			[]string{"other_account | f: documents | 1 resources belong to 444455556666, not to this account, and are left out"},
			[]string{queue + " sqs:queue -"},
		},
		{
			"a trust policy", `{"arn:aws:iam::111122223333:role/r":null}`,
			[]string{"unsupported_shape | f: document 1 at byte 0: arn:aws:iam::111122223333:role/r | is no resource with a policy of this kind: trust policies of roles come with the authorization details; leave it out"},
			nil,
		},
		{
			"an account that is none", `{"Arn":"arn:aws:s3:::b","Account":"prod","Policy":null}`,
			[]string{`unsupported_shape | f: document 1 at byte 0: arn:aws:s3:::b | "prod" is not an account number of 12 digits`},
			nil,
		},
		{
			"a file cut off", `{"` + queue + `":null}{"arn:aws:s3:::b":`,
			[]string{"truncated | f: byte " + fmt.Sprint(len(queue)+9) + " | the file ends within a document; export it again. What stands before is kept"},
			[]string{queue + " sqs:queue -"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inv := home()
			if err := aws.ReadResourcePolicies(strings.NewReader(tt.doc), "f", inv); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, problemTexts(inv, "")); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.resources, short(inv)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
	for doc, want := range map[string]string{
		"":      "read resource policies: f: byte 0: the file is empty; export it again",
		"hello": "read resource policies: f: byte 0: 'h' is not the beginning of a JSON document",
		"[":     "read resource policies: f: byte 1: the file ends within a document; export it again. What stands before is kept",
	} {
		if err := aws.ReadResourcePolicies(strings.NewReader(doc), "f", home()); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", doc, err, want)
		}
	}
	want := "read resource policies f: the account is not known yet; read its authorization details before"
	if err := aws.ReadResourcePolicies(strings.NewReader("{}"), "f", &entitlement.Inventory{}); err == nil || err.Error() != want {
		t.Errorf("no account: error %v", err)
	}
}

const bucketExport = `{
  "Buckets": [
    {"Name": "open", "Region": "eu-west-1", "Policy": ` + bucketDoc + `, "Ownership": "ObjectWriter",
     "Encryption": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
     "PublicAccessBlock": null, "Tags": [{"Key": "team", "Value": "web"}],
     "Grants": [{"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"},
                {"Grantee": {"Type": "CanonicalUser", "ID": "abc"}, "Permission": "FULL_CONTROL"}]},
    {"Name": "closed", "Policy": null, "Ownership": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
     "Encryption": {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:aws:kms:eu-west-1:111122223333:key/k"}}]}},
     "PublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}},
     "Grants": {"Owner": {"ID": "abc"}, "Grants": [{"Grantee": {"ID": "abc"}, "Permission": "FULL_CONTROL"}]}},
    {"Name": "plain", "Owner": "def", "Region": "cn-north-1", "Policy": null, "Encryption": null, "PublicAccessBlock": {"BlockPublicAcls": true}},
    {"Name": "unread"},
    {"Region": "eu-west-1"}
  ],
  "AccountPublicAccessBlock": {"BlockPublicAcls": false, "IgnorePublicAcls": false, "BlockPublicPolicy": true, "RestrictPublicBuckets": false}
}`

func TestBucketExport(t *testing.T) {
	t.Parallel()
	inv := home()
	if err := aws.ReadResourcePolicies(strings.NewReader(bucketExport), "f", inv); err != nil {
		t.Fatal(err)
	}
	const no, yes, unknown = entitlement.No, entitlement.Yes, entitlement.Unknown
	want := []entitlement.Resource{
		{
			ID: "arn:aws:s3:::open", Name: "open", Policy: []byte(bucketDoc), Tags: map[string]string{"team": "web"},
			Bucket: &entitlement.Bucket{
				Encryption: entitlement.EncryptionS3, BlockPublicACLs: no, IgnorePublicACLs: no, BlockPublicPolicy: yes, RestrictPublicBuckets: no,
				Grants: []entitlement.BucketGrant{{Grantee: entitlement.AllUsers, Permission: "READ"}, {Grantee: "abc", Permission: "FULL_CONTROL"}},
			},
		},
		{ID: "arn:aws:s3:::closed", Name: "closed", Bucket: &entitlement.Bucket{
			Owner: "abc", Encryption: entitlement.EncryptionKMS, KeyID: "arn:aws:kms:eu-west-1:111122223333:key/k",
			BlockPublicACLs: yes, IgnorePublicACLs: yes, BlockPublicPolicy: yes, RestrictPublicBuckets: yes,
		}},
		{ID: "arn:aws-cn:s3:::plain", Name: "plain", Bucket: &entitlement.Bucket{
			Owner: "def", Encryption: entitlement.EncryptionNone, BlockPublicACLs: yes, IgnorePublicACLs: no, BlockPublicPolicy: yes, RestrictPublicBuckets: no, ACLUnknown: true,
		}},
		{ID: "arn:aws:s3:::unread", Name: "unread", PolicyUnknown: true, Bucket: &entitlement.Bucket{
			BlockPublicACLs: unknown, IgnorePublicACLs: unknown, BlockPublicPolicy: yes, RestrictPublicBuckets: unknown, ACLUnknown: true,
		}},
	}
	for i := range want {
		want[i].Type = "s3:bucket"
	}
	if diff := cmp.Diff(want, inv.Resources); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	wantProblems := []string{
		`missing_field | f: document 1 at byte 0, Buckets[4]: arn:aws:s3:::unread | has no policy: add "Policy", with null where the resource has none`,
		"missing_field | f: document 1 at byte 0, Buckets[5] | Name is missing; give the name of the bucket",
	}
	if diff := cmp.Diff(wantProblems, problemTexts(inv, "")); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestAccessControlListsNotRead(t *testing.T) {
	t.Parallel()
	const enforced = `"Ownership":{"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}`
	everybody := []entitlement.BucketGrant{{Grantee: entitlement.AllUsers, Permission: "READ"}}
	const list = `[{"Grantee":{"Type":"Group","URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}]`
	for parts, want := range map[string]struct {
		unknown  bool
		grants   []entitlement.BucketGrant
		problems int
	}{
		`"Ownership":null`:                                      {unknown: true},
		`"Ownership":"ObjectWriter"`:                            {unknown: true},
		`"Ownership":"BucketOwnerPreferred","Grants":` + list:   {grants: everybody},
		`"Grants":{"Owner":{"ID":"abc"},"Grants":` + list + `}`: {grants: everybody},
		`"Grants":{"Owner":{"ID":"abc"},"Grants":[]}`:           {grants: []entitlement.BucketGrant{}},
		`"Grants":{"Owner":{"ID":"abc"},"Grants":null}`:         {},
		`"Grants":null`:                     {},
		`"Grants":"AccessDenied"`:           {unknown: true, problems: 1},
		`"Grants":{"Owner":{"ID":"abc"}}`:   {unknown: true, problems: 1},
		enforced:                            {},
		enforced + `,"Grants":` + list:      {},
		`"Ownership":"BucketOwnerEnforced"`: {},
	} {
		t.Run(parts, func(t *testing.T) {
			t.Parallel()
			inv := home()
			doc := `{"Buckets":[{"Name":"b","Policy":null,` + parts + `}]}`
			if err := aws.ReadResourcePolicies(strings.NewReader(doc), "f", inv); err != nil {
				t.Fatal(err)
			}
			b := resource(t, inv, "arn:aws:s3:::b").Bucket
			if diff := cmp.Diff(want.grants, b.Grants); diff != "" || b.ACLUnknown != want.unknown || len(inv.Problems) != want.problems {
				t.Errorf("unknown %t, problems %v, grants (-want +got):\n%s", b.ACLUnknown, inv.Problems, diff)
			}
		})
	}
}

// The parts of a bucket count in whatever form the bucket stands.
func TestBucketPartsInOtherForms(t *testing.T) {
	t.Parallel()
	const parts = `"Policy":null,"PublicAccessBlock":{"IgnorePublicAcls":true},"Ownership":"BucketOwnerEnforced","Encryption":null`
	for _, doc := range []string{
		`{"Name":"b",` + parts + `}`, `{"Arn":"arn:aws:s3:::b",` + parts + `}`, `{"arn:aws:s3:::b":{` + parts + `}}`,
		`{"ResourcePolicies":[{"Arn":"arn:aws:s3:::b",` + parts + `}]}`, `{"Resources":{"arn:aws:s3:::b":{` + parts + `}}}`,
	} {
		inv := home()
		if err := aws.ReadResourcePolicies(strings.NewReader(doc), "f", inv); err != nil {
			t.Fatal(err)
		}
		b := resource(t, inv, "arn:aws:s3:::b")
		want := &entitlement.Bucket{Encryption: entitlement.EncryptionNone, IgnorePublicACLs: entitlement.Yes}
		if diff := cmp.Diff(want, b.Bucket); diff != "" || b.PolicyUnknown || len(inv.Problems) > 0 {
			t.Errorf("%s: problems %v (-want +got):\n%s", doc, inv.Problems, diff)
		}
	}
}

// A second export by somebody who may read more adds what the first lacks.
func TestBucketsExportedTwice(t *testing.T) {
	t.Parallel()
	inv := home()
	doc := `{"Buckets":[{"Name":"b","Policy":null}]} {"Buckets":[{"Name":"b","Policy":null,"Owner":"abc","Encryption":null,
		"PublicAccessBlock":null,"Grants":[{"Grantee":{"ID":"abc"},"Permission":"FULL_CONTROL"}]}],"AccountPublicAccessBlock":null}`
	if err := aws.ReadResourcePolicies(strings.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	const no = entitlement.No
	want := &entitlement.Bucket{
		Owner: "abc", Encryption: entitlement.EncryptionNone, Grants: []entitlement.BucketGrant{{Grantee: "abc", Permission: "FULL_CONTROL"}},
		BlockPublicACLs: no, IgnorePublicACLs: no, BlockPublicPolicy: no, RestrictPublicBuckets: no,
	}
	if diff := cmp.Diff(want, resource(t, inv, "arn:aws:s3:::b").Bucket); diff != "" {
		t.Errorf("bucket (-want +got):\n%s", diff)
	}
}

// The odd policies of a published test suite all get through, alone or with
// an ARN around them.
func TestRealBucketPolicies(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(testkit.SharedData(t, "entitlements", "aws", "aws-iam-policy", "valid_bucket_policies.json"))
	if err != nil {
		t.Fatal(err)
	}
	var policies []json.RawMessage
	if err := json.Unmarshal(data, &policies); err != nil {
		t.Fatal(err)
	}
	wrapped := map[string]json.RawMessage{}
	for i, p := range policies {
		wrapped[fmt.Sprintf("arn:aws:s3:::bucket-%02d", i)] = p
	}
	doc, err := json.Marshal(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	inv := home()
	if err := aws.ReadResourcePolicies(bytes.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	if len(policies) != 26 || len(inv.Resources) != 26 || len(inv.Problems) > 0 {
		t.Errorf("%d policies give %d resources and the problems %v", len(policies), len(inv.Resources), inv.Problems)
	}
	for i, r := range inv.Resources {
		if !sameJSON(t, string(r.Policy), string(policies[i])) {
			t.Errorf("%s: the policy changed", r.ID)
		}
	}
	bare := home()
	if err := aws.ReadResourcePolicies(bytes.NewReader(data), "f", bare); err != nil {
		t.Fatal(err)
	}
	if len(bare.Resources) == 0 || len(bare.Resources)+len(bare.Problems) != 26 {
		t.Errorf("alone, 26 policies give %d resources and %d problems", len(bare.Resources), len(bare.Problems))
	}
}

func FuzzReadResourcePolicies(f *testing.F) {
	for _, doc := range []string{
		bucketExport, bucketDoc, `{"` + queue + `":` + inText(allowDoc) + `}`, `[{"Arn":"` + queue + `","Policy":null}]`,
		`{"Attributes":{"QueueArn":"` + queue + `","Policy":""}}`, `{"registryId":"1","repositoryName":"r","policyText":"{}","Region":"x"}`,
		`{"ResourcePolicies":{"arn:aws:s3:::b":"%7B%22Statement%22%3A%5B%5D%7D"}}`, `{"Resources":[{"Account":111122223333,"Tags":{"a":1},"Policy":[]}]}`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		inv := home()
		if err := aws.ReadResourcePolicies(bytes.NewReader(doc), "f", inv); err != nil {
			return
		}
		seen := map[entitlement.ResourceID]bool{}
		for _, r := range inv.Resources {
			if seen[r.ID] || !strings.HasPrefix(string(r.ID), "arn:") || r.Type == "" {
				t.Errorf("resource %+v is there twice or without ARN or type", r)
			}
			seen[r.ID] = true
			if r.Policy != nil && (r.PolicyUnknown || !json.Valid(r.Policy)) {
				t.Errorf("resource %s: policy %q, unknown %t", r.ID, r.Policy, r.PolicyUnknown)
			}
		}
	})
}
