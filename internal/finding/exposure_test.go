package finding_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

const account = "111111111111"

func role(name string, entered ...entitlement.ExternalAccess) finding.Subject {
	s := quiet()
	s.Identity.ID, s.Identity.Name = entitlement.IdentityID("arn:aws:iam::"+account+":role/"+name), name
	s.Identity.Kind, s.Entered, s.Owner = entitlement.Role, entered, "platform"
	return s
}

func tagged(s finding.Subject) finding.Subject {
	s.Identity.Tags = map[string]string{entitlement.TagExcludeFromReports: ""}
	return s
}

func ofKind(k entitlement.Kind) finding.Subject {
	s := quiet()
	s.Identity.ID, s.Identity.Kind = entitlement.IdentityID("arn:aws:x::"+account+":"+string(k)+"/x"), k
	return s
}

// line writes a finding with its evidence, so that a test shows all of it.
func line(f *entitlement.Finding) string {
	parts := []string{string(f.Category), string(f.Identity) + f.Resource}
	for _, e := range f.Evidence {
		parts = append(parts, e.Name+": "+e.Value)
	}
	return strings.Join(parts, " | ")
}

func lines(r finding.Result) []string {
	list := []string{}
	for i := range r.Findings {
		list = append(list, line(&r.Findings[i]))
	}
	return list
}

func TestFamiliesByKind(t *testing.T) {
	t.Parallel()
	way := []entitlement.Escalation{{Path: "iam-001", Name: "iam:CreatePolicyVersion", Admin: true}}
	for _, tc := range []struct {
		kind entitlement.Kind
		want []entitlement.Category
	}{
		{entitlement.User, list(entitlement.EscalationUser, entitlement.SecurityToolUser, entitlement.SecretAccessUser)},
		{entitlement.Role, list(entitlement.EscalationRole, entitlement.SecurityToolRole, entitlement.SecretAccessRole)},
		{entitlement.Group, list(entitlement.EscalationGroup)},
		{entitlement.Function, list(entitlement.EscalationFunction, entitlement.SecurityToolFunction, entitlement.SecretAccessFunction)},
		{entitlement.Instance, list(entitlement.EscalationInstance, entitlement.SecurityToolInstance, entitlement.SecretAccessInstance)},
	} {
		s := ofKind(tc.kind)
		s.Escalations, s.SecurityTools, s.Secrets = way, []string{"CloudTrail"}, []string{"Secrets Manager"}
		got := evaluate(options(), s)
		if diff := cmp.Diff(tc.want, categories(got)); diff != "" {
			t.Errorf("%s: categories (-want +got):\n%s", tc.kind, diff)
		}
		for _, c := range tc.want {
			if got.Totals[c] != 1 {
				t.Errorf("%s: looked at %d, want 1", c, got.Totals[c])
			}
		}
		if got := categories(evaluate(options(), tagged(s))); !slices.Equal(got, list(entitlement.ExcludedFromReports)) {
			t.Errorf("exempt %s has %v", tc.kind, got)
		}
	}
}

func TestEscalationEvidence(t *testing.T) {
	t.Parallel()
	s := ofKind(entitlement.User)
	s.Escalations = []entitlement.Escalation{
		{
			Path: "iam-013", Name: "iam:AddUserToGroup", Target: "arn:aws:iam::222222222222:group/g", Conditional: true, Keys: []string{"aws:sourceip"},
			Steps: []entitlement.EscalationStep{{Path: "iam-013", Name: "iam:AddUserToGroup", By: "me", Permissions: []entitlement.Action{"iam:AddUserToGroup"}, Target: "arn:aws:iam::222222222222:group/g"}},
		},
		{Path: "iam-002", Name: "iam:CreateAccessKey", Target: "u", Admin: true, Steps: []entitlement.EscalationStep{
			{Path: "sts-001", Name: "sts:AssumeRole", By: "me", Permissions: []entitlement.Action{"sts:AssumeRole"}, Target: "arn:aws:iam::" + account + ":role/r"},
			{Path: "iam-002", Name: "iam:CreateAccessKey", By: "arn:aws:iam::" + account + ":role/r", Permissions: []entitlement.Action{"iam:CreateAccessKey"}, Target: "u"},
		}},
	}
	for _, target := range []string{"role/g", "role/f"} { // They stand together.
		target = "arn:aws:iam::" + account + ":" + target
		s.Escalations = append(s.Escalations, entitlement.Escalation{
			Path: "lambda-004", Name: "update code", Target: target,
			Steps: []entitlement.EscalationStep{{Path: "lambda-004", Name: "update code", By: "me", Permissions: []entitlement.Action{"lambda:UpdateFunctionCode"}, Target: target}},
		})
	}
	want := []string{"privilege_escalation_user | arn:aws:x::" + account + ":user/x | Ways: 4, 1 to every permission, 1 conditional" +
		" | Way: in 2 steps: 1. sts-001 sts:AssumeRole on role/r as me, 2. iam-002 iam:CreateAccessKey on u as role/r, to every permission" +
		" | Way: lambda-004 update code on role/f, role/g (needs lambda:UpdateFunctionCode)" +
		" | Way: iam-013 iam:AddUserToGroup on arn:aws:iam::222222222222:group/g, conditional on aws:sourceip"}
	if diff := cmp.Diff(want, lines(evaluate(options(), s))); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	s.Super = true
	if got := categories(evaluate(options(), s)); !slices.Equal(got, list(entitlement.SuperUser)) {
		t.Errorf("who may do everything has %v", got)
	}
}

// However many ways there are, one finding counts them all and lists the best.
func TestEscalationIsBounded(t *testing.T) {
	t.Parallel()
	s := ofKind(entitlement.Role)
	for i := range 40 {
		s.Escalations = append(s.Escalations, entitlement.Escalation{Path: fmt.Sprintf("iam-%03d", i), Admin: i == 39})
	}
	s.Ways.More = true
	got := evaluate(options(), s).Findings
	if len(got) != 1 || len(got[0].Evidence) != 4 || got[0].Evidence[0].Value != "at least 40, 1 to every permission, the gravest" ||
		!strings.HasPrefix(got[0].Evidence[1].Value, "iam-039") {
		t.Errorf("findings %+v", got)
	}
}

// Ways that are counted but not listed stand in the count.
func TestEscalationCountsAll(t *testing.T) {
	t.Parallel()
	s := ofKind(entitlement.Role)
	s.Escalations = []entitlement.Escalation{{Path: "iam-001", Admin: true}}
	s.Ways = finding.Ways{Found: 120, Admin: 30, Conditional: 5}
	got := evaluate(options(), s).Findings
	if len(got) != 1 || got[0].Evidence[0].Value != "120, 30 to every permission, 5 conditional, the gravest" {
		t.Errorf("findings %+v", got)
	}
}

func TestExternalAccess(t *testing.T) {
	t.Parallel()
	partner := func(x entitlement.ExternalAccess) entitlement.ExternalAccess {
		x.From = "999999999999"
		return x
	}
	in := finding.Input{
		System: account, Organization: &entitlement.Organization{Members: []entitlement.SystemID{account, "222222222222"}},
		Subjects: []finding.Subject{
			role("whole", partner(entitlement.ExternalAccess{Method: entitlement.AccessDirect, TrustsAll: true, Conditional: true, Keys: []string{"sts:externalid"}})),
			role("behind", partner(entitlement.ExternalAccess{Method: entitlement.AccessChaining, TrustsAll: true})),
			role("named", entitlement.ExternalAccess{From: "222222222222", Method: entitlement.AccessDirect, Identities: []entitlement.IdentityID{"them"}}),
			role("federated", entitlement.ExternalAccess{From: "arn:aws:iam::" + account + ":saml-provider/idp", Method: entitlement.AccessDirect, TrustsAll: true}),
			role("tokens", entitlement.ExternalAccess{
				From: "arn:aws:iam::" + account + ":oidc-provider/token.actions.githubusercontent.com", Method: entitlement.AccessDirect,
				TrustsAll: true, Conditional: true, Keys: []string{"token.actions.githubusercontent.com:aud"},
			}),
			role("guests", entitlement.ExternalAccess{From: "cognito-identity.amazonaws.com", Method: entitlement.AccessDirect, TrustsAll: true}),
			role("branch", entitlement.ExternalAccess{From: "arn:aws:iam::" + account + ":oidc-provider/token.actions.githubusercontent.com", Method: entitlement.AccessDirect}),
			tagged(role("exempt", entitlement.ExternalAccess{From: "888888888888", Method: entitlement.AccessDirect, TrustsAll: true})),
			role("open", entitlement.ExternalAccess{From: "*", Method: entitlement.AccessDirect, TrustsAll: true}),
		},
	}
	got := finding.Evaluate(in, options())
	r := "arn:aws:iam::" + account + ":role/"
	want := []string{
		"external_access | * | Access method: direct | Trusted identities: all | Roles: 1: role/open | Organisation: another",
		"external_access | 222222222222 | Access method: direct | Trusted identities: 1: them | Roles: 1: role/named | Organisation: the same",
		"external_access | 999999999999 | Access method: direct, role chaining | Trusted identities: all | Roles: 2: role/behind, role/whole | Organisation: another",
		"role_trusts_account | " + r + "guests | Accounts: any identity of cognito-identity.amazonaws.com",
		"role_trusts_account | " + r + "open | Accounts: anybody",
		"role_trusts_account | " + r + "tokens | Accounts: any identity of token.actions.githubusercontent.com | Conditional: on token.actions.githubusercontent.com:aud",
		"role_trusts_account | " + r + "whole | Accounts: 999999999999 | Conditional: on sts:externalid",
		"excluded_from_reports | " + r + "exempt | Tag value: ",
	}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if got.Totals[entitlement.ExternalAccount] != 4 || got.Totals[entitlement.RoleTrustsAccount] != 9 {
		t.Errorf("totals %v", got.Totals)
	}
	for _, f := range got.Findings[:3] {
		if f.Identity != "" || f.Kind != "" || f.System != account || f.Owner != "platform" {
			t.Errorf("%s: identity %q, kind %q, system %s, owner %s", f.Name, f.Identity, f.Kind, f.System, f.Owner)
		}
	}
}

func TestRoleReachesExternal(t *testing.T) {
	t.Parallel()
	deploy, hub, admin := role("deploy"), role("hub"), role("admin")
	deploy.Reaches = []entitlement.SystemID{"333333333333", "222222222222"}
	hub.Reaches, admin.Reaches, admin.Super = []entitlement.SystemID{"*"}, []entitlement.SystemID{"*"}, true
	want := []string{
		"role_reaches_external | arn:aws:iam::" + account + ":role/deploy | Accounts: 222222222222, 333333333333",
		"role_reaches_external | arn:aws:iam::" + account + ":role/hub | Accounts: any that trusts it",
	}
	if diff := cmp.Diff(want, lines(evaluate(options(), deploy, hub, admin, role("none")))[1:]); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func bucket(name string, e entitlement.Encryption, x entitlement.BucketExposure) finding.Bucket {
	return finding.Bucket{
		Resource: &entitlement.Resource{
			ID: entitlement.ResourceID("arn:aws:s3:::" + name), Type: "s3:bucket", Name: name, Bucket: &entitlement.Bucket{Encryption: e},
		},
		Owner: "data", Exposure: x,
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	private := entitlement.BucketExposure{Access: entitlement.BucketIsPrivate}
	exempt := bucket("site", entitlement.EncryptionS3, entitlement.BucketExposure{Access: entitlement.BucketIsPublic})
	exempt.Tags = map[string]string{entitlement.TagExcludeFromReports: "public site"}
	unread := bucket("unread", entitlement.EncryptionUnknown, entitlement.BucketExposure{Access: entitlement.BucketIsUnknown})
	unread.Bucket = nil
	in := finding.Input{System: account, Buckets: []finding.Bucket{
		bucket("kms", entitlement.EncryptionKMS, private),
		bucket("plain", entitlement.EncryptionNone, private),
		bucket("open", entitlement.EncryptionS3, entitlement.BucketExposure{Access: entitlement.BucketIsPublic, Because: []string{"statement Read"}}),
		bucket("shared", entitlement.EncryptionKMS, entitlement.BucketExposure{Access: entitlement.BucketIsCrossAccount, Accounts: []string{"222222222222"}}),
		bucket("blocked", entitlement.EncryptionKMS, entitlement.BucketExposure{Access: entitlement.BucketIsRestricted}),
		bucket("both", entitlement.EncryptionKMS, entitlement.BucketExposure{Access: entitlement.BucketIsPublic, Accounts: []string{"222222222222"}}),
		bucket("half-read", entitlement.EncryptionKMS, entitlement.BucketExposure{Access: entitlement.BucketIsUnknown, Accounts: []string{"222222222222"}}),
		exempt, unread,
	}}
	got := finding.Evaluate(in, options())
	want := []string{
		"bucket_unencrypted | arn:aws:s3:::plain | Encryption: none | Access: private",
		"bucket_sse_s3 | arn:aws:s3:::open | Encryption: SSE-S3 | Access: public | Because: statement Read",
		"bucket_public | arn:aws:s3:::both | Encryption: SSE-KMS | Access: public | Accounts: 222222222222",
		"bucket_public | arn:aws:s3:::open | Encryption: SSE-S3 | Access: public | Because: statement Read",
		"bucket_cross_account | arn:aws:s3:::half-read | Encryption: SSE-KMS | Access: unknown | Accounts: 222222222222",
		"bucket_cross_account | arn:aws:s3:::shared | Encryption: SSE-KMS | Access: cross account | Accounts: 222222222222",
		"excluded_from_reports | arn:aws:s3:::site | Tag value: public site",
	}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for c, n := range map[entitlement.Category]int{entitlement.BucketUnencrypted: 8, entitlement.BucketPublic: 7, entitlement.BucketCrossAccount: 8, entitlement.ExcludedFromReports: 9} {
		if got.Totals[c] != n {
			t.Errorf("%s: looked at %d, want %d", c, got.Totals[c], n)
		}
	}
}

func TestInstancesAndSecurityGroups(t *testing.T) {
	t.Parallel()
	private := entitlement.BucketExposure{Access: entitlement.BucketIsPrivate}
	reaching, idle := ofKind(entitlement.Instance), ofKind(entitlement.Instance)
	idle.Identity.ID += "2"
	reaching.Identity.RunsAs = "r"
	reaching.Buckets, reaching.BucketsConditional = []entitlement.ResourceID{"arn:aws:s3:::b"}, 1
	group := func(id string, rules ...entitlement.InboundRule) finding.SecurityGroup {
		return finding.SecurityGroup{SecurityGroup: &entitlement.SecurityGroup{
			ID: entitlement.ResourceID(id), Name: id, Inbound: rules, Network: "vpc-1",
			Instances: []entitlement.IdentityID{reaching.Identity.ID, idle.Identity.ID},
		}}
	}
	exempt := group("web", entitlement.InboundRule{Protocol: "tcp", From: 443, To: 443, Source: "::/0"})
	exempt.Tags = map[string]string{entitlement.TagExcludeFromReports: "true"}
	in := finding.Input{
		System: account, Subjects: []finding.Subject{reaching, idle},
		Buckets: []finding.Bucket{bucket("a", entitlement.EncryptionKMS, private), bucket("b", entitlement.EncryptionKMS, private)},
		SecurityGroups: []finding.SecurityGroup{
			group("open",
				entitlement.InboundRule{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"},
				entitlement.InboundRule{Protocol: "udp", From: 1000, To: 2000, Source: "0.0.0.0/0"},
				entitlement.InboundRule{Protocol: "tcp", From: 0, To: 65535, Source: "::/0"},
				entitlement.InboundRule{Protocol: "icmp", From: -1, To: -1, Source: "::/0"},
				entitlement.InboundRule{Protocol: "all", Source: "::/0"}),
			group("closed"), exempt,
		},
	}
	x := string(reaching.Identity.ID)
	want := []string{
		"instance_bucket_access | " + x + " | Role: r | Buckets reachable: 1 of 2 | Buckets: b | Conditional: yes",
		"open_security_group | open | Open ports: all from ::/0, icmp from ::/0, tcp 22 from 0.0.0.0/0, tcp all from ::/0, udp 1000–2000 from 0.0.0.0/0 | Network: vpc-1 | Instances: 2: instance/x (1 of 2 buckets), instance/x2 | Buckets reachable: 1 of 2",
		"excluded_from_reports | web | Tag value: true",
	}
	got := finding.Evaluate(in, options())
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if got.Totals[entitlement.InstanceBucketAccess] != 2 || got.Totals[entitlement.OpenSecurityGroup] != 3 {
		t.Errorf("totals %v", got.Totals)
	}
	in.Buckets = nil
	if _, looked := finding.Evaluate(in, options()).Totals[entitlement.InstanceBucketAccess]; looked {
		t.Error("instances were looked at although no bucket is known")
	}
}

// Every category that package entitlement names is listed once, so that none
// is left out of reports and metrics.
func TestCategoriesAreComplete(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../entitlement/finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[entitlement.Category]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if text, ok := spec.Values[0].(*ast.BasicLit); ok {
				value, _ := strconv.Unquote(text.Value)
				want[entitlement.Category(value)] = true
			}
		}
		return true
	})
	got := map[entitlement.Category]bool{}
	for _, c := range finding.Categories() {
		if got[c] {
			t.Errorf("%s stands twice", c)
		}
		got[c] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" || len(want) < 40 {
		t.Errorf("categories (-named +listed):\n%s", diff)
	}
}

// The order in which ways and entries are found changes nothing.
func TestOrderOfEvidenceIsIrrelevant(t *testing.T) {
	t.Parallel()
	ways := rapid.Custom(func(t *rapid.T) entitlement.Escalation {
		return entitlement.Escalation{
			Path: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "path"), Target: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "target"),
			Admin: rapid.Bool().Draw(t, "admin"), Conditional: rapid.Bool().Draw(t, "conditional"),
		}
	})
	entries := rapid.Custom(func(t *rapid.T) entitlement.ExternalAccess {
		return entitlement.ExternalAccess{
			From:   rapid.SampledFrom([]string{"*", "222222222222", "333333333333"}).Draw(t, "from"),
			Method: rapid.SampledFrom([]string{entitlement.AccessDirect, entitlement.AccessChaining}).Draw(t, "method"), TrustsAll: rapid.Bool().Draw(t, "all"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		s := role("x")
		s.Escalations = rapid.SliceOf(ways).Draw(t, "ways")
		s.Entered = rapid.SliceOf(entries).Draw(t, "entries")
		other := s
		other.Escalations = rapid.Permutation(s.Escalations).Draw(t, "other ways")
		other.Entered = rapid.Permutation(s.Entered).Draw(t, "other entries")
		if diff := cmp.Diff(evaluate(options(), s), evaluate(options(), other)); diff != "" {
			t.Fatalf("another order gives other findings:\n%s", diff)
		}
	})
}
