package querytest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// oddTexts are values over which a statement, a pattern or a text may stumble.
func oddTexts() []string {
	return []string{
		`"`, `'`, `\`, "`", `a"b`, `a\b`, `x\`, "*", "?", "a*b", `a\*b`, "(", ")", "a)b", "|", "a | delete", ",", "a,b", `","`, `["`,
		"and", "OR", "not", "disabled", "is(x)", "in", "~a", ">1", "<b>", "=a", "!a", "-a", "a:b", "user=ana", "action:x", "_time:5m", "{a=\"b\"}",
		"(?i)a", ".*", "[a-z]", "^a$", "a b", " a", "a ", "\t", "a\nb", "\x00", "\x7f", "\u00a0", "\u2028", "\ufffd", "é", "É", "ß", "ſ", "K", "“x”", "日本", "\U0001F600",
		"1", "007", "1_000", "-1", "1e3", "10.0.0.1", "10.0.0.01", "10.0.0.0/8", "2026-01-02", "2026-01-02T03:04:05Z", "true", "null", "denied", "failed",
	}
}

// texts are the values that events have in a field, and odd ones.
func texts(f query.Field) []string {
	return append(usual(f), oddTexts()...)
}

func usual(f query.Field) []string {
	switch f { //nolint:exhaustive // the others are alike
	case query.Action:
		return []string{"iam:CreateUser", "iam:PassRole", "s3:GetObject", "ec2:RunInstances", "sts:AssumeRole", "s3:DeleteBucket"}
	case query.Identity:
		return []string{
			"arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:role/ci/deploy", "arn:aws:sts::111122223333:assumed-role/ops/s1",
			"arn:aws:iam::111122223333:root",
		}
	case query.Role:
		return []string{"deploy", "ops"}
	case query.System, query.Folder:
		return []string{"111122223333", "000011112222", "production"}
	case query.Address:
		return []string{"10.1.2.3", "192.0.2.7", "2001:db8::1", "::ffff:10.1.2.3", "s3.amazonaws.com", "AWS Internal"}
	case query.ResourceType:
		return []string{"AWS::S3::Bucket", "AWS::IAM::User"}
	case query.Resource:
		return []string{"arn:aws:s3:::reports", "arn:aws:s3:::reports/q1.csv", "arn:aws:iam::111122223333:user/ana"}
	default:
		return []string{"ana", "Ana", "ci-4711", "s3.amazonaws.com", "AKIAIOSFODNN7EXAMPLE", "eu-west-1"}
	}
}

// Events draws events with the values that [Nodes] asks for. Their ids are not
// unique: give each its own before adding them to a store.
func Events() *rapid.Generator[auditlog.Event] {
	return rapid.Custom(func(t *rapid.T) auditlog.Event {
		text := func(f query.Field) string { return maybe(t, f) }
		ev := auditlog.Event{
			ID: fmt.Sprintf("%08x", rapid.Uint32().Draw(t, "id")), Time: instant(t),
			Cloud:    rapid.SampledFrom([]entitlement.Cloud{entitlement.AWS, entitlement.Azure, entitlement.GCP, entitlement.Platform}).Draw(t, "cloud"),
			System:   entitlement.SystemID(rapid.SampledFrom(usual(query.System)).Draw(t, "system")),
			Identity: entitlement.IdentityID(text(query.Identity)), IdentityType: text(query.IdentityType), IdentityName: text(query.Username),
			Session: text(query.Session), AccessKey: entitlement.AccessKeyID(text(query.AccessKey)), Source: text(query.Service), Name: text(query.Name),
			Outcome:   rapid.SampledFrom([]auditlog.Outcome{auditlog.Success, auditlog.AuthorizationFailure, auditlog.Error}).Draw(t, "outcome"),
			ErrorCode: text(query.ErrorCode), ErrorText: text(query.ErrorText), Address: text(query.Address), UserAgent: text(query.UserAgent),
			Region: text(query.Region), RequestID: text(query.RequestID), InvokedBy: text(query.InvokedBy), Detail: text(query.Text),
			ReadOnly: rapid.Bool().Draw(t, "read only"), DataEvent: rapid.Bool().Draw(t, "data event"), ByService: rapid.Bool().Draw(t, "by service"),
		}
		several(t, &ev)
		return ev
	})
}

func maybe(t *rapid.T, f query.Field) string {
	if rapid.IntRange(0, 4).Draw(t, string(f)+"?") == 0 {
		return ""
	}
	return rapid.SampledFrom(texts(f)).Draw(t, string(f))
}

func instant(t *rapid.T) time.Time {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return start.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "days"))*12*time.Hour + time.Duration(rapid.IntRange(0, 2).Draw(t, "ns")))
}

// several draws the fields that may have more than one value.
func several(t *rapid.T, ev *auditlog.Event) {
	for _, a := range rapid.SliceOfN(rapid.SampledFrom(usual(query.Action)), 0, 3).Draw(t, "actions") {
		ev.Actions = append(ev.Actions, entitlement.Action(a))
		ev.Mapping = auditlog.Mapped
	}
	for range rapid.IntRange(0, 3).Draw(t, "resources") {
		r := auditlog.Resource{ID: entitlement.ResourceID(rapid.SampledFrom(texts(query.Resource)).Draw(t, "resource")), Type: maybe(t, query.ResourceType)}
		ev.Resources = append(ev.Resources, r)
	}
	for _, k := range rapid.SliceOfN(rapid.SampledFrom(texts(query.Issued)), 0, 2).Draw(t, "issued") {
		ev.Issued = append(ev.Issued, entitlement.AccessKeyID(k))
	}
}
