package assess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// exposed is an account with one of everything that findings are about.
func exposed() *entitlement.Inventory {
	inv := account()
	trust := func(principal string) []byte {
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`)
	}
	add := func(name, principal, document string) *entitlement.Identity {
		id := entitlement.Identity{
			ID: arn("role/" + name), Name: name, Kind: entitlement.Role, System: "111111111111", Created: now().Add(-300 * day), Trust: trust(principal),
		}
		if document != "" {
			p := entitlement.PolicyID(name)
			inv.Policies[p] = entitlement.Policy{ID: p, Document: []byte(`{"Version":"2012-10-17","Statement":[` + document + `]}`)}
			id.Policies = []entitlement.PolicyID{p}
		}
		inv.Identities = append(inv.Identities, id)
		return &inv.Identities[len(inv.Identities)-1]
	}
	add("climber", `{"AWS":"111111111111"}`, `{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"*"}`)
	add("watcher", `{"AWS":"111111111111"}`, `{"Effect":"Allow","Action":"cloudtrail:StopLogging","Resource":"*"}`)
	add("keeper", `{"AWS":"111111111111"}`, `{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}`)
	add("partner", `{"AWS":"999999999999"}`, "")
	add("guest", `{"AWS":"arn:aws:iam::888888888888:role/theirs"}`, "")
	add("deploy", `{"AWS":"111111111111"}`, `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::777777777777:role/deploy"}`)
	reader := add("reader", `{"Service":"ec2.amazonaws.com"}`, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::plain/*"}`)
	machine := entitlement.Identity{
		ID: "arn:aws:ec2:eu-west-1:111111111111:instance/i-1", Name: "i-1", Kind: entitlement.Instance, System: "111111111111", RunsAs: reader.ID,
	}
	inv.Identities = append(inv.Identities, machine)
	bucket := func(name, policy string, e entitlement.Encryption) entitlement.Resource {
		r := entitlement.Resource{ID: entitlement.ResourceID("arn:aws:s3:::" + name), Type: "s3:bucket", Name: name, Bucket: &entitlement.Bucket{Encryption: e}}
		if policy != "" {
			r.Policy = []byte(`{"Version":"2012-10-17","Statement":[` + policy + `]}`)
		}
		return r
	}
	inv.Resources = []entitlement.Resource{
		bucket("plain", "", entitlement.EncryptionNone),
		bucket("open", `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open/*"}`, entitlement.EncryptionKMS),
		bucket("shared", `{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::shared/*"}`, entitlement.EncryptionS3),
		{ID: "arn:aws:sqs:eu-west-1:111111111111:q", Type: "sqs:queue", Name: "q"},
	}
	inv.Resources[1].Tags = map[string]string{"owner": "web"}
	inv.SecurityGroups = []entitlement.SecurityGroup{
		{
			ID: "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-1", Name: "ssh", Network: "vpc-1", Instances: []entitlement.IdentityID{machine.ID},
			Inbound: []entitlement.InboundRule{{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"}},
		},
		{ID: "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-2", Name: "unread", Instances: []entitlement.IdentityID{machine.ID}},
	}
	return inv
}

// The analyses of the policies arrive at the findings that they are for, each
// with what it is about.
func TestExposure(t *testing.T) {
	t.Parallel()
	a := assessed(exposed(), used(), nil)
	got := map[entitlement.Category][]string{}
	evidence := map[string]string{}
	for i := range a.Findings {
		f := &a.Findings[i]
		what := string(f.Identity[strings.LastIndexByte(string(f.Identity), '/')+1:])
		if f.Identity == "" {
			what = f.Name
		}
		got[f.Category] = append(got[f.Category], what)
		for _, name := range []string{
			finding.EvidenceWay, finding.EvidenceSecrets, finding.EvidenceSecurityTools, finding.EvidenceReachable, finding.EvidenceAccounts, finding.EvidenceIdentities,
		} {
			if value := finding.Value(f, name); value != "" {
				evidence[string(f.Category)+" "+what+" "+name] = value
			}
		}
	}
	want := map[entitlement.Category][]string{
		entitlement.EscalationRole: {"climber"}, entitlement.SecurityToolRole: {"watcher"}, entitlement.SecretAccessRole: {"job", "keeper"},
		entitlement.SecretAccessFunction: {"arn:aws:lambda:eu-west-1:111111111111:function:work"},
		entitlement.ExternalAccount:      {"888888888888", "999999999999"}, entitlement.RoleTrustsAccount: {"partner"}, entitlement.RoleReachesExternal: {"deploy"},
		entitlement.BucketUnencrypted: {"plain"}, entitlement.BucketManagedKeys: {"shared"}, entitlement.BucketPublic: {"open"},
		entitlement.BucketCrossAccount: {"shared"}, entitlement.InstanceBucketAccess: {"i-1"}, entitlement.OpenSecurityGroup: {"ssh"},
	}
	for c, names := range want {
		slices.Sort(got[c])
		if diff := cmp.Diff(names, got[c]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c, diff)
		}
	}
	for what, part := range map[string]string{
		"privilege_escalation_role climber Way":           "iam-005 iam:PutRolePolicy on role/climber, to every permission",
		"secret_access_role keeper Secret stores":         "Secrets Manager (conditional)",
		"security_tool_admin_role watcher Security tools": "CloudTrail",
		"instance_bucket_access i-1 Buckets reachable":    "2 of 3", // Its own, and the one for everybody.
		"open_security_group ssh Buckets reachable":       "2 of 3", // Its own, and the one for everybody.
		"external_access 999999999999 Trusted identities": "all",
		"external_access 888888888888 Trusted identities": "1: arn:aws:iam::888888888888:role/theirs",
		"role_reaches_external deploy Accounts":           "777777777777",
		"bucket_cross_account shared Accounts":            "999999999999",
	} {
		if !strings.Contains(evidence[what], part) {
			t.Errorf("%s is %q, want %q", what, evidence[what], part)
		}
	}
	if n := a.Totals[entitlement.OpenSecurityGroup]; n != 1 {
		t.Errorf("looked at %d security groups; the other was not read", n)
	}
	for _, f := range a.Findings {
		if f.Category == entitlement.BucketPublic && (f.Owner != "web" || f.System != "111111111111") {
			t.Errorf("owner %s, system %s", f.Owner, f.System)
		}
		if f.Category == entitlement.ExternalAccount && f.Owner != "platform" {
			t.Errorf("owner of %s is %s", f.Name, f.Owner)
		}
	}
}
