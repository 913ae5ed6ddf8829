package aws_test

import (
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
)

func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		setup  setup
		action string
		want   string
	}{
		{"everything", setup{policies: []string{allow("*", "*")}}, "ec2:RunInstances", "all"},
		{"one service", setup{policies: []string{allow("s3:*", "*")}}, "s3:GetObject", "all"},
		{"other service", setup{policies: []string{allow("s3:*", "*")}}, "ec2:RunInstances", "none"},
		{"case does not matter", setup{policies: []string{allow("S3:getOBJECT", "*")}}, "s3:GetObject", "all"},
		{"question mark", setup{policies: []string{allow("s3:Get?bject", "*")}}, "s3:GetObject", "all"},
		{"all buckets by ARN", setup{policies: []string{allow("s3:*", "arn:aws:s3:::*")}}, "s3:ListBucket", "all"},
		{"all objects by ARN", setup{policies: []string{allow("s3:*", "arn:aws:s3:::*")}}, "s3:GetObject", "all"},
		{"all objects, slash", setup{policies: []string{allow("s3:*", "arn:aws:s3:::*/*")}}, "s3:GetObject", "all"},
		{"objects are no buckets", setup{policies: []string{allow("s3:*", "arn:aws:s3:::*/*")}}, "s3:ListBucket", "none"},
		{"prefix of buckets", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log*")}}, "s3:ListBucket", "part"},
		{"one bucket", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log")}}, "s3:ListBucket", "named"},
		{"a bucket is no object", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log")}}, "s3:GetObject", "none"},
		{"an object is no bucket", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log/*")}}, "s3:ListBucket", "none"},
		{"objects of one bucket", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log/*")}}, "s3:GetObject", "part"},
		{"one object", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log/a")}}, "s3:GetObject", "named"},
		{"no resource types, star", setup{policies: []string{allow("s3:*", "*")}}, "s3:ListAllMyBuckets", "all"},
		{"no resource types, ARN", setup{policies: []string{allow("s3:*", "arn:aws:s3:::log")}}, "s3:ListAllMyBuckets", "none"},
		{"no resource types, wide ARN", setup{policies: []string{allow("s3:*", "arn:aws:s3:::*")}}, "s3:ListAllMyBuckets", "none"},
		{"resources of another service", setup{policies: []string{allow("*", "arn:aws:sqs:*:*:*")}}, "s3:GetObject", "none"},
		{"any region, this account", setup{policies: []string{allow("sqs:*", "arn:aws:sqs:*:111122223333:*")}}, "sqs:SendMessage", "all"},
		{"one region", setup{policies: []string{allow("sqs:*", "arn:aws:sqs:eu-west-1:111122223333:*")}}, "sqs:SendMessage", "part"},
		{"another account", setup{policies: []string{allow("sqs:*", "arn:aws:sqs:*:444455556666:*")}}, "sqs:SendMessage", "part"},
		{"another partition", setup{policies: []string{allow("sqs:*", "arn:aws-cn:sqs:*:*:*")}}, "sqs:SendMessage", "none"},
		{"any partition", setup{policies: []string{allow("sqs:*", "arn:*:sqs:*:*:*")}}, "sqs:SendMessage", "all"},
		{"named in any region", setup{policies: []string{allow("sqs:*", "arn:aws:sqs:*:*:jobs")}}, "sqs:SendMessage", "named"},
		{"policy variable", setup{policies: []string{allow("iam:*", "arn:aws:iam::*:user/${aws:username}")}}, "iam:CreateAccessKey", "named"},
		{"policy variable and wildcard", setup{policies: []string{allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")}}, "s3:GetObject", "part"},
		{"one of two types in full", setup{policies: []string{allow("ec2:AttachVolume", "arn:aws:ec2:*:*:instance/*")}}, "ec2:AttachVolume", "part"},
		{"both types in one statement", setup{policies: []string{allow("ec2:AttachVolume", "arn:aws:ec2:*:*:instance/* arn:aws:ec2:*:*:volume/*")}}, "ec2:AttachVolume", "all"},
		{"both types in two policies", setup{policies: []string{
			allow("ec2:AttachVolume", "arn:aws:ec2:*:*:instance/*"),
			allow("ec2:AttachVolume", "arn:aws:ec2:*:*:volume/*"),
		}}, "ec2:AttachVolume", "all"},
		{"the widest counts", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/b"), allow("s3:GetObject", "arn:aws:s3:::a/*")}}, "s3:GetObject", "part"},

		{"NotAction", setup{policies: []string{allow("!iam:* sts:*", "*")}}, "s3:GetObject", "all"},
		{"NotAction, excepted", setup{policies: []string{allow("!iam:* sts:*", "*")}}, "iam:CreateUser", "none"},
		{"NotResource, part", setup{policies: []string{allow("s3:*", "!arn:aws:s3:::secret/*")}}, "s3:GetObject", "part"},
		{"NotResource, other type", setup{policies: []string{allow("s3:*", "!arn:aws:s3:::secret/*")}}, "s3:ListBucket", "all"},
		{"NotResource, no types", setup{policies: []string{allow("s3:*", "!arn:aws:s3:::secret/*")}}, "s3:ListAllMyBuckets", "all"},
		{"NotResource, everything", setup{policies: []string{allow("s3:*", "!*")}}, "s3:GetObject", "none"},
		{"NotResource, all of the type", setup{policies: []string{allow("s3:*", "!arn:aws:s3:::*")}}, "s3:GetObject", "none"},

		{"levels that have nothing in common", setup{
			policies: []string{allow("*", "!arn:aws:s3:::*")}, boundary: allow("*", "!arn:aws:sqs:eu-west-1:*:*"),
			controls: [][]string{{allow("*", "arn:aws:sqs:*:*:*")}, {allow("*", "arn:aws:ec2:*:*:instance/*")}},
		}, "backup:CopyFromBackupVault", "none"},

		{"condition", setup{policies: []string{statement("Allow", "s3:*", "*", mfa)}}, "s3:GetObject", "all conditional"},
		{"empty condition", setup{policies: []string{statement("Allow", "s3:*", "*", "{}")}}, "s3:GetObject", "all"},
		{"with and without condition", setup{policies: []string{statement("Allow", "s3:*", "*", mfa), allow("s3:GetObject", "*")}}, "s3:GetObject", "all"},
		{"wider only with condition", setup{policies: []string{statement("Allow", "s3:*", "*", mfa), allow("s3:GetObject", "arn:aws:s3:::a/*")}}, "s3:GetObject", "all conditional"},
		{"wider without condition", setup{policies: []string{statement("Allow", "s3:*", "arn:aws:s3:::a/*", mfa), allow("s3:GetObject", "*")}}, "s3:GetObject", "all"},

		{"Deny wins", setup{policies: []string{allow("*", "*"), deny("s3:GetObject", "*")}}, "s3:GetObject", "none"},
		{"Deny, other action", setup{policies: []string{allow("*", "*"), deny("s3:GetObject", "*")}}, "s3:PutObject", "all"},
		{"Deny of the whole type", setup{policies: []string{allow("*", "*"), deny("s3:*", "arn:aws:s3:::*")}}, "s3:GetObject", "none"},
		{"Deny of the whole type, no types", setup{policies: []string{allow("*", "*"), deny("s3:*", "arn:aws:s3:::*")}}, "s3:ListAllMyBuckets", "all"},
		{"Deny in part", setup{policies: []string{allow("*", "*"), deny("s3:*", "arn:aws:s3:::secret/*")}}, "s3:GetObject", "part"},
		{"Deny in part, other type", setup{policies: []string{allow("*", "*"), deny("s3:*", "arn:aws:s3:::secret/*")}}, "s3:ListBucket", "all"},
		{"Deny of what is named", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*"), deny("s3:*", "arn:aws:s3:::a/*")}}, "s3:GetObject", "none"},
		{"Deny of more than is named", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/b"), deny("s3:*", "arn:aws:s3:::a/*")}}, "s3:GetObject", "none"},
		{"Deny of less than is named", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*"), deny("s3:*", "arn:aws:s3:::a/b")}}, "s3:GetObject", "part"},
		{"Deny of something else", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/b"), deny("s3:*", "arn:aws:s3:::c/*")}}, "s3:GetObject", "named"},
		{"Deny of one of two", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/* arn:aws:s3:::b/c"), deny("s3:*", "arn:aws:s3:::a/*")}}, "s3:GetObject", "named"},
		{"Deny with condition", setup{policies: []string{allow("*", "*"), statement("Deny", "s3:*", "*", mfa)}}, "s3:GetObject", "all conditional"},
		{"Deny in part with condition", setup{policies: []string{allow("*", "*"), statement("Deny", "s3:*", "arn:aws:s3:::a/*", mfa)}}, "s3:GetObject", "all conditional"},
		{"Deny with condition of something else", setup{policies: []string{allow("s3:*", "arn:aws:s3:::b/*"), statement("Deny", "s3:*", "arn:aws:s3:::a/*", mfa)}}, "s3:GetObject", "part"},
		{"Deny with condition of what is named", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/b"), statement("Deny", "s3:*", "arn:aws:s3:::a/*", mfa)}}, "s3:GetObject", "named conditional"},
		{"Deny NotAction", setup{policies: []string{allow("*", "*"), deny("!s3:*", "*")}}, "iam:CreateUser", "none"},
		{"Deny NotAction, excepted", setup{policies: []string{allow("*", "*"), deny("!s3:*", "*")}}, "s3:GetObject", "all"},
		{"Deny NotResource leaves a name", setup{policies: []string{allow("*", "*"), deny("s3:*", "!arn:aws:s3:::a/b")}}, "s3:GetObject", "named"},
		{"Deny NotResource leaves a part", setup{policies: []string{allow("*", "*"), deny("s3:*", "!arn:aws:s3:::a/*")}}, "s3:GetObject", "part"},
		{"Deny NotResource leaves no other type", setup{policies: []string{allow("*", "*"), deny("s3:*", "!arn:aws:s3:::a/*")}}, "s3:ListBucket", "none"},
		{"Deny NotResource of what is named", setup{policies: []string{allow("s3:*", "arn:aws:s3:::b/*"), deny("s3:*", "!arn:aws:s3:::a/*")}}, "s3:GetObject", "none"},
		{"Deny NotResource all left", setup{policies: []string{allow("*", "*"), deny("s3:*", "!arn:aws:s3:::*")}}, "s3:GetObject", "all"},
		{"Deny of everything but in part, everything", setup{policies: []string{allow("s3:*", "* arn:aws:s3:::a/*"), deny("s3:*", "arn:aws:s3:::a/*")}}, "s3:GetObject", "part"},
		{"part of the account's number", setup{policies: []string{allow("sqs:*", "arn:aws:sqs:*:1111*:*")}}, "sqs:SendMessage", "all"},
		{"a service by wildcard", setup{policies: []string{allow("*", "arn:aws:*:*:*:*")}}, "sqs:SendMessage", "all"},
		{"a service by wildcard, denied", setup{policies: []string{allow("*", "arn:aws:s?s:*:*:jobs"), deny("*", "arn:aws:*:*:*:job*")}}, "sqs:SendMessage", "none"},
		{"a short ARN", setup{policies: []string{allow("*", "arn:aws:sqs:*")}}, "sqs:SendMessage", "all"},
		{"a literal star", setup{policies: []string{allow("s3:*", "arn:aws:s3:::${*}/x")}}, "s3:GetObject", "named"},
		{"NotResource against NotResource", setup{policies: []string{allow("s3:*", "!arn:aws:s3:::a/*"), deny("s3:*", "!arn:aws:s3:::a/*")}}, "s3:GetObject", "none"},

		{"group", setup{groups: [][]string{{allow("s3:*", "*")}}}, "s3:GetObject", "all"},
		{"Deny of a group", setup{policies: []string{allow("s3:*", "*")}, groups: [][]string{{deny("s3:*", "*")}}}, "s3:GetObject", "none"},

		{"boundary lets through", setup{policies: []string{allow("*", "*")}, boundary: allow("s3:*", "*")}, "s3:GetObject", "all"},
		{"boundary stops", setup{policies: []string{allow("*", "*")}, boundary: allow("s3:*", "*")}, "iam:CreateUser", "none"},
		{"boundary grants nothing", setup{boundary: allow("*", "*")}, "s3:GetObject", "none"},
		{"boundary narrows", setup{policies: []string{allow("*", "*")}, boundary: allow("s3:*", "arn:aws:s3:::a/*")}, "s3:GetObject", "part"},
		{"narrower than the boundary", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/b")}, boundary: allow("s3:*", "arn:aws:s3:::a/*")}, "s3:GetObject", "named"},
		{"wider than the boundary", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*")}, boundary: allow("s3:*", "arn:aws:s3:::a/b")}, "s3:GetObject", "named"},
		{"boundary of other resources", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*")}, boundary: allow("s3:*", "arn:aws:s3:::b/*")}, "s3:GetObject", "none"},
		{"boundary without", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*")}, boundary: allow("s3:*", "!arn:aws:s3:::a/*")}, "s3:GetObject", "none"},
		{"boundary denies", setup{policies: []string{allow("*", "*")}, boundary: allow("*", "*") + "," + deny("s3:*", "*")}, "s3:GetObject", "none"},
		{"boundary denies in part", setup{policies: []string{allow("s3:*", "arn:aws:s3:::a/*")}, boundary: allow("*", "*") + "," + deny("s3:*", "arn:aws:s3:::a/*")}, "s3:GetObject", "none"},
		{"boundary conditional", setup{policies: []string{allow("*", "*")}, boundary: statement("Allow", "*", "*", mfa)}, "s3:GetObject", "all conditional"},

		{"control lets through", setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*")}}}, "s3:GetObject", "all"},
		{"control of one level stops", setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*")}, {allow("s3:*", "*")}}}, "iam:CreateUser", "none"},
		{"controls of one level add up", setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("iam:*", "*"), allow("s3:*", "*")}}}, "iam:CreateUser", "all"},
		{"control denies", setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*"), deny("s3:*", "*")}}}, "s3:GetObject", "none"},
		{"control grants nothing", setup{controls: [][]string{{allow("*", "*")}}}, "s3:GetObject", "none"},
		{"service-linked role is free of controls", setup{policies: []string{allow("*", "*")}, role: true, service: true, controls: [][]string{{deny("*", "*")}}}, "s3:GetObject", "all"},
		{"role is not", setup{policies: []string{allow("*", "*")}, role: true, controls: [][]string{{allow("*", "*"), deny("*", "*")}}}, "s3:GetObject", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := grant(c.setup.access(), index(t, c.action)); got != c.want {
				t.Errorf("%s is granted %q, want %q", c.action, got, c.want)
			}
		})
	}
}

func TestSuper(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		setup setup
		want  bool
	}{
		"all":            {setup{policies: []string{allow("*", "*")}}, true},
		"by parts":       {setup{policies: []string{allow("iam:*", "*"), allow("!iam:*", "*")}}, true},
		"power user":     {setup{policies: []string{allow("!iam:*", "*")}}, false},
		"on condition":   {setup{policies: []string{statement("Allow", "*", "*", mfa)}}, false},
		"bounded":        {setup{policies: []string{allow("*", "*")}, boundary: allow("s3:*", "*")}, false},
		"denied in part": {setup{policies: []string{allow("*", "*"), deny("s3:*", "arn:aws:s3:::a")}}, false},
		"controlled":     {setup{policies: []string{allow("*", "*")}, controls: [][]string{{allow("*", "*"), deny("organizations:LeaveOrganization", "*")}}}, false},
		"nothing":        {setup{}, false},
	} {
		if got := c.setup.access().Super; got != c.want {
			t.Errorf("%s: super is %t, want %t", name, got, c.want)
		}
	}
}

func TestLiteralActionsAreKept(t *testing.T) {
	t.Parallel()
	inv := setup{
		policies: []string{allow("nowhere:DoThis nowhere:DoThat", "*"), deny("nowhere:DoTh?t", "*")},
		boundary: allow("nowhere:*", "arn:aws:nowhere:::x"),
	}.inventory()
	a := evaluator().Compile(inv)
	got := a.Access(alice).Literal
	if len(got) != 1 || got[0].Action != "nowhere:DoThis" || got[0].Reach != entitlement.ReachNamed {
		t.Errorf("literal grants are %+v, want nowhere:DoThis, named", got)
	}
}
