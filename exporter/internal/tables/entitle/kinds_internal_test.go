package entitle

import (
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	k := kindsOf(catalog.AWS())
	for id, want := range map[entitlement.ResourceID]string{
		"arn:aws:s3:::bucket":                                              "s3:bucket",
		"arn:aws:s3:::bucket/some/key":                                     "s3:object",
		"arn:aws-cn:kms:cn-north-1:111111111111:key/1":                     "kms:key",
		"arn:aws:kms:eu-west-1:111111111111:alias/a":                       "kms:alias",
		"arn:aws:iam::111111111111:role/path/name":                         "iam:role",
		"arn:aws:iam::111111111111:user/name":                              "iam:user",
		"arn:aws:dynamodb:eu-west-1:111111111111:table/t":                  "dynamodb:table",
		"arn:aws:dynamodb:eu-west-1:111111111111:table/t/index/i":          "dynamodb:index",
		"arn:aws:sqs:eu-west-1:111111111111:queue":                         "sqs:queue",
		"arn:aws:lambda:eu-west-1:111111111111:function:f":                 "lambda:function",
		"arn:aws:secretsmanager:eu-west-1:111111111111:secret:name-abcdef": "secretsmanager:Secret",
		"arn:aws:ec2:eu-west-1:111111111111:instance/i-1":                  "ec2:instance",
		"arn:aws:unheard:eu-west-1:111111111111:of/it":                     "",
		"bucket": "", "arn:aws:s3": "", "": "", "arn:::::": "",
	} {
		if got := k.of(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
		if want != "" && k.actions[want].Empty() {
			t.Errorf("%s has no actions", want)
		}
	}
}
