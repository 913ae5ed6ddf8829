package aws_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// The same export twice says nothing new; exports of different times
// contradict each other, and none of them counts.
func TestAuthorizationDetailsTwice(t *testing.T) {
	t.Parallel()
	user := func(actions string) string {
		return `{"UserDetailList":[{"UserName":"ana","UserId":"AIDAANA","Arn":"arn:aws:iam::111111111111:user/ana","GroupList":["ops"],` +
			`"UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + actions + `","Resource":"*"}]}}]}],` +
			`"GroupDetailList":[{"GroupName":"ops","GroupId":"AGPAOPS","Path":"/team/","Arn":"arn:aws:iam::111111111111:group/team/ops"}]}`
	}
	managed := func(action string) string {
		return `{"Policies":[{"Arn":"arn:aws:iam::111111111111:policy/m","PolicyName":"m","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1",` +
			`"IsDefaultVersion":true,"Document":{"Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}}]}]}`
	}
	for name, c := range map[string]struct {
		first, second string
		contradiction bool
	}{
		"the same user":             {user("s3:Get*"), user("s3:Get*"), false},
		"another policy of a user":  {user("s3:Get*"), user("*"), true},
		"the same policy":           {managed("s3:Get*"), managed("s3:Get*"), false},
		"another version of policy": {managed("s3:Get*"), managed("*"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inv entitlement.Inventory
			if err := aws.ReadAuthorizationDetails(strings.NewReader(c.first), "first.json", &inv); err != nil {
				t.Fatal(err)
			}
			err := aws.ReadAuthorizationDetails(strings.NewReader(c.second), "second.json", &inv)
			if got := err != nil && strings.Contains(err.Error(), "second.json") && strings.Contains(err.Error(), "twice with different content"); got != c.contradiction {
				t.Errorf("error %v, want a contradiction: %t", err, c.contradiction)
			}
		})
	}
}
