package row_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestEncodeColumns(t *testing.T) {
	t.Parallel()
	ev := auditlog.Event{
		ID: "e1", Time: time.Date(2026, 3, 1, 2, 3, 4, 5, time.FixedZone("CET", 3600)), Cloud: entitlement.AWS, System: "111122223333",
		Identity: "arn:aws:iam::111122223333:role/team/deployer", IdentityType: "AssumedRole", IdentityName: "deployer", Session: "ci-1",
		AccessKey: "ASIA1", Source: "lambda.amazonaws.com", Name: "CreateFunction20150331",
		Actions: []entitlement.Action{"lambda:CreateFunction", "iam:PassRole"}, Mapping: auditlog.Mapped,
		Resources: []auditlog.Resource{{ID: "arn:1", Type: "AWS::Lambda::Function"}, {ID: `a "quoted" <b>`}},
		Outcome:   auditlog.Success, ReadOnly: false, ByService: true, Issued: []entitlement.AccessKeyID{"ASIA2"}, Detail: "hello",
	}
	got := row.NewEncoder(catalog.AWS()).Append(nil, &ev)
	want := []auditlog.Field{
		{Name: "_time", Value: "2026-03-01T01:03:04.000000005Z"},
		{Name: "_msg", Value: "hello"},
		{Name: "access_key", Value: "ASIA1"},
		{Name: "action", Value: "lambda:CreateFunction"},
		{Name: "actions", Value: `["lambda:CreateFunction","iam:PassRole"]`},
		{Name: "by_service", Value: "true"},
		{Name: "cloud", Value: "aws"},
		{Name: "id", Value: "e1"},
		{Name: "identity", Value: "arn:aws:iam::111122223333:role/team/deployer"},
		{Name: "identity_type", Value: "AssumedRole"},
		{Name: "issued", Value: "ASIA2"},
		{Name: "name", Value: "CreateFunction20150331"},
		{Name: "outcome", Value: "success"},
		{Name: "resource", Value: "arn:1"},
		{Name: "resource_type", Value: "AWS::Lambda::Function"},
		{Name: "resource_types", Value: `["AWS::Lambda::Function",""]`},
		{Name: "resources", Value: `["arn:1","a \"quoted\" <b>"]`},
		{Name: "role", Value: "deployer"},
		{Name: "service", Value: "lambda.amazonaws.com"},
		{Name: "session", Value: "ci-1"},
		{Name: "severity", Value: "high"},
		{Name: "system", Value: "111122223333"},
		{Name: "type", Value: "write"},
		{Name: "username", Value: "deployer"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestGravestAction(t *testing.T) {
	t.Parallel()
	tests := []struct {
		actions        []entitlement.Action
		kind, severity string
	}{
		{nil, "", ""},
		{[]entitlement.Action{"no:Such"}, "", ""},
		{[]entitlement.Action{"s3:ListAllMyBuckets"}, "read", "normal"},
		{[]entitlement.Action{"iam:TagRole"}, "write", "high"},
		{[]entitlement.Action{"s3:ListAllMyBuckets", "s3:DeleteBucket", "ec2:RunInstances"}, "delete", "high"},
		{[]entitlement.Action{"s3:DeleteBucket", "s3:PutBucketPolicy"}, "permissions", "high"},
		{[]entitlement.Action{"s3:ListAllMyBuckets", "s3:GetObject"}, "read", "high"},
	}
	enc := row.NewEncoder(catalog.AWS())
	for _, tt := range tests {
		r := auditlog.Row(enc.AppendColumns(nil, &auditlog.Event{Actions: tt.actions}))
		if r.Get("type") != tt.kind || r.Get("severity") != tt.severity {
			t.Errorf("%v is a %q of severity %q, want %q and %q", tt.actions, r.Get("type"), r.Get("severity"), tt.kind, tt.severity)
		}
	}
}

func TestRoleName(t *testing.T) {
	t.Parallel()
	for identity, want := range map[entitlement.IdentityID]string{
		"": "", "role/x": "", "arn:aws:iam::1:user/role/ada": "",
		"arn:aws:iam::1:role/app": "app",
		"arn:aws:iam::1:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport": "AWSServiceRoleForSupport",
		"arn:aws:sts::1:assumed-role/app/session/with:role/slash":                             "app",
	} {
		r := auditlog.Row(row.NewEncoder(nil).AppendColumns(nil, &auditlog.Event{Identity: identity}))
		if got := r.Get("role"); got != want {
			t.Errorf("role of %q is %q, want %q", identity, got, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		row  auditlog.Row
		want string
	}{
		{auditlog.Row{{Name: "id", Value: "e1"}, {Name: "_time", Value: "yesterday"}}, `column _time of event "e1"`},
		{auditlog.Row{{Name: "actions", Value: "s3:GetObject"}}, "not a JSON array"},
		{auditlog.Row{{Name: "mapping", Value: "maybe"}}, `"maybe" is not unmapped or none`},
		{auditlog.Row{{Name: "read_only", Value: "1"}}, `"1" is not true or false`},
		{auditlog.Row{{Name: "resources", Value: `["a","b"]`}, {Name: "resource_types", Value: `["x"]`}}, "2 and 1 values"},
	}
	for _, tt := range tests {
		if _, err := row.Decode(tt.row); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Decode(%v) = %v, want an error with %q", tt.row, err, tt.want)
		}
	}
}

// TestRoundTrip: an event that was encoded decodes to itself.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	enc := row.NewEncoder(catalog.AWS())
	rapid.Check(t, func(t *rapid.T) {
		want := drawEvent(t)
		got, err := row.Decode(enc.Append(nil, &want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("event (-want +got):\n%s", diff)
		}
	})
}

// TestDecodeCopies: the memory of the row may be used again.
func TestDecodeCopies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawEvent(t)
		r := row.NewEncoder(nil).Append(nil, &want)
		whole := []byte(strings.Repeat(" ", 1<<16))
		from := reuse(whole, r)
		got, err := row.Decode(from)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			whole[i] = '#'
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("event after its row's memory changed (-want +got):\n%s", diff)
		}
	})
}

func drawEvent(t *rapid.T) auditlog.Event {
	text := func(label string) string { return rapid.OneOf(rapid.Just(""), rapid.String()).Draw(t, label) }
	ev := auditlog.Event{
		ID: text("id"), Time: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC(),
		Cloud: entitlement.Cloud(text("cloud")), System: entitlement.SystemID(text("system")), Identity: entitlement.IdentityID(text("identity")),
		IdentityType: text("identity type"), IdentityName: text("name"), Session: text("session"), AccessKey: entitlement.AccessKeyID(text("key")),
		Source: text("source"), Name: text("call"), Mapping: auditlog.Mapping(rapid.IntRange(0, 2).Draw(t, "mapping")),
		Outcome: auditlog.Outcome(text("outcome")), ErrorCode: text("code"), Address: text("address"), UserAgent: text("agent"), Region: text("region"),
		ReadOnly: rapid.Bool().Draw(t, "ro"), DataEvent: rapid.Bool().Draw(t, "data"), ByService: rapid.Bool().Draw(t, "by service"),
		RequestID: text("request"), InvokedBy: text("invoked by"), ErrorText: text("error"), Detail: text("detail"),
	}
	word := rapid.StringN(1, 20, -1)
	for _, v := range rapid.SliceOfN(word, 0, 3).Draw(t, "actions") {
		ev.Actions = append(ev.Actions, entitlement.Action(v))
	}
	for _, v := range rapid.SliceOfN(word, 0, 3).Draw(t, "issued") {
		ev.Issued = append(ev.Issued, entitlement.AccessKeyID(v))
	}
	n := rapid.IntRange(0, 3).Draw(t, "resources")
	for range n {
		r := auditlog.Resource{ID: entitlement.ResourceID(text("resource")), Type: text("type")}
		if n == 1 && r == (auditlog.Resource{}) {
			r.ID = "x"
		}
		ev.Resources = append(ev.Resources, r)
	}
	return ev
}

// TestColumnsAreSorted: the engine sorts the columns of each row, which is quick
// where they are sorted.
func TestColumnsAreSorted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ev := drawEvent(t)
		columns := row.NewEncoder(catalog.AWS()).AppendColumns(nil, &ev)
		if len(columns) > 0 && columns[0].Name == row.Message {
			columns = columns[1:]
		}
		if !slices.IsSortedFunc(columns, func(a, b auditlog.Field) int { return strings.Compare(a.Name, b.Name) }) {
			t.Fatalf("columns are not sorted: %v", columns)
		}
	})
}
