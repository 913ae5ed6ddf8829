package aws_test

import (
	"strings"

	"pgregory.net/rapid"
)

// drawStatement draws a statement about few services and resources, so that
// statements touch each other often.
func drawStatement(t *rapid.T) string {
	effect := rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, "effect")
	return drawWith(t, effect)
}

func drawWith(t *rapid.T, effect string) string {
	actions := drawList(t, "actions", []string{
		"*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:*Bucket*", "s3:ListAllMyBuckets", "sqs:*", "sqs:SendMessage", "SQS:g*",
		"ec2:AttachVolume", "ec2:*", "iam:*", "iam:Create?ser", "nowhere:DoThis", "nowhere:*", "s3:List*", "dynamodb:Get*",
	})
	resources := drawList(t, "resources", []string{
		"*", "*", "arn:aws:s3:::*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::a*", "arn:aws:s3:::*/*", "arn:aws:s3:::b/c",
		"arn:aws:sqs:*:*:*", "arn:aws:sqs:eu-west-1:*:*", "arn:aws:sqs:*:*:jobs", "arn:aws:sqs:*:111122223333:*",
		"arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:volume/*", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:*",
	})
	condition := rapid.SampledFrom([]string{"", "", mfa}).Draw(t, "condition")
	return statement(effect, actions, resources, condition)
}

func drawList(t *rapid.T, label string, from []string) string {
	list := strings.Join(rapid.SliceOfN(rapid.SampledFrom(from), 1, 3).Draw(t, label), " ")
	if rapid.IntRange(0, 4).Draw(t, label+" negated") == 0 {
		return "!" + list
	}
	return list
}

func drawStatements(t *rapid.T, label string, least, most int) []string {
	return rapid.SliceOfN(rapid.Custom(drawStatement), least, most).Draw(t, label)
}
