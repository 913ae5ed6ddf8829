package exposure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

func TestReaches(t *testing.T) {
	t.Parallel()
	known := func(_, b *account) { b.role("r", trusts(home, "")) }
	for name, c := range map[string]struct {
		own  []string
		fill func(a, b *account)
		want []entitlement.SystemID
	}{
		"nothing":                     {own: []string{allow("s3:*", "*")}},
		"a role elsewhere":            {own: []string{allow("sts:AssumeRole", roleARN(third, "x"))}, want: []entitlement.SystemID{third}},
		"roles elsewhere":             {own: []string{allow("sts:*", roleARN(third, "ci-*")+" arn:aws:iam::"+other+":role/x arn:aws:iam::222233334444:*")}, want: []entitlement.SystemID{"222233334444", third}},
		"a role at home":              {own: []string{allow("sts:AssumeRole", roleARN(home, "x"))}},
		"a user elsewhere":            {own: []string{allow("sts:AssumeRole", userARN(third, "x"))}},
		"another action":              {own: []string{allow("sts:GetFederationToken", "*")}},
		"all but another":             {own: []string{allow("!s3:*", roleARN(third, "x"))}, want: []entitlement.SystemID{third}},
		"everywhere":                  {own: []string{allow("sts:AssumeRole", "*")}, want: []entitlement.SystemID{"*"}},
		"everywhere by a pattern":     {own: []string{allow("sts:AssumeRole", "arn:aws:iam::*:role/audit")}, want: []entitlement.SystemID{"*"}},
		"some by a pattern":           {own: []string{allow("sts:AssumeRole", "arn:aws:iam::2?2*:role/audit")}, want: []entitlement.SystemID{"*"}},
		"all but one":                 {own: []string{allow("sts:AssumeRole", "!"+roleARN(third, "x"))}, want: []entitlement.SystemID{"*"}},
		"everywhere in two accounts":  {own: []string{statement("Allow", "", "sts:AssumeRole", "*", `{"StringEquals":{"aws:ResourceAccount":["`+third+`","222233334444"]}}`)}, want: []entitlement.SystemID{"222233334444", third}},
		"everywhere if":               {own: []string{statement("Allow", "", "sts:AssumeRole", "*", `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)}, want: []entitlement.SystemID{"*"}},
		"denied":                      {own: []string{allow("sts:AssumeRole", roleARN(third, "x")), statement("Deny", "", "sts:*", "arn:aws:iam::"+third+":*", "")}},
		"denied, another":             {own: []string{allow("sts:AssumeRole", roleARN(third, "x")), statement("Deny", "", "sts:*", "arn:aws:iam::"+other+":*", "")}, want: []entitlement.SystemID{third}},
		"known, trusts":               {own: []string{allow("sts:AssumeRole", roleARN(other, "r"))}, fill: known, want: []entitlement.SystemID{other}},
		"known, trusts, everywhere":   {own: []string{allow("sts:AssumeRole", "*")}, fill: known, want: []entitlement.SystemID{"*", other}},
		"known, trusts, another role": {own: []string{allow("sts:AssumeRole", roleARN(other, "x"))}, fill: known},
		"known, trusts another": {own: []string{allow("sts:AssumeRole", roleARN(other, "r"))}, fill: func(_, b *account) {
			b.role("r", trusts(third, ""))
		}},
		"known, trusts this one": {own: []string{allow("sts:AssumeRole", roleARN(other, "r"))}, fill: func(_, b *account) {
			b.role("r", trusts(userARN(home, "u"), ""))
		}, want: []entitlement.SystemID{other}},
		"known, trusts everybody": {own: []string{allow("sts:AssumeRole", roleARN(other, "r"))}, fill: func(_, b *account) {
			b.role("r", trusts("*", ""))
		}, want: []entitlement.SystemID{other}},
		"boundary": {own: []string{allow("sts:AssumeRole", "*")}, fill: func(a, _ *account) {
			a.inv.Identities[0].Boundary = a.policy("b", allow("sts:AssumeRole", roleARN(third, "x")))
		}, want: []entitlement.SystemID{third}},
		"service control policy": {own: []string{allow("sts:AssumeRole", roleARN(third, "x"))}, fill: func(a, _ *account) {
			a.inv.Controls = [][]entitlement.PolicyID{{a.policy("s", allow("s3:*", "*"))}}
		}},
		"by a group": {fill: func(a, _ *account) {
			g := a.identity("arn:aws:iam::"+home+":group/g", entitlement.Group, allow("sts:AssumeRole", roleARN(third, "x"))).ID
			a.inv.Identities[0].Groups = []entitlement.IdentityID{g}
		}, want: []entitlement.SystemID{third}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := newAccount(home), newAccount(other)
			a.user("u", c.own...)
			if c.fill != nil {
				c.fill(a, b)
			}
			e := estate(a, b)
			want := map[entitlement.IdentityID][]entitlement.SystemID{}
			if c.want != nil {
				want[entitlement.IdentityID(userARN(home, "u"))] = c.want
			}
			if diff := cmp.Diff(want, exposure.Reaches(e, e.Account(home))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	const s3 = "arn:aws:s3:::"
	for name, c := range map[string]struct {
		own         []string
		policy      string // Of bucket b.
		fill        func(a *account)
		who         string
		want        []entitlement.ResourceID
		conditional int
	}{
		"nothing":                  {own: []string{allow("ec2:*", "*")}},
		"all":                      {own: []string{allow("s3:GetObject", "*")}, want: []entitlement.ResourceID{s3 + "b", s3 + "c"}},
		"one":                      {own: []string{allow("s3:GetObject", s3+"b/*")}, want: []entitlement.ResourceID{s3 + "b"}},
		"lists":                    {own: []string{allow("s3:ListBucket", s3+"c")}, want: []entitlement.ResourceID{s3 + "c"}},
		"writes":                   {own: []string{allow("s3:PutObject", s3+"c/*")}, want: []entitlement.ResourceID{s3 + "c"}},
		"a prefix":                 {own: []string{allow("s3:GetObject", s3+"c/home/*/x.txt")}, want: []entitlement.ResourceID{s3 + "c"}},
		"a prefix of one's own":    {own: []string{allow("s3:GetObject", s3+"c/${aws:username}/*")}, want: []entitlement.ResourceID{s3 + "c"}},
		"a pattern of buckets":     {own: []string{allow("s3:GetObject", s3+"?/logs/*")}, want: []entitlement.ResourceID{s3 + "b", s3 + "c"}},
		"neither reads nor writes": {own: []string{allow("s3:DeleteBucket s3:ListAllMyBuckets s3:GetBucketPolicy", "*")}},
		"under a condition":        {own: []string{statement("Allow", "", "s3:GetObject", "*", `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`), allow("s3:GetObject", s3+"c/*")}, want: []entitlement.ResourceID{s3 + "b", s3 + "c"}, conditional: 1},
		"denied":                   {own: []string{allow("s3:*", "*"), statement("Deny", "", "s3:*", s3+"b "+s3+"b/*", "")}, want: []entitlement.ResourceID{s3 + "c"}},
		"denied by the bucket":     {own: []string{allow("s3:*", "*")}, policy: statement("Deny", everybody, "s3:*", s3+"b "+s3+"b/*", ""), want: []entitlement.ResourceID{s3 + "c"}},
		"allowed by the bucket":    {policy: statement("Allow", `{"AWS":"`+userARN(home, "u")+`"}`, "s3:GetObject", s3+"b/in/*", ""), want: []entitlement.ResourceID{s3 + "b"}},
		"an instance": {who: "arn:aws:ec2:eu-west-1:" + home + ":instance/i-1", fill: func(a *account) {
			r := a.role("app", "", allow("s3:GetObject", s3+"c/*")).ID
			a.identity("arn:aws:ec2:eu-west-1:"+home+":instance/i-1", entitlement.Instance).RunsAs = r
		}, want: []entitlement.ResourceID{s3 + "c"}},
		"an instance without a role": {who: "arn:aws:ec2:eu-west-1:" + home + ":instance/i-1", fill: func(a *account) {
			a.identity("arn:aws:ec2:eu-west-1:"+home+":instance/i-1", entitlement.Instance)
		}},
		"not known": {who: userARN(home, "x")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(home)
			a.user("u", c.own...)
			policy := ""
			if c.policy != "" {
				policy = string(document(c.policy))
			}
			a.bucket("b", policy)
			a.bucket("c", "")
			a.inv.Resources = append(a.inv.Resources, entitlement.Resource{ID: "arn:aws:sqs:eu-west-1:" + home + ":q", Type: "sqs:queue"})
			if c.fill != nil {
				c.fill(a)
			}
			who := userARN(home, "u")
			if c.who != "" {
				who = c.who
			}
			e := estate(a)
			got, conditional := exposure.Buckets(e, e.Account(home), entitlement.IdentityID(who))
			if diff := cmp.Diff(c.want, got); diff != "" || conditional != c.conditional {
				t.Errorf("%d conditional, want %d; %s", conditional, c.conditional, diff)
			}
		})
	}
}
