package trace_test

import (
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// FuzzTrace: whatever others wrote into a log, a graph comes out and is whole.
func FuzzTrace(f *testing.F) {
	f.Add("iam.amazonaws.com", "CreateUser", "arn:aws:iam::1:user/a/b", "AWS::IAM::User", "arn:aws:iam::1:user/x/b", `{"responseElements":{"user":{"arn":"x"}}}`, "")
	f.Add("sts.amazonaws.com", "AssumeRole", "arn:aws:iam::1:role/r", "", "arn:aws:sts::1:assumed-role/r/s", `{"responseElements":{"credentials":{"accessKeyId":"ASIA9"}}}`, "s")
	f.Add("ec2.amazonaws.com", "RunInstances", ":instance/", "::", "i-0123456789abcdef0 i-00000000", "", "i-00000000")
	f.Add("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", "arn:aws:lambda:::function:", "AWS::Lambda::Function", "", "[", "")
	f.Add("s3.amazonaws.com", "GetObject", "arn:aws:s3:::b/k", "AWS::S3::DBObjectX", " on resource: arn:", "{}", "\xff")
	f.Fuzz(func(t *testing.T, source, name, resource, typ, detail, raw, session string) {
		var events []auditlog.Event
		for i, outcome := range []auditlog.Outcome{auditlog.Success, auditlog.AuthorizationFailure, auditlog.Success, auditlog.Error} {
			ev := auditlog.Event{
				ID: string(rune('a' + i)), Time: at(i), Cloud: entitlement.AWS, System: "1", Source: source, Name: name, Outcome: outcome,
				Identity: entitlement.IdentityID(resource), Session: session, AccessKey: "AKIA1", Detail: detail, Raw: []byte(raw), ErrorText: detail,
				Resources: []auditlog.Resource{{ID: entitlement.ResourceID(resource), Type: typ}}, Address: typ,
			}
			if i == 2 {
				ev.Actions = []entitlement.Action{"x:y", "iam:PassRole"}
			}
			events = append(events, ev)
		}
		g := follow(t, events, trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)})
		if g.Events != 4 {
			t.Errorf("%d events of 4", g.Events)
		}
		checkOnce(t, g)
		for _, e := range g.Edges {
			if e.Sentence == "" || strings.Contains(e.Sentence, "{from}") && !strings.Contains(resource+session+detail, "{") {
				t.Errorf("edge %+v", e)
			}
		}
		if err := trace.Text(io.Discard, g); err != nil {
			t.Error(err)
		}
		if err := trace.DOT(io.Discard, g); err != nil {
			t.Error(err)
		}
		if part := session[:min(len(session), 100)]; part != "" && utf8.ValidString(part) {
			follow(t, events, trace.Start{Session: part, Role: "r", From: at(0), To: at(59)})
		}
	})
}
