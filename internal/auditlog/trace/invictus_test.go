package trace_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/trace"
)

var update = flag.Bool("update", false, "write the golden files")

func clock(h, m int) time.Time { return time.Date(2023, 7, 10, h, m, 0, 0, time.UTC) }

const (
	attacker    = "192.168.10.20"
	attackerKey = "AKIATFQR7NSC8Q4X20BJ"
	victim      = "arn:aws:iam::123837392027:user/bert-jan"
)

func golden(t *testing.T, name string, g *trace.Graph) {
	t.Helper()
	var got bytes.Buffer
	if err := trace.Text(&got, g); err != nil {
		t.Fatal(err)
	}
	sameAsGolden(t, name, got.Bytes())
}

func sameAsGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
	}
}

// attackSteps are stages of the attack in these logs, as its records have them.
func attackSteps() []struct {
	kind trace.Kind
	to   string
	done bool
	says string
} {
	return []struct {
		kind trace.Kind
		to   string
		done bool
		says string
	}{
		{trace.Discovery, "123837392027", true, "looked around"},
		{trace.CreatedIdentity, "stratus-red-team-ec2-steal-credentials-role", true, "CreateRole"},
		{trace.AssumedRole, "stratus-red-team-get-usr-data-role", false, "tried to assume"},
		{trace.AssumedRole, "aws-go-sdk-1688990082523310002", true, "began session"},
		{trace.CreatedCredential, "29 instances", false, "tried to fetch the password"},
		{trace.PassedRole, "i-0dbc91f429e48eeed", true, "RunInstances"},
		{trace.RanCode, "i-0dbc91f429e48eeed", true, "SendCommand"},
		{trace.RunsAs, "i-0dbc91f429e48eeed", true, "runs as session"},
		{trace.SensitiveRead, "20 secrets", true, "GetSecretValue × 60"},
		{trace.SensitiveRead, "42 parameters", true, "GetParameter × 82"},
		{trace.SensitiveRead, "15 instances", false, "DescribeInstanceAttribute × 15"},
		{trace.WeakenedDefences, "stratus-red-team-ct-stop-trail-qzbgnfqisx", false, "StopLogging × 3"},
		{trace.WeakenedDefences, "stratus-red-team-ctlr-trail-zqfsvooxqj", true, "DeleteTrail"},
		{trace.WeakenedDefences, "stratus-red-team-ctes-trail-qyxyekjbtk", true, "PutEventSelectors"},
		{trace.WeakenedDefences, "ec2", true, "DeleteFlowLogs"},
		{trace.WeakenedDefences, "organizations", false, "LeaveOrganization"},
		{trace.SharedResource, "snap-083d3b857c13988bc", true, "ModifySnapshotAttribute"},
		{trace.SharedResource, "ami-0aa1d83d0b0985c86", true, "ModifyImageAttribute"},
		{trace.SharedResource, "exfiltration", true, "ModifyDBSnapshotAttribute"},
		{trace.ChangedPolicy, "stratus-red-team-bdbp-lhfzvgcamn", true, "PutBucketPolicy"},
		{trace.CreatedIdentity, "malicious-iam-user", true, "CreateUser"},
		{trace.ChangedPolicy, "malicious-iam-user", true, "AttachUserPolicy"},
		{trace.CreatedCredential, "AKIATFQR7NSCQLA2F4OD", true, "of malicious-iam-user"},
		{trace.CreatedCredential, "AKIATFQR7NSC3ZO6PKAZ", true, "of stratus-red-team-backdoor-u-user"},
		{trace.CreatedCredential, "stratus-red-team-login-profile-user", true, "CreateLoginProfile"},
		{trace.SignedIn, "stratus-red-team-nmfalu-gfjyeaypjt", true, "signed in from 192.168.10.20"},
		{trace.ChangedPolicy, "stratus-red-team-backdoor-r-role", true, "UpdateAssumeRolePolicy × 2"},
		{trace.ChangedPolicy, "stratus-red-team-backdoor-f-func", true, "AddPermission"},
		{trace.RanCode, "stratus-red-team-olc-func-xhfgzaowxc", true, "UpdateFunctionCode × 2"},
		{trace.CreatedCredential, "49e25ec3-bdfe-4150-8683-b4ea4ee85cfd", true, "CreateTrustAnchor"},
		{trace.Removed, "malicious-iam-user", true, "DeleteAccessKey"},
	}
}

func TestFindsTheAttack(t *testing.T) {
	t.Parallel()
	events := invictus(t)
	for name, s := range map[string]trace.Start{
		"address":  {Address: attacker},
		"key":      {AccessKey: attackerKey},
		"identity": {Identity: victim},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.From, s.To = clock(0, 0), clock(23, 0)
			g := follow(t, events, s)
			for _, want := range attackSteps() {
				e := edge(g, want.kind, want.to)
				switch {
				case e == nil:
					t.Errorf("no edge %s to %s", want.kind, want.to)
				case (e.Failed < e.Count) != want.done:
					t.Errorf("%s: %d of %d failed; done %v is wanted", e.Sentence, e.Failed, e.Count, want.done)
				case !strings.Contains(e.Sentence, want.says):
					t.Errorf("%q doesn't say %q", e.Sentence, want.says)
				}
			}
			checkWhole(t, g)
			golden(t, "invictus_"+name+".txt", g)
		})
	}
}
