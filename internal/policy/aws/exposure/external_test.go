package exposure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// lines writes entries in short: "origin > via > role: identities [all] [if keys]".
func lines(list []entitlement.ExternalAccess) []string {
	var out []string
	for _, x := range list {
		s := x.From
		for _, v := range x.Via {
			s += " > " + short(v)
		}
		s += " > " + short(x.Role)
		if (x.Method == entitlement.AccessChaining) != (len(x.Via) > 0) {
			s += " METHOD " + x.Method
		}
		if len(x.Identities) > 0 {
			names := make([]string, len(x.Identities))
			for i, id := range x.Identities {
				names[i] = short(id)
			}
			s += ": " + strings.Join(names, " ")
		}
		if x.TrustsAll {
			s += " all"
		}
		if x.Conditional {
			s += strings.TrimRight(" if "+strings.Join(x.Keys, " "), " ")
		} else if len(x.Keys) > 0 {
			s += fmt.Sprint(" KEYS ", x.Keys)
		}
		out = append(out, s)
	}
	return out
}

// short leaves the account's first digits and the name of an ARN.
func short(id entitlement.IdentityID) string {
	parts := strings.SplitN(string(id), ":", 6)
	return parts[4][:1] + ":" + parts[5]
}

const (
	sub  = "token.actions.githubusercontent.com:sub"
	saml = "arn:aws:iam::" + home + ":saml-provider/idp"
)

func oidc(issuer string) string { return "arn:aws:iam::" + home + ":oidc-provider/" + issuer }

func web(provider, condition string) string {
	return statement("Allow", `{"Federated":"`+provider+`"}`, "sts:AssumeRoleWithWebIdentity", "", condition)
}

// TestExternalTrust reads one role's trust where nothing is known of others.
func TestExternalTrust(t *testing.T) {
	t.Parallel()
	github := oidc("token.actions.githubusercontent.com")
	root := "arn:aws:iam::" + other + ":root"
	for name, c := range map[string]struct {
		trust string
		want  []string
	}{
		"its own account":       {trusts("arn:aws:iam::"+home+":root", ""), nil},
		"its own user":          {trusts(userARN(home, "a"), ""), nil},
		"a service":             {statement("Allow", `{"Service":"ec2.amazonaws.com"}`, "sts:AssumeRole", "", ""), nil},
		"an account":            {trusts(root, ""), []string{other + " > 1:role/r all"}},
		"an account's number":   {trusts(other, ""), []string{other + " > 1:role/r all"}},
		"another action":        {statement("Allow", `{"AWS":"`+root+`"}`, "sts:TagSession", "", ""), nil},
		"all actions":           {statement("Allow", `{"AWS":"`+root+`"}`, "sts:*", "", ""), []string{other + " > 1:role/r all"}},
		"all but tagging":       {statement("Allow", `{"AWS":"`+root+`"}`, "!sts:TagSession", "", ""), []string{other + " > 1:role/r all"}},
		"an external id":        {trusts(root, `{"StringEquals":{"sts:ExternalId":"x"}}`), []string{other + " > 1:role/r all if sts:externalid"}},
		"a second factor":       {trusts(root, `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), []string{other + " > 1:role/r all if aws:multifactorauthpresent"}},
		"a named user":          {trusts(userARN(other, "a"), ""), []string{other + " > 1:role/r: 4:user/a"}},
		"a session":             {trusts("arn:aws:sts::"+other+":assumed-role/x/s", ""), []string{other + " > 1:role/r: 4:assumed-role/x/s"}},
		"a deleted user":        {trusts("AIDACKCEVSQ6C2EXAMPLE", ""), nil},
		"an account and a user": {trusts(userARN(other, "a"), "") + "," + trusts(root, ""), []string{other + " > 1:role/r all"}},
		"an account under a condition and a user": {
			trusts(userARN(other, "a"), "") + "," + trusts(root, `{"StringEquals":{"sts:ExternalId":"x"}}`),
			[]string{other + " > 1:role/r all if sts:externalid", other + " > 1:role/r: 4:user/a"},
		},
		"everybody":                    {trusts("*", ""), []string{"* > 1:role/r all"}},
		"everybody of an organisation": {trusts("*", `{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}`), []string{"* > 1:role/r all if aws:principalorgid"}},
		"everybody of its own account": {trusts("*", `{"StringEquals":{"aws:PrincipalAccount":"`+home+`"}}`), nil},
		"everybody of two accounts": {
			trusts("*", `{"StringEquals":{"aws:PrincipalAccount":["`+other+`","`+third+`"]}}`),
			[]string{other + " > 1:role/r all", third + " > 1:role/r all"},
		},
		"everybody, a pattern of one account": {
			trusts("*", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::`+other+`:role/ci-*"}}`),
			[]string{other + " > 1:role/r if aws:principalarn"},
		},
		"everybody, a pattern of any account":  {trusts("*", `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ci"}}`), []string{"* > 1:role/r if aws:principalarn"}},
		"everybody, named by a condition":      {trusts("*", `{"ArnEquals":{"aws:PrincipalArn":"`+roleARN(other, "ci")+`"}}`), []string{other + " > 1:role/r: 4:role/ci"}},
		"an account, named by a condition":     {trusts(root, `{"StringEquals":{"aws:PrincipalArn":"`+roleARN(other, "ci")+`"}}`), []string{other + " > 1:role/r: 4:role/ci"}},
		"an account, another by a condition":   {trusts(root, `{"StringEquals":{"aws:PrincipalArn":"`+roleARN(third, "ci")+`"}}`), nil},
		"an account, by a tag":                 {trusts(root, `{"StringEquals":{"aws:PrincipalTag/team":"x"}}`), []string{other + " > 1:role/r if aws:principaltag/team"}},
		"an account that the condition is not": {trusts(root, `{"StringEquals":{"aws:PrincipalAccount":"`+third+`"}}`), nil},
		"denied account":                       {trusts(root, "") + "," + statement("Deny", `{"AWS":"`+root+`"}`, "sts:AssumeRole", "", ""), nil},
		"denied everybody":                     {trusts(root, "") + "," + statement("Deny", everybody, "sts:*", "", ""), nil},
		"denied another action":                {trusts(root, "") + "," + statement("Deny", everybody, "sts:TagSession", "", ""), []string{other + " > 1:role/r all"}},
		"denied without the external id": {
			trusts(root, "") + "," + statement("Deny", everybody, "sts:AssumeRole", "", `{"StringNotEquals":{"sts:ExternalId":"x"}}`),
			[]string{other + " > 1:role/r all if sts:externalid"},
		},
		"denied all but one": {
			trusts(root, "") + "," + statement("Deny", `!{"AWS":["`+root+`","`+userARN(other, "a")+`"]}`, "sts:AssumeRole", "", ""),
			[]string{other + " > 1:role/r: 4:user/a"},
		},
		"denied one of the account": {trusts(root, "") + "," + statement("Deny", `{"AWS":"`+userARN(other, "a")+`"}`, "sts:AssumeRole", "", ""), []string{other + " > 1:role/r all"}},
		"denied the named":          {trusts(userARN(other, "a"), "") + "," + statement("Deny", `{"AWS":"`+userARN(other, "a")+`"}`, "sts:AssumeRole", "", ""), nil},
		"denied unless it is one": {
			trusts(root, "") + "," + statement("Deny", everybody, "sts:AssumeRole", "", `{"StringNotEquals":{"aws:PrincipalArn":"`+roleARN(other, "ci")+`"}}`),
			[]string{other + " > 1:role/r: 4:role/ci"},
		},
		"everybody, denied unless of an account": {
			trusts("*", "") + "," + statement("Deny", everybody, "sts:AssumeRole", "", `{"StringNotEquals":{"aws:PrincipalAccount":["`+home+`","`+third+`"]}}`),
			[]string{third + " > 1:role/r all"},
		},
		"everybody, denied unless of its own": {
			trusts("*", "") + "," + statement("Deny", everybody, "sts:AssumeRole", "", `{"StringNotEquals":{"aws:PrincipalAccount":"`+home+`"}}`),
			nil,
		},
		"SAML": {
			statement("Allow", `{"Federated":"`+saml+`"}`, "sts:AssumeRoleWithSAML", "", `{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`),
			[]string{saml + " > 1:role/r if saml:aud"},
		},
		"SAML by the wrong action":       {statement("Allow", `{"Federated":"`+saml+`"}`, "sts:AssumeRole", "", ""), nil},
		"GitHub, anybody":                {web(github, ""), []string{github + " > 1:role/r all"}},
		"GitHub, an audience all have":   {web(github, `{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`), []string{github + " > 1:role/r all if token.actions.githubusercontent.com:aud"}},
		"GitHub, one repository":         {web(github, `{"StringLike":{"`+sub+`":"repo:org/repo:*"}}`), []string{github + " > 1:role/r if " + sub}},
		"GitHub, one owner":              {web(github, `{"StringLike":{"`+sub+`":["repo:org/*","repo:other/x:ref:refs/heads/main"]}}`), []string{github + " > 1:role/r if " + sub}},
		"GitHub, owners of a prefix":     {web(github, `{"StringLike":{"`+sub+`":"repo:org*"}}`), []string{github + " > 1:role/r all if " + sub}},
		"GitHub, all repositories":       {web(github, `{"StringLike":{"`+sub+`":"repo:*"}}`), []string{github + " > 1:role/r all if " + sub}},
		"GitHub, one of two loose":       {web(github, `{"StringLike":{"`+sub+`":["repo:org/*","*"]}}`), []string{github + " > 1:role/r all if " + sub}},
		"GitHub, passes when absent":     {web(github, `{"ForAllValues:StringLike":{"`+sub+`":"repo:org/*"}}`), []string{github + " > 1:role/r all if " + sub}},
		"GitHub, all but one":            {web(github, `{"StringNotLike":{"`+sub+`":"repo:evil/*"}}`), []string{github + " > 1:role/r all if " + sub}},
		"GitHub, another provider's sub": {web(github, `{"StringLike":{"gitlab.com:sub":"project_path:g/*"}}`), []string{github + " > 1:role/r all if gitlab.com:sub"}},
		"GitHub, owner's claim":          {web(github, `{"StringEquals":{"token.actions.githubusercontent.com:repository_owner":"org"}}`), []string{github + " > 1:role/r if token.actions.githubusercontent.com:repository_owner"}},
		"GitHub, denied others":          {web(github, "") + "," + statement("Deny", everybody, "sts:*", "", `{"StringNotLike":{"`+sub+`":"repo:org/*"}}`), []string{github + " > 1:role/r if " + sub}},
		"GitHub by the wrong action":     {statement("Allow", `{"Federated":"`+github+`"}`, "sts:AssumeRoleWithSAML", "", ""), nil},
		"Cognito, a pool":                {web("cognito-identity.amazonaws.com", `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:1"}}`), []string{"cognito-identity.amazonaws.com > 1:role/r if cognito-identity.amazonaws.com:aud"}},
		"Cognito, guests":                {web("cognito-identity.amazonaws.com", `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"p"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}`), []string{"cognito-identity.amazonaws.com > 1:role/r all if cognito-identity.amazonaws.com:amr cognito-identity.amazonaws.com:aud"}},
		"Cognito, any pool":              {web("cognito-identity.amazonaws.com", ""), []string{"cognito-identity.amazonaws.com > 1:role/r all"}},
		"a cluster, one account":         {web(oidc("oidc.eks.eu-west-1.amazonaws.com/id/A"), `{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/A:sub":"system:serviceaccount:ns:sa"}}`), []string{oidc("oidc.eks.eu-west-1.amazonaws.com/id/A") + " > 1:role/r if oidc.eks.eu-west-1.amazonaws.com/id/a:sub"}},
		"a cluster, all":                 {web(oidc("oidc.eks.eu-west-1.amazonaws.com/id/A"), `{"StringLike":{"oidc.eks.eu-west-1.amazonaws.com/id/A:sub":"system:serviceaccount:*:*"}}`), []string{oidc("oidc.eks.eu-west-1.amazonaws.com/id/A") + " > 1:role/r all if oidc.eks.eu-west-1.amazonaws.com/id/a:sub"}},
		"a private issuer's audience":    {web(oidc("idp.example.com"), `{"StringEquals":{"idp.example.com:aud":"client"}}`), []string{oidc("idp.example.com") + " > 1:role/r if idp.example.com:aud"}},
		"a private issuer, anybody":      {web(oidc("idp.example.com"), ""), []string{oidc("idp.example.com") + " > 1:role/r all"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(home)
			a.role("r", c.trust)
			e := estate(a)
			if diff := cmp.Diff(c.want, lines(exposure.External(e, e.Account(home)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestExternalKnown has both sides among the documents.
func TestExternalKnown(t *testing.T) {
	t.Parallel()
	root := "arn:aws:iam::" + other + ":root"
	target := roleARN(home, "r")
	for name, c := range map[string]struct {
		trust string
		fill  func(a, b *account)
		want  []string
	}{
		"who may": {trusts(root, ""), func(_, b *account) {
			b.user("may", allow("sts:AssumeRole", target))
			b.user("elsewhere", allow("sts:AssumeRole", roleARN(home, "x")))
			b.user("not", allow("s3:*", "*"))
			b.role("any", "", allow("sts:*", "*"))
			b.user("denied", allow("sts:AssumeRole", "*"), statement("Deny", "", "sts:AssumeRole", target, ""))
		}, []string{other + " > 1:role/r: 4:role/any 4:user/may all"}},
		"an account under a condition and a user": {
			trusts(userARN(other, "a"), "") + "," + trusts(root, `{"StringEquals":{"sts:ExternalId":"x"}}`),
			func(_, b *account) {
				b.user("a", allow("sts:*", "*"))
				b.user("b", allow("sts:*", "*"))
			},
			[]string{other + " > 1:role/r: 4:user/a 4:user/b all if sts:externalid", other + " > 1:role/r: 4:user/a"},
		},
		"nobody yet": {trusts(root, ""), func(_, b *account) { b.user("not", allow("s3:*", "*")) }, []string{other + " > 1:role/r all"}},
		"under a condition of its own": {trusts(root, ""), func(_, b *account) {
			b.user("may", statement("Allow", "", "sts:AssumeRole", "*", `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`))
		}, []string{other + " > 1:role/r: 4:user/may all if aws:sourceip"}},
		"by a tag": {trusts(root, `{"StringEquals":{"aws:PrincipalTag/team":"x"}}`), func(_, b *account) {
			b.user("may", allow("sts:AssumeRole", "*")).Tags = map[string]string{"team": "x"}
			b.user("not", allow("sts:AssumeRole", "*")).Tags = map[string]string{"team": "y"}
		}, []string{other + " > 1:role/r: 4:user/may"}},
		"by a tag that nobody has": {trusts(root, `{"StringEquals":{"aws:PrincipalTag/team":"x"}}`), func(_, b *account) {
			b.user("not", allow("sts:AssumeRole", "*"))
		}, nil},
		"named, may":             {trusts(userARN(other, "a"), ""), func(_, b *account) { b.user("a", allow("sts:*", "*")) }, []string{other + " > 1:role/r: 4:user/a"}},
		"named, may not":         {trusts(userARN(other, "a"), ""), func(_, b *account) { b.user("a", allow("s3:*", "*")) }, nil},
		"named, not collected":   {trusts(userARN(other, "a"), ""), func(_, b *account) { b.user("b", allow("sts:*", "*")) }, []string{other + " > 1:role/r: 4:user/a if"}},
		"named by unique id":     {trusts("AIDAEXAMPLE", ""), func(_, b *account) { b.user("a", allow("sts:*", "*")).UniqueID = "AIDAEXAMPLE" }, []string{other + " > 1:role/r: 4:user/a"}},
		"everybody":              {trusts("*", ""), func(_, b *account) { b.user("a", allow("sts:*", "*")) }, []string{"* > 1:role/r all", other + " > 1:role/r: 4:user/a all"}},
		"everybody, nobody here": {trusts("*", ""), func(_, b *account) { b.user("a") }, []string{"* > 1:role/r all"}},
		"the organisation's own": {trusts("*", `{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}`), func(a, b *account) {
			a.inv.Organization = &entitlement.Organization{ID: "o-a"}
			b.inv.Organization = &entitlement.Organization{ID: "o-a"}
			b.user("a", allow("sts:*", "*"))
		}, []string{"* > 1:role/r all if aws:principalorgid", other + " > 1:role/r: 4:user/a all"}},
		"another organisation": {trusts(root, `{"StringEquals":{"aws:PrincipalOrgID":"o-a"}}`), func(_, b *account) {
			b.inv.Organization = &entitlement.Organization{ID: "o-b"}
			b.user("a", allow("sts:*", "*"))
		}, nil},
		"a service control policy": {trusts(root, ""), func(_, b *account) {
			b.user("a", allow("sts:*", "*"))
			b.inv.Controls = [][]entitlement.PolicyID{{b.policy("scp", allow("*", "*"), statement("Deny", "", "sts:AssumeRole", "*", ""))}}
		}, []string{other + " > 1:role/r all"}},
		"a resource control policy": {trusts(root, ""), func(a, b *account) {
			b.user("a", allow("sts:*", "*"))
			a.inv.ResourceControls = [][]entitlement.PolicyID{{a.policy("rcp", statement("Deny", everybody, "sts:*", "*", `{"StringNotEqualsIfExists":{"aws:PrincipalAccount":"`+home+`"}}`))}}
		}, nil},
		"a resource control policy on others": {trusts(root, ""), func(a, b *account) {
			b.user("a", allow("sts:*", "*"))
			a.inv.ResourceControls = [][]entitlement.PolicyID{{a.policy("rcp", statement("Deny", everybody, "sts:*", roleARN(home, "other"), ""))}}
		}, []string{other + " > 1:role/r: 4:user/a all"}},
		"a role of a service": {trusts(root, ""), func(a, b *account) {
			b.user("a", allow("sts:*", "*"))
			a.inv.Identities[0].ServiceManaged = true
		}, nil},
		"a role of Identity Center": {trusts(root, ""), func(a, _ *account) { a.inv.Identities[0].PermissionSet = "Admin" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := newAccount(home), newAccount(other)
			a.role("r", c.trust)
			c.fill(a, b)
			e := estate(a, b)
			if diff := cmp.Diff(c.want, lines(exposure.External(e, e.Account(home)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExternalChains(t *testing.T) {
	t.Parallel()
	root := func(n string) string { return "arn:aws:iam::" + n + ":root" }
	all := allow("sts:AssumeRole", "*")
	for name, c := range map[string]struct {
		fill func(a, b *account)
		want []string
	}{
		"one between": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""), all)
			a.role("deep", trusts(roleARN(home, "in"), ""))
		}, []string{third + " > 1:role/in > 1:role/deep all", third + " > 1:role/in all"}},
		"no policy, but named in its own account": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""))
			a.role("deep", trusts(roleARN(home, "in"), ""))
		}, []string{third + " > 1:role/in > 1:role/deep all", third + " > 1:role/in all"}},
		"no policy, trusted by account": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""))
			a.role("deep", trusts(root(home), ""))
		}, []string{third + " > 1:role/in all"}},
		"not trusted": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""), all)
			a.role("deep", trusts(roleARN(home, "x"), ""))
		}, []string{third + " > 1:role/in all"}},
		"through another account": {func(a, b *account) {
			b.role("hop", trusts(userARN(third, "u"), ""), all)
			a.role("deep", trusts(root(other), ""))
		}, []string{other + " > 1:role/deep: 4:role/hop all", third + " > 4:role/hop > 1:role/deep: 7:user/u"}},
		"through its own account is direct": {func(a, b *account) {
			b.user("u", all)
			b.role("hop", trusts(root(other), ""), all)
			a.role("deep", trusts(roleARN(other, "hop"), ""))
		}, []string{other + " > 1:role/deep: 4:role/hop"}},
		"a circle": {func(a, _ *account) {
			a.role("in", trusts(root(third), "")+","+trusts(roleARN(home, "b"), ""), all)
			a.role("b", trusts(roleARN(home, "in"), "")+","+trusts(roleARN(home, "c"), ""), all)
			a.role("c", trusts(roleARN(home, "b"), ""), all)
		}, []string{third + " > 1:role/in > 1:role/b all", third + " > 1:role/in > 1:role/b > 1:role/c all", third + " > 1:role/in all"}},
		"under conditions": {func(a, _ *account) {
			a.role("in", trusts(root(third), `{"StringEquals":{"sts:ExternalId":"x"}}`), all)
			a.role("deep", trusts(roleARN(home, "in"), `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`))
		}, []string{third + " > 1:role/in > 1:role/deep all if aws:multifactorauthpresent sts:externalid", third + " > 1:role/in all if sts:externalid"}},
		"long and sure before short and conditional": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""), all)
			a.role("mid", trusts(roleARN(home, "in"), ""), all)
			a.role("z", trusts(roleARN(home, "mid"), "")+","+trusts(roleARN(home, "in"), `{"StringEquals":{"sts:ExternalId":"x"}}`))
		}, []string{third + " > 1:role/in all", third + " > 1:role/in > 1:role/mid all", third + " > 1:role/in > 1:role/mid > 1:role/z all"}},
		"direct as well": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""), all)
			a.role("z", trusts(root(third), "")+","+trusts(roleARN(home, "in"), ""))
		}, []string{third + " > 1:role/in all", third + " > 1:role/z all"}},
		"direct under a condition": {func(a, _ *account) {
			a.role("in", trusts(root(third), ""), all)
			a.role("z", trusts(root(third), `{"StringEquals":{"sts:ExternalId":"x"}}`)+","+trusts(roleARN(home, "in"), ""))
		}, []string{third + " > 1:role/in all", third + " > 1:role/z all if sts:externalid", third + " > 1:role/in > 1:role/z all"}},
		"from a provider": {func(a, _ *account) {
			a.role("ci", web(oidc("token.actions.githubusercontent.com"), ""), all)
			a.role("deploy", trusts(roleARN(home, "ci"), ""))
		}, []string{oidc("token.actions.githubusercontent.com") + " > 1:role/ci all", oidc("token.actions.githubusercontent.com") + " > 1:role/ci > 1:role/deploy all"}},
		"nobody there can begin": {func(a, b *account) {
			b.user("not")
			a.role("in", trusts(root(other), ""), all)
			a.role("z", trusts(roleARN(home, "in"), ""))
		}, []string{other + " > 1:role/in all"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := newAccount(home), newAccount(other)
			c.fill(a, b)
			e := estate(a, b)
			if diff := cmp.Diff(c.want, lines(exposure.External(e, e.Account(home)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExternalChainsAreBounded(t *testing.T) {
	t.Parallel()
	a := newAccount(home)
	a.role("00", trusts(third, ""))
	for i := 1; i < 12; i++ {
		a.role(fmt.Sprintf("%02d", i), trusts(roleARN(home, fmt.Sprintf("%02d", i-1)), ""))
	}
	e := estate(a)
	got := exposure.External(e, e.Account(home))
	longest := 0
	for _, x := range got {
		longest = max(longest, len(x.Via))
	}
	if len(got) != 6 || longest != 5 {
		t.Errorf("%d entries, the longest with %d roles between: %v", len(got), longest, lines(got))
	}
}
