package condition_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/policy/aws/condition"
)

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		raw  condition.Raw
		says string
	}{
		{raw("StringIs", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("StringLikeIgnoreCase", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("ForAnyValues:StringLike", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("BinaryNotEquals", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("NumericLike", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("IfExists", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("", "aws:username", "a"), "AWS has no condition operator of this name"},
		{raw("NullIfExists", "aws:username", "true"), "takes no IfExists"},
		{raw("ForAllValues:Null", "aws:username", "true"), "takes neither ForAllValues nor ForAnyValue"},
		{raw("StringEquals", "", "a"), "name a context key"},
		{raw("NumericEquals", "s3:max-keys", "ten"), `value "ten": write a number`},
		{raw("NumericEquals", "s3:max-keys", ""), "write a number"},
		{raw("NumericEquals", "s3:max-keys", "."), "write a number"},
		{raw("NumericEquals", "s3:max-keys", "1e3"), "write a number"},
		{raw("NumericEquals", "s3:max-keys", "1.2.3"), "write a number"},
		{raw("NumericEquals", "s3:max-keys", "${aws:username}"), "write a number"},
		{raw("DateLessThan", "aws:CurrentTime", "tomorrow"), `value "tomorrow": write a date`},
		{raw("DateLessThan", "aws:CurrentTime", "2021-02-29"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-13"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-1-1"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020/01/01"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020T00:00Z"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T24:00:00Z"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00.Z"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00.5Z"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T00-00Z"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00+0100"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00+24:00"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "2020-01-01T"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", "1234567890123456789"), "write a date"},
		{raw("DateLessThan", "aws:CurrentTime", ""), "write a date"},
		{raw("IpAddress", "aws:SourceIp", "10.0.0.0/33"), `value "10.0.0.0/33": write an IP address or range`},
		{raw("IpAddress", "aws:SourceIp", "*"), "write an IP address or range"},
		{raw("IpAddress", "aws:SourceIp", "fe80::1%eth0"), "write an IP address or range"},
		{raw("Bool", "aws:SecureTransport", "yes"), `value "yes": write "true" or "false"`},
		{raw("Null", "aws:SecureTransport", "0"), `write "true"`},
		{raw("BinaryEquals", "x:y", "Q"), "write base64"},
		{raw("StringLike", "x:y", "a${}"), "a policy variable without name"},
		{raw("Bool", "x:y", "${}"), "a policy variable without name"},
		{raw("StringLike", "x:y", "${aws:username, nobody}"), "write a default in single quotes"},
	} {
		_, err := condition.Compile([]condition.Raw{raw("Bool", "x:ok", "true"), c.raw}, true)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.raw, err, c.says)
			continue
		}
		if c.raw.Operator != "" && !strings.Contains(err.Error(), c.raw.Operator) || !strings.Contains(err.Error(), c.raw.Key) {
			t.Errorf("%q does not name the operator %q and the key %q", err, c.raw.Operator, c.raw.Key)
		}
	}
}

func TestOperatorNamesIgnoreCase(t *testing.T) {
	t.Parallel()
	s := compile(t, raw("FORANYVALUE:stringlikeIFEXISTS", "x:k", "a*"))
	if got := s.Eval(source{"x:k": present("b", "ab")}); got != condition.Yes {
		t.Errorf("Eval = %s", got)
	}
	if got := s.Eval(source{"x:k": absent()}); got != condition.Yes {
		t.Errorf("Eval over nothing = %s", got)
	}
}

// kinds is a source that notes the keys that it is asked for.
type kinds struct{ seen []condition.Key }

func (s *kinds) Lookup(k *condition.Key) condition.Value {
	s.seen = append(s.seen, *k)
	return condition.Value{}
}

func TestKeysHaveKinds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]condition.Key{
		"AWS:PrincipalARN":              {Kind: condition.PrincipalArn},
		"aws:PrincipalAccount":          {Kind: condition.PrincipalAccount},
		"aws:PrincipalType":             {Kind: condition.PrincipalType},
		"aws:PrincipalOrgID":            {Kind: condition.PrincipalOrgID},
		"aws:PrincipalOrgPaths":         {Kind: condition.PrincipalOrgPaths},
		"aws:PrincipalTag/Cost/Center":  {Kind: condition.PrincipalTag, Tag: "cost/center"},
		"aws:PrincipalIsAWSService":     {Kind: condition.PrincipalIsAWSService},
		"aws:PrincipalServiceName":      {Kind: condition.PrincipalServiceName},
		"aws:PrincipalServiceNamesList": {Kind: condition.PrincipalServiceNamesList},
		"aws:userid":                    {Kind: condition.UserID},
		"aws:username":                  {Kind: condition.Username},
		"aws:ResourceAccount":           {Kind: condition.ResourceAccount},
		"aws:ResourceOrgID":             {Kind: condition.ResourceOrgID},
		"aws:ResourceOrgPaths":          {Kind: condition.ResourceOrgPaths},
		"aws:ResourceTag/Team":          {Kind: condition.ResourceTag, Tag: "team"},
		"iam:ResourceTag/Team":          {Kind: condition.ResourceTag, Tag: "team"},
		"ec2:ResourceTag/Team":          {Kind: condition.ResourceTag, Tag: "team"},
		"aws:RequestTag/Team":           {Kind: condition.Other, Tag: "team"},
		"aws:TokenIssueTime":            {Kind: condition.TokenIssueTime},
		"aws:SourceArn":                 {Kind: condition.SourceArn},
		"aws:SourceAccount":             {Kind: condition.SourceAccount},
		"aws:SourceOrgID":               {Kind: condition.SourceOrgID},
		"aws:SourceOrgPaths":            {Kind: condition.SourceOrgPaths},
		"sts:RoleSessionName":           {Kind: condition.RoleSessionName},
		"iam:PassedToService":           {Kind: condition.PassedToService},
		"aws:PrincipalTag":              {Kind: condition.Other},
		"aws:SourceIp":                  {Kind: condition.Other},
	} {
		want.Name = strings.ToLower(name)
		src := &kinds{}
		compile(t, raw("StringEquals", name, "a")).Eval(src)
		if len(src.seen) != 1 || src.seen[0] != want {
			t.Errorf("%s: %+v, want %+v", name, src.seen, want)
		}
	}
}

func TestTruthTables(t *testing.T) {
	t.Parallel()
	no, maybe, yes := condition.No, condition.Maybe, condition.Yes
	for _, c := range []struct{ a, b, and, or condition.Truth }{
		{no, no, no, no},
		{no, maybe, no, maybe},
		{no, yes, no, yes},
		{maybe, maybe, maybe, maybe},
		{maybe, yes, maybe, yes},
		{yes, yes, yes, yes},
	} {
		if c.a.And(c.b) != c.and || c.b.And(c.a) != c.and || c.a.Or(c.b) != c.or || c.b.Or(c.a) != c.or {
			t.Errorf("%s and %s: And = %s, Or = %s", c.a, c.b, c.a.And(c.b), c.a.Or(c.b))
		}
	}
	if yes.Not() != no || no.Not() != yes || maybe.Not() != maybe {
		t.Error("Not is wrong")
	}
}
