package aws_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// decide answers a request of alice, or of whom it names.
func decide(tb testing.TB, inv *entitlement.Inventory, r aws.Request) *aws.Decision {
	tb.Helper()
	if r.Principal == "" {
		r.Principal = string(alice)
	}
	d := &aws.Decision{}
	if err := aws.NewEstate(evaluator().Compile(inv)).Decide(&r, d); err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestDecideIdentity(t *testing.T) {
	t.Parallel()
	const object = "arn:aws:s3:::a/b"
	for name, c := range map[string]struct {
		setup   setup
		action  string
		context map[string][]string
		want    string
	}{
		"allowed":                               {setup{policies: []string{allow("s3:Get*", "arn:aws:s3:::a/*")}}, "s3:GetObject", nil, "allowed"},
		"other action":                          {setup{policies: []string{allow("s3:Get*", "*")}}, "s3:PutObject", nil, "implicitly_denied"},
		"other resource":                        {setup{policies: []string{allow("s3:*", "arn:aws:s3:::ab/*")}}, "s3:GetObject", nil, "implicitly_denied"},
		"deny wins":                             {setup{policies: []string{allow("*", "*"), deny("s3:GetObject", "arn:aws:s3:::a/*")}}, "s3:GetObject", nil, "explicitly_denied"},
		"NotAction":                             {setup{policies: []string{allow("!iam:*", "*")}}, "s3:GetObject", nil, "allowed"},
		"NotResource":                           {setup{policies: []string{allow("s3:*", "!arn:aws:s3:::a/*")}}, "s3:GetObject", nil, "implicitly_denied"},
		"group":                                 {setup{groups: [][]string{{allow("s3:*", "*")}}}, "s3:GetObject", nil, "allowed"},
		"boundary":                              {setup{policies: []string{allow("*", "*")}, boundary: allow("ec2:*", "*")}, "s3:GetObject", nil, "implicitly_denied"},
		"boundary that allows":                  {setup{policies: []string{allow("*", "*")}, boundary: allow("s3:*", "*")}, "s3:GetObject", nil, "allowed"},
		"control without allow":                 {setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*")}, {allow("ec2:*", "*")}}}, "s3:GetObject", nil, "implicitly_denied"},
		"control denies":                        {setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*"), deny("s3:*", "*")}}}, "s3:GetObject", nil, "explicitly_denied"},
		"service-linked role":                   {setup{policies: []string{allow("*", "*")}, controls: [][]string{{deny("*", "*")}}, role: true, service: true}, "s3:GetObject", nil, "allowed"},
		"condition unknown":                     {setup{policies: []string{statement("Allow", "*", "*", mfa)}}, "s3:GetObject", nil, "conditional"},
		"condition met":                         {setup{policies: []string{statement("Allow", "*", "*", mfa)}}, "s3:GetObject", map[string][]string{"aws:multifactorauthpresent": {"true"}}, "allowed"},
		"condition not met":                     {setup{policies: []string{statement("Allow", "*", "*", mfa)}}, "s3:GetObject", map[string][]string{"aws:MultiFactorAuthPresent": {"false"}}, "implicitly_denied"},
		"key known to be absent":                {setup{policies: []string{statement("Allow", "*", "*", mfa)}}, "s3:GetObject", map[string][]string{"aws:MultiFactorAuthPresent": {}}, "implicitly_denied"},
		"uncertain deny":                        {setup{policies: []string{allow("*", "*"), statement("Deny", "*", "*", mfa)}}, "s3:GetObject", nil, "conditional"},
		"uncertain deny of what nothing allows": {setup{policies: []string{statement("Deny", "*", "*", mfa)}}, "s3:GetObject", nil, "implicitly_denied"},
		"unknown action":                        {setup{policies: []string{allow("nowhere:Do*", "*")}}, "nowhere:DoThis", nil, "allowed"},
		"unknown action, NotAction":             {setup{policies: []string{allow("!s3:*", "*")}}, "nowhere:DoThis", nil, "allowed"},
		"variable":                              {setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/${aws:username}*")}}, "s3:GetObject", map[string][]string{"aws:username": {"b"}}, "allowed"},
		"variable of the user":                  {setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/${aws:username}")}}, "s3:GetObject", nil, "implicitly_denied"},
		"variable unknown":                      {setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/${s3:prefix}")}}, "s3:GetObject", nil, "conditional"},
		"variable unknown, elsewhere":           {setup{policies: []string{allow("s3:*", "arn:aws:s3:::x/${s3:prefix}")}}, "s3:GetObject", nil, "implicitly_denied"},
		"variable before the fifth colon":       {setup{policies: []string{allow("s3:*", "arn:aws:s3::${aws:PrincipalAccount}:a/b arn:${aws:x}:s3:::a/b")}}, "s3:GetObject", nil, "implicitly_denied"},
		"variable without value in NotResource": {setup{policies: []string{allow("s3:*", "!arn:aws:s3:::x/${aws:PrincipalTag/team}")}}, "s3:GetObject", nil, "implicitly_denied"},
		"empty value":                           {setup{policies: []string{statement("Allow", "s3:*", "*", `{"StringEquals":{"s3:prefix":""}}`)}}, "s3:GetObject", map[string][]string{"s3:prefix": {""}}, "allowed"},
		"owner told":                            {setup{policies: []string{allow("s3:*", "*")}}, "s3:GetObject", map[string][]string{"aws:ResourceAccount": {"444455556666"}}, "implicitly_denied"},
		"action without resource types":         {setup{policies: []string{allow("s3:*", "arn:aws:s3:::a")}}, "s3:ListAllMyBuckets", nil, "implicitly_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := aws.Request{Action: c.action, Resource: object}
			if c.context != nil {
				r.Context = aws.NewContext(c.context)
			}
			if d := decide(t, c.setup.inventory(), r); d.Verdict.String() != c.want {
				t.Errorf("%s, want %s; because %+v", d.Verdict, c.want, d.Because)
			}
		})
	}
}
