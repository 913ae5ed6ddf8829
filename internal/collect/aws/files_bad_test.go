package aws_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	someUser  = `{"UserName":"a","Arn":"arn:aws:iam::111122223333:user/a","CreateDate":"2024-01-02T00:00:00Z"}`
	otherUser = `{"UserName":"b","Arn":"arn:aws:iam::444455556666:user/b","CreateDate":"2024-01-02T00:00:00Z"}`
	columns   = "user,arn,password_enabled,mfa_active,access_key_1_active\n"
)

func TestBadFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		read func(io.Reader, string, *entitlement.Inventory) error
		doc  string
		want string // Error.
	}{
		{"empty", aws.ReadAuthorizationDetails, "", "read authorization details: f: byte 0: the file is empty; export it again"},
		{"text", aws.ReadAuthorizationDetails, "hello", "read authorization details: f: byte 0: 'h' is not the beginning of a JSON document"},
		{"other JSON", aws.ReadAuthorizationDetails, `{"Roles":[]}`, "read authorization details: f: UserDetailList, GroupDetailList, " +
			"RoleDetailList and Policies are missing; give the output of aws iam get-account-authorization-details"},
		{
			"two accounts", aws.ReadAuthorizationDetails, `{"UserDetailList":[` + someUser + `,` + otherUser + `]}`,
			"read authorization details: f: arn:aws:iam::444455556666:user/b belongs to account 444455556666, but the rest to account 111122223333; " +
				"give the files of one account at a time",
		},
		{"no columns", aws.ReadCredentialReport, "a,b\n", "read credential report f: column \"user\" is missing; " +
			"give the CSV of aws iam get-credential-report, decoded from base64"},
		{
			"two accounts in a report", aws.ReadCredentialReport, columns + "a,arn:aws:iam::111122223333:user/a\nb,arn:aws:iam::444455556666:user/b\n",
			"read credential report: f: arn:aws:iam::444455556666:user/b belongs to account 444455556666, but the rest to account 111122223333; " +
				"give the files of one account at a time",
		},
		{"no report", aws.ReadCredentialReport, "", "read credential report f: header: EOF; give the CSV, decoded from base64"},
		{"no functions", aws.ReadFunctions, `{"functions":[]}`, "read functions: f: Functions is missing; give the output of the AWS CLI"},
		{"no instances", aws.ReadInstances, `[]`, "read instances: f: Reservations is missing; give the output of the AWS CLI"},
		{"no account", aws.ReadOrganization, `{}`, "read organisation f: the account is not known yet; read its authorization details before"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.read(strings.NewReader(tt.doc), "f", &entitlement.Inventory{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func TestBadOrganizations(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, doc, want string }{
		{"no parent", `{"Roots":[{"Id":"r-1"}],"Accounts":[]}`, "111122223333 has no ParentId, or is not in Accounts and OrganizationalUnits; " +
			"list every account and unit with its parent"},
		{
			"circle", `{"Roots":[{"Id":"r-1"}],"Accounts":[{"Id":"111122223333","ParentId":"ou-1"}],"OrganizationalUnits":[{"Id":"ou-1","ParentId":"111122223333"}]}`,
			"111122223333 is its own ancestor; check the ParentIds",
		},
		{
			"no content", `{"Roots":[{"Id":"r-1"}],"Accounts":[{"Id":"111122223333","ParentId":"r-1"}],"Policies":[{"PolicySummary":{"Arn":"p"},"Targets":[{"TargetId":"r-1"}]}]}`,
			"policy p has no Content; add the answer of describe-policy",
		},
		{
			"a policy without a summary", `{"Roots":[{"Id":"r-1"}],"Policies":[{"Id":"p-1","Name":"deny","Targets":[]}]}`,
			"Policies[1] at byte 36: PolicySummary.Arn is missing; add the answer of describe-policy",
		},
		{
			"a policy without targets", `{"Policies":[{"PolicySummary":{"Arn":"p"},"Content":"{}"}]}`,
			"Policies[1] at byte 13: Targets is missing; add the answer of list-targets-for-policy",
		},
		{"an id in the place of a policy", `{"Policies":["p-1"]}`, "Policies[1] at byte 13: is no object; add the answer of describe-policy"},
		{"a tag policy", `{"Organization":{"MasterAccountId":"111122223333"},"Policies":[{"PolicySummary":{"Arn":"p","Type":"TAG_POLICY"}}]}`, ""},
		{"management account", `{"Organization":{"MasterAccountId":"111122223333"}}`, ""},
		{"switched off", `{"Roots":[{"Id":"r-1","PolicyTypes":[]}]}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inv := &entitlement.Inventory{System: entitlement.System{ID: "111122223333"}}
			err := aws.ReadOrganization(strings.NewReader(tt.doc), "f", inv)
			switch {
			case tt.want == "" && err != nil, tt.want != "" && (err == nil || err.Error() != "read organisation f: "+tt.want && err.Error() != "read organisation: f: "+tt.want):
				t.Errorf("error %v, want %s", err, tt.want)
			case len(inv.Controls) > 0:
				t.Errorf("controls %v, want none", inv.Controls)
			}
		})
	}
}

func TestCutDetailsKeepWhatStandsBefore(t *testing.T) {
	t.Parallel()
	whole := `{"UserDetailList":[` + someUser + `],"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/r"}]}`
	zip := zipped([]byte(whole))
	for name, doc := range map[string][]byte{
		"truncated":      []byte(whole[:len(whole)-20]),
		"invalid_json":   []byte(strings.Replace(whole, `"RoleDetailList"`, `RoleDetailList`, 1)),
		"truncated_gzip": zip[:len(zip)-12],
	} {
		inv := &entitlement.Inventory{}
		if err := aws.ReadAuthorizationDetails(bytes.NewReader(doc), "f", inv); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(inv.Identities) == 0 || len(inv.Problems) == 0 || inv.Problems[0].Code != name ||
			!strings.HasPrefix(inv.Problems[0].Subject, "f: byte ") {
			t.Errorf("%s: %d identities, problems %v", name, len(inv.Identities), inv.Problems)
		}
	}
}

func TestHugePolicy(t *testing.T) {
	t.Parallel()
	big := `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"` + strings.Repeat("x", 6<<20) + `"}]}`
	quoted, _ := json.Marshal(big)
	doc := `{"Policies":[{"Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":` +
		string(quoted) + `}]}]}`
	inv := &entitlement.Inventory{}
	if err := aws.ReadAuthorizationDetails(strings.NewReader(doc), "f", inv); err != nil {
		t.Fatal(err)
	}
	if got := string(inv.Policies["arn:aws:iam::111122223333:policy/p"].Document); got != big {
		t.Errorf("the document has %d bytes, want %d", len(got), len(big))
	}
}

func TestRealAuthorizationDetails(t *testing.T) {
	t.Parallel()
	path := testkit.SharedData(t, "entitlements", "aws", "cloudsplaining", "example-authz-details.json")
	inv, err := aws.ReadFiles(aws.Files{AuthorizationDetails: path}, day())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[entitlement.Kind]int{}
	for _, id := range inv.Identities {
		kinds[id.Kind]++
	}
	want := map[entitlement.Kind]int{entitlement.User: 3, entitlement.Group: 2, entitlement.Role: 3}
	if diff := cmp.Diff(want, kinds); diff != "" || inv.System.ID != "012345678901" {
		t.Errorf("system %s, kinds (-want +got):\n%s", inv.System.ID, diff)
	}
	managed := 0
	for _, p := range inv.Policies {
		if !json.Valid(p.Document) {
			t.Errorf("policy %s is not JSON", p.ID)
		}
		if !p.Inline {
			managed++
		}
	}
	if managed != 32 {
		t.Errorf("%d managed policies, want 32", managed)
	}
	if got := inv.Profiles["arn:aws:iam::012345678901:instance-profile/OverprivilegedEC2"]; got != "arn:aws:iam::012345678901:role/OverprivilegedEC2" {
		t.Errorf("instance profile of role %q", got)
	}
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %v", inv.Problems)
	}
}

func TestPathsOfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, want := range map[string]string{
		"":              "the authorization details are not given",
		dir:             "the directory holds no files",
		dir + "/x":      "no such file or directory; give a file, a directory or a glob",
		dir + "/*.json": "no file matches the glob; quote it",
		dir + "/[":      "the glob is malformed",
	} {
		_, err := aws.ReadFiles(aws.Files{AuthorizationDetails: path}, day())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", path, err, want)
		}
	}
}

func FuzzAuthorizationDetails(f *testing.F) {
	f.Add([]byte(`{"UserDetailList":[` + someUser + `],"Policies":[{"Arn":"a","PolicyVersionList":[{"Document":"%7B"}]}],"IsTruncated":true}`))
	f.Add([]byte(`{"RoleDetailList":[{"Arn":"arn:aws:iam::1:role/r","Tags":[{}],"RoleLastUsed":{"LastUsedDate":1e9}}]}{"GroupDetailList":[[]]}`))
	f.Add([]byte(treeDoc))
	f.Add([]byte(centerDoc))
	f.Add([]byte(groupsDoc))
	f.Add([]byte(attachedDoc))
	f.Fuzz(func(t *testing.T, doc []byte) {
		inv := &entitlement.Inventory{}
		_ = aws.ReadAuthorizationDetails(bytes.NewReader(doc), "f", inv)
		for _, id := range inv.Identities {
			if id.ID == "" || id.Kind == "" {
				t.Errorf("an identity without id or kind: %+v", id)
			}
		}
		_ = aws.ReadFunctions(bytes.NewReader(doc), "f", inv)
		_ = aws.ReadInstances(bytes.NewReader(doc), "f", inv)
		_ = aws.ReadSecurityGroups(bytes.NewReader(doc), "f", inv)
		member := home()
		_ = aws.ReadOrganization(bytes.NewReader(doc), "f", member)
		_ = aws.ReadIdentityCenter(bytes.NewReader(doc), "f", member)
		checkDocuments(t, member)
	})
}

func FuzzCredentialReport(f *testing.F) {
	report, err := os.ReadFile("testdata/account.txtar")
	if err != nil {
		f.Fatal(err)
	}
	_, report, _ = bytes.Cut(report, []byte("-- credentials.csv --\n"))
	f.Add(report)
	f.Add([]byte(columns + "a,arn:aws:iam::111122223333:user/a,true,\"fa\nlse\",N/A\n\"\n"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		inv := &entitlement.Inventory{}
		_ = aws.ReadCredentialReport(bytes.NewReader(doc), "f", inv)
		for _, id := range inv.Identities {
			if id.System == "" || id.Kind != entitlement.User {
				t.Errorf("an identity without system or kind: %+v", id)
			}
		}
	})
}
