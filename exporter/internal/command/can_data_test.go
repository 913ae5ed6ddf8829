package command_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/testkit"
)

// Who may do what in the public dump, as reading it by eye tells: two
// administrators, one of them by a group, and those with the action itself.
func TestWhoCanPublicData(t *testing.T) {
	t.Parallel()
	const head = "arn:aws:iam::012345678901:"
	details := testkit.SharedData(t, "entitlements", "aws", "cloudsplaining", "example-authz-details.json")
	for _, test := range []struct {
		action, resource   string
		identities, others []string
	}{
		{"iam:PassRole", head + "role/MyRole", []string{"role/MyOtherRole", "role/MyRole", "root", "user/biden", "user/obama", "user/userwithlotsofpermissions"}, nil},
		{"s3:GetObject", "arn:aws:s3:::any/object", []string{"role/OverprivilegedEC2", "root", "user/biden", "user/obama", "user/userwithlotsofpermissions"}, nil},
		{"iam:DeleteAccountAlias", "*", []string{"root", "user/obama", "user/userwithlotsofpermissions"}, nil},
		{"sts:AssumeRole", head + "role/MyRole", nil, []string{"ssm.amazonaws.com"}},
	} {
		var got struct {
			Identities, Others []struct{ Identity, Decision string }
		}
		text := exporter(t, "who-can", "--aws.authorization-details", details, "--action", test.action, "--resource", test.resource, "--format", "json")
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		var identities, others []string
		for _, h := range got.Identities {
			identities = append(identities, h.Decision+" "+h.Identity)
		}
		for _, h := range got.Others {
			others = append(others, h.Identity)
		}
		var want []string
		for _, name := range test.identities {
			want = append(want, "allowed "+head+name)
		}
		if diff := cmp.Diff(want, identities) + cmp.Diff(test.others, others); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.action, diff)
		}
	}
}
