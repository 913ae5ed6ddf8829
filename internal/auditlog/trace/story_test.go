package trace_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// told is a story: events written down one a line, in the order of time.
//
//	MINUTE WHO CALL [name=value …]
//
// WHO is user/KEY, role/SESSION/KEY or a service; CALL is service:Name. "on" is
// a resource, "issues" a key, "says" a word of the answer, "denied" needs no
// value.
func told(tb testing.TB, story string) []auditlog.Event {
	tb.Helper()
	var events []auditlog.Event
	for line := range strings.Lines(strings.TrimSpace(story)) {
		f := strings.Fields(line)
		minute, err := strconv.Atoi(f[0])
		if err != nil {
			tb.Fatal(err)
		}
		ev := auditlog.Event{
			ID: fmt.Sprintf("e%d", len(events)), Time: at(minute), Cloud: entitlement.AWS, System: account,
			Region: "eu-west-1", Outcome: auditlog.Success, Address: "198.51.100.1", Mapping: auditlog.Mapped,
		}
		actor(&ev, f[1])
		source, name, _ := strings.Cut(f[2], ":")
		ev.Source, ev.Name = source+".amazonaws.com", name
		ev.Actions = []entitlement.Action{entitlement.Action(f[2])}
		for _, word := range f[3:] {
			key, value, _ := strings.Cut(word, "=")
			attribute(tb, &ev, key, value)
		}
		events = append(events, ev)
	}
	return events
}

func actor(ev *auditlog.Event, who string) {
	switch f := strings.Split(who, "/"); len(f) {
	case 1:
		ev.ByService, ev.InvokedBy, ev.IdentityType, ev.Address = true, who, "AWSService", who
	case 2:
		ev.Identity, ev.IdentityName, ev.IdentityType = entitlement.IdentityID("arn:aws:iam::"+account+":user/"+f[0]), f[0], "IAMUser"
		ev.AccessKey = entitlement.AccessKeyID(f[1])
	default:
		ev.Identity, ev.IdentityName, ev.IdentityType = entitlement.IdentityID("arn:aws:iam::"+account+":role/"+f[0]), f[0], "AssumedRole"
		ev.Session, ev.AccessKey = f[1], entitlement.AccessKeyID(f[2])
	}
}

func attribute(tb testing.TB, ev *auditlog.Event, key, value string) {
	tb.Helper()
	switch key {
	case "on":
		value = strings.Replace(value, "iam:", "arn:aws:iam::"+account+":", 1)
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(value)})
	case "issues":
		ev.Issued = append(ev.Issued, entitlement.AccessKeyID(value))
	case "says":
		ev.Detail = strings.TrimSpace(ev.Detail + " " + value)
	case "denied":
		ev.Outcome = auditlog.AuthorizationFailure
	case "cloud":
		ev.Cloud, ev.Source = entitlement.Cloud(value), strings.TrimSuffix(ev.Source, ".amazonaws.com")
	case "read":
		ev.ReadOnly = true
	case "passes":
		ev.Actions = append(ev.Actions, "iam:PassRole")
	case "from":
		ev.Address = value
	case "in":
		ev.System = entitlement.SystemID(value)
	case "who":
		ev.Identity, ev.IdentityName, ev.IdentityType, ev.AccessKey = entitlement.IdentityID(value), "", "AWSAccount", ""
	case "as":
		ev.Identity = entitlement.IdentityID(value)
	case "raw":
		ev.Raw = []byte(value)
	case "path":
		ev.Identity = entitlement.IdentityID(strings.Replace(string(ev.Identity), "/", value, 1))
	default:
		tb.Fatalf("no attribute %q", key)
	}
}

// ways writes the edges down: minute, from, kind, to, count.
func ways(g *trace.Graph, context bool) string {
	title := map[string]string{}
	for _, n := range g.Nodes {
		title[n.ID] = n.Title
	}
	var b strings.Builder
	for _, e := range g.Edges {
		if e.Context == context {
			fmt.Fprintf(&b, "%02d %s %s %s %d\n", e.First.Minute(), title[e.From], e.Kind, title[e.To], e.Count)
		}
	}
	return b.String()
}

func TestStories(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		start       trace.Start
		story, want string
		context     string
	}{
		"a password that was set": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				05 alice/ signin:ConsoleLogin from=192.0.2.7
				06 mallory/AKIA1 iam:UpdateLoginProfile on=iam:user/alice
				07 alice/AKIA2 s3:PutObject from=192.0.2.7
				08 alice/ signin:ConsoleLogin
				09 alice/ASIA7 iam:CreateUser on=iam:user/eve says=arn:aws:iam::111122223333:user/dept/eve
				10 eve/AKIA8 sqs:SendMessage path=/dept/
				11 bob/AKIA3 sqs:SendMessage`,
			want: `
				06 mallory created_credential alice 1
				08 198.51.100.1 signed_in alice 1
				09 alice created_identity eve 1
				10 eve other sqs 1`,
			context: `
				06 198.51.100.1 acted_from AKIA1 1
				06 AKIA1 used_key mallory 1
				09 198.51.100.1 acted_from temporary keys 1
				09 temporary keys used_key alice 1
				10 198.51.100.1 acted_from AKIA8 1
				10 AKIA8 used_key eve 1`,
		},
		"roles in a circle": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 sts:GetSessionToken issues=ASIA1
				02 mallory/ASIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA2
				03 r1/s1/ASIA2 sts:AssumeRole on=iam:role/r2 issues=ASIA3
				04 r2/s2/ASIA3 sts:AssumeRole on=iam:role/r1 issues=ASIA4
				05 r1/s1/ASIA4 sts:AssumeRole on=iam:role/r2 issues=ASIA5
				06 r2/s2/ASIA5 sqs:SendMessage
				06 r2/s2/ASIA6 sqs:SendMessage
				07 r1/s1/ASIA2 sts:AssumeRole on=iam:role/r3 denied`,
			want: `
				01 mallory assumed_role ASIA1 1
				02 mallory assumed_role s1 1
				03 s1 assumed_role s2 2
				04 s2 assumed_role s1 1
				06 s2 other sqs 1
				07 s1 assumed_role r3 1`,
		},
		"a function that was given a role": {
			start: trace.Start{Identity: "arn:aws:iam::111122223333:user/mallory"},
			story: `
				01 r5/fn/ASIA1 sqs:SendMessage
				02 mallory/AKIA1 lambda:CreateFunction20150331 passes= on=arn:aws:lambda:eu-west-1:111122223333:function:fn on=iam:role/r5
				03 lambda.amazonaws.com sts:AssumeRole on=iam:role/r5 issues=ASIA2
				04 r5/fn/ASIA2 secretsmanager:GetSecretValue on=arn:aws:secretsmanager:eu-west-1:111122223333:secret:x
				04 r6/fn/ASIA3 sqs:SendMessage
				05 r5/other/ASIA4 sqs:SendMessage`,
			want: `
				02 mallory passed_role fn 1
				03 lambda assumed_role fn 1
				04 fn sensitive_read x 1`,
			context: `
				02 fn runs_as fn 1
				02 198.51.100.1 acted_from AKIA1 1
				02 AKIA1 used_key mallory 1
				04 198.51.100.1 acted_from fn 1`,
		},
		"where a session came from": {
			start: trace.Start{Session: "s2"},
			story: `
				01 root/ASIA0 iam:CreateUser on=iam:user/mallory
				02 root/ASIA0 iam:CreateAccessKey on=iam:user/mallory issues=AKIA1
				03 mallory/AKIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA2
				04 r1/s1/ASIA2 sts:AssumeRole on=iam:role/r2 issues=ASIA3
				05 r1/s1/ASIA2 sqs:SendMessage
				06 r2/s2/ASIA3 sqs:SendMessage`,
			want: `
				01 root created_identity mallory 1
				02 root created_credential AKIA1 1
				03 mallory assumed_role s1 1
				04 s1 assumed_role s2 1
				06 s2 other sqs 1`,
		},
		"who started a machine": {
			start: trace.Start{AccessKey: "ASIA3"},
			story: `
				01 mallory/AKIA1 ec2:RunInstances passes= says=ami-1 says=i-0123456789abcdef0
				01 mallory/AKIA1 ec2:RunInstances passes= says=i-0123456789abcdef1
				01 alice/AKIA2 lambda:CreateFunction20150331 passes= on=arn:aws:lambda:eu-west-1:111122223333:function:fn on=iam:role/r5
				02 ec2.amazonaws.com sts:AssumeRole on=iam:role/web issues=ASIA1 says=arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0
				03 web/i-0123456789abcdef0/ASIA1 lambda:UpdateFunctionCode20150331v2 on=arn:aws:lambda:eu-west-1:111122223333:function:fn
				04 lambda.amazonaws.com sts:AssumeRole on=iam:role/r5 issues=ASIA2 says=arn:aws:sts::111122223333:assumed-role/r5/fn
				05 r5/fn/ASIA2 sts:AssumeRole on=iam:role/r6 issues=ASIA3
				06 r6/s/ASIA3 sqs:SendMessage`,
			want: `
				01 alice passed_role fn 1
				04 lambda assumed_role fn 1
				05 fn assumed_role s 1
				06 s other sqs 1`,
		},
		"who started an instance": {
			start: trace.Start{AccessKey: "ASIA1"},
			story: `
				01 mallory/AKIA1 ec2:RunInstances passes= says=ami-1 says=i-0123456789abcdef0
				01 mallory/AKIA1 ec2:RunInstances passes= says=i-0123456789abcdef1
				02 ec2.amazonaws.com sts:AssumeRole on=iam:role/web issues=ASIA1 says=arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0
				03 web/i-0123456789abcdef0/ASIA1 sqs:SendMessage`,
			want: `
				01 mallory passed_role i-0123456789abcdef0 1
				02 ec2 assumed_role i-0123456789abcdef0 1
				03 i-0123456789abcdef0 other sqs 1`,
			context: `
				01 i-0123456789abcdef0 runs_as i-0123456789abcdef0 1
				01 198.51.100.1 acted_from AKIA1 1
				01 AKIA1 used_key mallory 1
				03 198.51.100.1 acted_from ASIA1 1
				03 ASIA1 used_key i-0123456789abcdef0 1`,
		},
		"two accounts record who enters": {
			start: trace.Start{Address: "198.51.100.1"},
			story: `
				01 mallory/AKIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA2
				01 mallory/AKIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA2 who=AIDAEXAMPLE in=444455556666
				02 r1/s1/ASIA2 sqs:SendMessage from=203.0.113.9`,
			want: `
				01 mallory assumed_role s1 2
				02 s1 other sqs 1`,
		},
		"what the columns don't tell is in the record": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 sts:AssumeRole raw={"responseElements":{"credentials":{"accessKeyId":"ASIA2"}}}
				02 r1/s1/ASIA2 sqs:SendMessage
				03 mallory/AKIA1 iam:CreateUser on=iam:user/eve raw={"responseElements":{"user":{"arn":"arn:aws:iam::111122223333:user/dept/eve"}}}
				04 eve/AKIA8 sqs:SendMessage path=/dept/`,
			want: `
				01 mallory assumed_role s1 1
				02 s1 other sqs 1
				03 mallory created_identity eve 1
				04 eve other sqs 1`,
		},
		"a command on an instance": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 web/i-0123456789abcdef0/ASIA1 sqs:SendMessage from=192.0.2.80
				02 mallory/AKIA1 ssm:SendCommand on=arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0
				03 web/i-0123456789abcdef0/ASIA1 s3:GetObject on=arn:aws:s3:::data/a from=192.0.2.80
				04 web/i-0123456789abcdef0/ASIA1 s3:GetObject on=arn:aws:s3:::data/b from=203.0.113.9
				05 web/i-0fffffffffffffff0/ASIA2 s3:GetObject on=arn:aws:s3:::data/b`,
			want: `
				02 mallory ran_code i-0123456789abcdef0 1
				03 i-0123456789abcdef0 sensitive_read data 2`,
			context: `
				02 i-0123456789abcdef0 runs_as i-0123456789abcdef0 1
				02 198.51.100.1 acted_from AKIA1 1
				02 AKIA1 used_key mallory 1
				03 192.0.2.80 acted_from i-0123456789abcdef0 1
				04 203.0.113.9 acted_from i-0123456789abcdef0 1`,
		},
		"an identity whose path is not known": {
			start: trace.Start{Identity: "arn:aws:iam::111122223333:user/mallory"},
			story: `
				01 mallory/AKIA1 sqs:SendMessage path=/some/path/
				02 mallory/ signin:ConsoleLogin
				03 mallory2/AKIA2 sqs:SendMessage path=/some/path/
				04 notmallory/AKIA3 sqs:SendMessage`,
			want: `
				01 mallory other sqs 1
				02 198.51.100.1 signed_in mallory 1`,
		},
		"several instances at once, one of them used": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 ec2:RunInstances passes= says=i-0123456789abcdef0 says=i-0123456789abcdef1
				02 web/i-0123456789abcdef1/ASIA1 sqs:SendMessage`,
			want: `
				01 mallory passed_role 2 instances 1
				02 i-0123456789abcdef1 other sqs 1`,
			context: `
				01 2 instances runs_as i-0123456789abcdef1 1
				01 198.51.100.1 acted_from AKIA1 1
				01 AKIA1 used_key mallory 1
				02 198.51.100.1 acted_from i-0123456789abcdef1 1`,
		},
		"keys switched on and off": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 alice/AKIA2 sqs:SendMessage
				02 mallory/AKIA1 iam:UpdateAccessKey on=iam:user/alice says=AKIA2 says=Active
				03 alice/AKIA2 sqs:SendMessage
				04 mallory/AKIA1 iam:UpdateAccessKey on=iam:user/bob says=AKIA3 says=Inactive
				05 bob/AKIA3 sqs:SendMessage
				06 mallory/AKIA1 iam:CreateAccessKey issues=AKIA4
				07 mallory/AKIA4 sqs:SendMessage
				08 mallory/AKIA1 iam:AddUserToGroup on=iam:group/admins on=iam:user/bob`,
			want: `
				02 mallory created_credential AKIA2 1
				03 alice other sqs 1
				04 mallory removed bob 1
				06 mallory created_credential AKIA4 1
				07 mallory other sqs 1
				08 mallory changed_policy bob 1`,
		},
		"people of elsewhere": {
			start: trace.Start{Session: "ana", Role: "r1"},
			story: `
				02 x/ sts:AssumeRoleWithSAML on=iam:role/r1 issues=ASIA1 who=saml:ana
				03 r1/ana/ASIA1 sqs:SendMessage
				03 r2/ana/ASIA2 sqs:SendMessage
				04 r1/ana/ASIA1 iam:CreateServiceLinkedRole says=arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/Linked
				05 Linked/s/ASIA3 sqs:SendMessage path=/aws-service-role/rds.amazonaws.com/`,
			want: `
				02 saml:ana assumed_role ana 1
				03 ana other sqs 1
				04 ana created_identity Linked 1`,
		},
		"a federation token": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 sts:GetFederationToken issues=ASIA1 says=arn:aws:sts::111122223333:federated-user/temp
				02 mallory/temp/ASIA1 sqs:SendMessage as=arn:aws:iam::111122223333:user/mallory`,
			want: `
				01 mallory assumed_role temp 1
				02 temp other sqs 1`,
		},
		"the root user": {
			start: trace.Start{Identity: "arn:aws:iam::111122223333:root"},
			story: `
				01 x/ signin:ConsoleLogin as=arn:aws:iam::111122223333:root
				02 x/ASIA1 iam:CreateUser as=arn:aws:iam::111122223333:root on=iam:user/eve
				03 eve/AKIA1 sqs:SendMessage`,
			want: `
				01 198.51.100.1 signed_in root of 111122223333 1
				02 root of 111122223333 created_identity eve 1
				03 eve other sqs 1`,
		},
		"another cloud": {
			start: trace.Start{Address: "198.51.100.1"},
			story: `
				01 mallory/ iam:CreateUser cloud=azure on=/subscriptions/x
				02 mallory/ Microsoft.Compute:virtualMachines/write cloud=azure
				03 mallory/ Microsoft.Compute:virtualMachines/write cloud=azure denied
				04 mallory/ Microsoft.Authorization:roleAssignments/write cloud=azure from=2001:db8::1`,
			want: `
				01 mallory other iam 1
				02 mallory other Microsoft.Compute 1
				03 mallory refused Microsoft.Compute 1`,
		},
		"looking around, and not": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 iam:ListUsers
				02 mallory/AKIA1 iam:ListRoles
				03 mallory/AKIA1 iam:ListGroups denied
				03 mallory/AKIA1 iam:ListRoles
				04 mallory/AKIA1 s3:ListAllMyBuckets
				05 mallory/AKIA1 ec2:DescribeInstances
				05 mallory/AKIA1 ec2:DescribeVpcs
				06 mallory/AKIA1 ec2:DescribeSubnets
				07 mallory/AKIA1 rds:DescribeDBInstances
				08 mallory/AKIA1 kms:ListAliases
				09 mallory/AKIA1 kms:ListKeys
				30 mallory/AKIA1 kms:ListKeys
				31 mallory/AKIA1 kms:ListAliases denied`,
			want: `
				01 mallory discovery 111122223333 11
				30 mallory other kms 1
				31 mallory refused kms 1`,
		},
		"refusals": {
			start: trace.Start{AccessKey: "AKIA1"},
			story: `
				01 mallory/AKIA1 sqs:CreateQueue denied
				02 mallory/AKIA1 sns:CreateTopic denied
				03 mallory/AKIA1 cloudtrail:StopLogging denied on=arn:aws:cloudtrail:eu-west-1:111122223333:trail/t
				04 mallory/AKIA1 sqs:DeleteQueue
				05 mallory/AKIA1 iam:CreateUser denied on=iam:user/eve
				06 eve/AKIA2 sqs:SendMessage`,
			want: `
				01 mallory refused sqs 1
				02 mallory refused sns 1
				03 mallory weakened_defences t 1
				04 mallory deleted sqs 1
				05 mallory created_identity eve 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.start.From, c.start.To = at(0), at(59)
			events := told(t, c.story)
			g := follow(t, events, c.start)
			checkWhole(t, g)
			fromStore, err := tracer(t, trace.Searched(stored(t, events, at(59)), search.Caller{})).Trace(t.Context(), c.start)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(g, fromStore); diff != "" {
				t.Errorf("graphs (-in memory +from the store):\n%s", diff)
			}
			for _, part := range []struct {
				want    string
				context bool
			}{{c.want, false}, {c.context, true}} {
				want := strings.ReplaceAll(strings.TrimSpace(part.want), "\t", "") + "\n"
				if diff := cmp.Diff(want, ways(g, part.context)); diff != "" && part.want != "" {
					t.Errorf("ways (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestJSON pins the form that pages and dashboards read.
func TestJSON(t *testing.T) {
	t.Parallel()
	g := follow(t, told(t, `
		01 mallory/AKIA1 iam:CreateAccessKey on=iam:user/alice issues=AKIA2
		02 alice/AKIA2 secretsmanager:GetSecretValue denied on=arn:aws:secretsmanager:eu-west-1:1:secret:x`),
		trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)})
	got, err := json.MarshalIndent(g, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	sameAsGolden(t, "graph.json", append(got, '\n'))
}

// The key of a bucket of Lightsail is long-lived, and followed.
func TestKeysOfLightsailAreFollowed(t *testing.T) {
	t.Parallel()
	g := follow(t, told(t, `
		1 eve/AKIAEVE lightsail:CreateBucketAccessKey issues=AKIABUCKET
		2 bucket/AKIABUCKET s3:GetObject
	`), trace.Start{AccessKey: "AKIAEVE", From: at(0), To: at(60)})
	made := edge(g, trace.CreatedCredential, "AKIABUCKET")
	if g.Events != 2 || made == nil || !strings.Contains(made.Sentence, "user eve created access key AKIABUCKET") {
		t.Errorf("%d events, %+v", g.Events, made)
	}
}
