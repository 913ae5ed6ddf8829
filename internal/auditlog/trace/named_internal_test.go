package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Names are those of policies, other accounts and the whole world, and no numbers
// that only look like one.
func TestNamed(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string][]string{
		"sg-1 tcp 443 0.0.0.0/0 ::/0":                  {"0.0.0.0/0", "::/0"},
		"snap-1 222233334444 CREATE_VOLUME_PERMISSION": {"account 222233334444"},
		"ami-1 all launchPermission":                   {"everybody"},
		"bucket public-read":                           {"everybody"},
		`{"Principal": {"AWS": "*"},"Action":"x"}`:     {"everybody"},
		`{"Principal":{"AWS":["*"]}}`:                  {"everybody"},
		`{"Principal":"*"}`:                            {"everybody"},
		`{"Principal":{"Service":"ec2.amazonaws.com"},"Action":"*","Resource":"*"}`:                     nil,
		`{"Principal":{"AWS":["arn:aws:iam::222233334444:root","333344445555"]}}`:                       {"account 222233334444", "account 333344445555"},
		"arn:aws:iam::111122223333:role/r":                                                              nil, // Its own account.
		"terraform-20230710121504061500000001 req-123456789012 1234567890123 12345678901 a123456789012": nil,
		"555566667777":    {"account 555566667777"},
		"x 555566667777,": {"account 555566667777"},
	} {
		got := named(&auditlog.Event{System: "111122223333", Detail: detail}, "")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", detail, diff)
		}
	}
	ev := auditlog.Event{System: "111122223333"}
	for _, arn := range []string{"arn:aws:iam::111122223333:policy/own", "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::111122223333:user/eve"} {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(arn)})
	}
	if diff := cmp.Diff([]string{"AdministratorAccess"}, named(&ev, "arn:aws:iam::111122223333:policy/own")); diff != "" {
		t.Errorf("of policies (-want +got):\n%s", diff)
	}
}

// The policy of a bucket is an object in the record.
func TestNamedOfBucketPolicies(t *testing.T) {
	t.Parallel()
	s := &step{Event: auditlog.Event{Source: "s3.amazonaws.com", Name: "PutBucketPolicy", Outcome: auditlog.Success, Detail: "b"}, callKind: callKind{kind: ChangedPolicy}}
	if !s.wantsRecord() {
		t.Fatal("the record is not wanted")
	}
	s.fromRecord([]byte(`{"requestParameters":{"bucketPolicy":{"Statement":[{"Action":"s3:GetObject","Principal":{"AWS":["*"]},"Resource":"*"}]}}}`))
	if diff := cmp.Diff([]string{"everybody"}, named(&s.Event, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
