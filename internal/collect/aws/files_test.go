package aws_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// account unpacks the made-up export of one account into a folder.
func account(t *testing.T) (aws.Files, string) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "account.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return aws.Files{
		AuthorizationDetails: filepath.Join(dir, "authorization*.json"),
		CredentialReport:     filepath.Join(dir, "credentials.csv"),
		Organization:         filepath.Join(dir, "organization.json"),
		Functions:            filepath.Join(dir, "functions.json"),
		Instances:            filepath.Join(dir, "instances.json"),
	}, dir
}

func identities(inv *entitlement.Inventory) map[entitlement.IdentityID]entitlement.Identity {
	all := map[entitlement.IdentityID]entitlement.Identity{}
	for _, id := range inv.Identities {
		all[id.ID] = id
	}
	return all
}

func problemTexts(inv *entitlement.Inventory, dir string) []string {
	var texts []string
	for _, p := range inv.Problems {
		texts = append(texts, p.Code+" | "+strings.ReplaceAll(p.Subject, dir, "")+" | "+p.Message)
	}
	return texts
}

func date(month time.Month, d int) time.Time { return time.Date(2024, month, d, 0, 0, 0, 0, time.UTC) }

func TestReadFiles(t *testing.T) {
	t.Parallel()
	files, dir := account(t)
	inv, err := aws.ReadFiles(files, day())
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:iam::111122223333:"
	want := map[entitlement.IdentityID]entitlement.Identity{
		arn + "user/team/ada": {
			UniqueID: "AIDAADA", Kind: entitlement.User, Name: "ada", Created: date(1, 2),
			Tags:     map[string]string{"owner": "payments", "ck_exclude_from_pci": ""},
			Policies: []entitlement.PolicyID{arn + "user/team/ada/inline/own", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			Boundary: arn + "policy/boundary", Groups: []entitlement.IdentityID{arn + "group/teams/devs"},
			Console: entitlement.Yes, MFA: entitlement.No, PasswordUsed: date(6, 1),
			Keys: []entitlement.AccessKey{{ID: "ada/access_key_1", Created: date(2, 2), Active: true, LastUsed: date(5, 5), UseKnown: true}},
		},
		arn + "user/bot": {
			UniqueID: "AIDABOT", Kind: entitlement.User, Name: "bot", Created: date(1, 3),
			Groups:  []entitlement.IdentityID{arn + "group/gone"},
			Console: entitlement.No, MFA: entitlement.No,
			Keys: []entitlement.AccessKey{
				{ID: "bot/access_key_1", Created: date(2, 3), UseKnown: true},
				{ID: "bot/access_key_2", Created: date(3, 3), Active: true},
			},
		},
		arn + "root": {
			Kind: entitlement.User, Root: true, Name: "<root_account>", Created: date(1, 1),
			Console: entitlement.Yes, MFA: entitlement.Yes, PasswordUsed: date(1, 9),
		},
		arn + "group/teams/devs": {
			UniqueID: "AGPADEVS", Kind: entitlement.Group, Name: "devs", Created: date(1, 4),
			Policies: []entitlement.PolicyID{arn + "policy/missing"},
		},
		arn + "role/apps/web": {
			UniqueID: "AROAWEB", Kind: entitlement.Role, Name: "web", Created: date(1, 5), LastUsed: date(7, 1),
			Trust:    []byte(`{"Statement":[{"Effect":"Allow"}]}`),
			Policies: []entitlement.PolicyID{arn + "policy/boundary"},
		},
		arn + "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS": {
			UniqueID: "AROARDS", Kind: entitlement.Role, Name: "AWSServiceRoleForRDS", Created: date(1, 6), ServiceManaged: true,
		},
		"arn:aws:lambda:eu-west-1:111122223333:function:f": {
			Kind: entitlement.Function, Name: "f", RunsAs: arn + "role/apps/web",
		},
		"arn:aws:ec2:us-west-2:111122223333:instance/i-1": {
			Kind: entitlement.Instance, Name: "front", Created: date(4, 1), Tags: map[string]string{"Name": "front"},
			RunsAs: arn + "role/apps/web",
		},
		"arn:aws:ec2:us-west-2:111122223333:instance/i-2": {Kind: entitlement.Instance, Name: "i-2", Created: date(4, 2)},
		"arn:aws:ec2:us-west-2:111122223333:instance/i-4": {Kind: entitlement.Instance, Name: "i-4", Created: date(4, 2)},
	}
	for id, i := range want {
		i.ID, i.System = id, "111122223333"
		want[id] = i
	}
	if diff := cmp.Diff(want, identities(inv)); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	wantPolicies := map[entitlement.PolicyID]entitlement.Policy{
		arn + "user/team/ada/inline/own":                                               {Name: "own", Inline: true, Document: []byte(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)},
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                                       {Name: "ReadOnlyAccess", Managed: true, Document: []byte(`{"Statement": [2]}`)},
		arn + "policy/boundary":                                                        {Name: "boundary", Document: []byte(`{"Statement":["a+b"]}`)},
		"arn:aws:organizations::aws:policy/p-full":                                     {Name: "FullAWSAccess", Managed: true, Document: []byte(`{"Statement":[]}`)},
		"arn:aws:organizations::999988887777:policy/o-1/service_control_policy/p-deny": {Name: "deny", Document: []byte(`{"Statement":[1]}`)},
	}
	for id, p := range wantPolicies {
		p.ID = id
		wantPolicies[id] = p
	}
	if diff := cmp.Diff(wantPolicies, inv.Policies); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
	full, deny := entitlement.PolicyID("arn:aws:organizations::aws:policy/p-full"),
		entitlement.PolicyID("arn:aws:organizations::999988887777:policy/o-1/service_control_policy/p-deny")
	if diff := cmp.Diff([][]entitlement.PolicyID{{full}, {full, deny}, {full}}, inv.Controls); diff != "" {
		t.Errorf("controls (-want +got):\n%s", diff)
	}
	if want := (entitlement.System{ID: "111122223333", Cloud: entitlement.AWS, Name: "shop"}); !cmp.Equal(want, inv.System) {
		t.Errorf("system %+v, want %+v", inv.System, want)
	}
	if diff := cmp.Diff(readLines(t, dir, "problems.txt"), problemTexts(inv, dir)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func readLines(t *testing.T, dir, name string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func TestReportBeforeDetails(t *testing.T) {
	t.Parallel()
	files, dir := account(t)
	want, err := aws.ReadFiles(files, day())
	if err != nil {
		t.Fatal(err)
	}
	got := &entitlement.Inventory{}
	readInto(t, aws.ReadCredentialReport, filepath.Join(dir, "credentials.csv"), got)
	readInto(t, aws.ReadAuthorizationDetails, filepath.Join(dir, "authorization1.json"), got)
	readInto(t, aws.ReadAuthorizationDetails, filepath.Join(dir, "authorization2.json"), got)
	readInto(t, aws.ReadFunctions, filepath.Join(dir, "functions.json"), got)
	readInto(t, aws.ReadInstances, filepath.Join(dir, "instances.json"), got)
	if diff := cmp.Diff(identities(want), identities(got)); diff != "" {
		t.Errorf("another order gives (-want +got):\n%s", diff)
	}
}

func readInto(t *testing.T, how func(io.Reader, string, *entitlement.Inventory) error, path string, into *entitlement.Inventory) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := how(bytes.NewReader(b), path, into); err != nil {
		t.Fatal(err)
	}
}
