package escalation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
)

// ways returns what is found of a user.
func ways(w world, user string) entitlement.Ways {
	a := evaluator().Compile(w.Inventory)
	return escalation.Find(aws.NewEstate(a), a)[iamARN("user/"+user)]
}

// However many powerful roles bring nothing, one that brings something is found.
func TestTargetsBeyondTheMostPowerful(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("iam:UpdateAssumeRolePolicy s3:* ec2:*", "*"))
	for i := range 70 {
		w.role(fmt.Sprintf("strong%02d", i), service("nobody.amazonaws.com"), allow("s3:* ec2:*", "*"))
	}
	w.role("weak", service("nobody.amazonaws.com"), allow("dynamodb:DeleteTable", "*"))
	got := ways(w, "alice")
	if diff := cmp.Diff([]string{"iam-012 role/weak"}, lines(got.Gravest)); diff != "" || got.Found != 1 || !got.More {
		t.Errorf("found %d, more %t; %s", got.Found, got.More, diff)
	}
}

// All that is found is counted, and it is said whether there may be more.
func TestWaysAreCounted(t *testing.T) {
	t.Parallel()
	for roles, more := range map[int]bool{30: false, 60: true} {
		w := newWorld(home)
		w.add("user/alice", allow("iam:UpdateAssumeRolePolicy", "*"))
		for i := range roles {
			w.role(fmt.Sprintf("r%02d", i), service("nobody.amazonaws.com"), allow("s3:PutObject", "*"))
		}
		w.role("boss", service("nobody.amazonaws.com"), everything)
		w.role("maybe", service("nobody.amazonaws.com"), statement("Allow", "s3:DeleteObject", "*", `{"Bool":{"aws:SecureTransport":"true"}}`))
		got := ways(w, "alice")
		want := entitlement.Ways{Found: min(roles+2, 50), Admin: 1, Conditional: 1, More: more}
		if len(got.Gravest) != escalation.MaxPerIdentity || describe(&got.Gravest[0]) != "iam-012 role/boss admin" {
			t.Errorf("kept %q", lines(got.Gravest))
		}
		if got.Gravest = nil; !cmp.Equal(want, got) {
			t.Errorf("of %d roles: got %+v, want %+v", roles, got, want)
		}
	}
}

// Targets that a grant names, or a pattern of it, are found among many others.
func TestNamedTargetsAmongMany(t *testing.T) {
	t.Parallel()
	w := newWorld(home)
	w.add("user/alice", allow("iam:UpdateAssumeRolePolicy", string(iamARN("role/zz"))+" arn:aws:iam::*:role/team-?/boss"))
	for i := range 3000 {
		w.role(fmt.Sprintf("r%04d", i), service("nobody.amazonaws.com"), everything)
	}
	w.role("zz", service("nobody.amazonaws.com"), allow("s3:PutObject", "*"))
	w.role("team-a/boss", service("nobody.amazonaws.com"), allow("s3:PutObject", "*"))
	w.role("team-ab/boss", service("nobody.amazonaws.com"), everything)
	got := ways(w, "alice")
	if diff := cmp.Diff([]string{"iam-012 role/team-a/boss", "iam-012 role/zz"}, lines(got.Gravest)); diff != "" || got.More {
		t.Errorf("more %t; %s", got.More, diff)
	}
}
