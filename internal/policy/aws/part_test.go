package aws_test

import "testing"

// The policy of a resource also decides for its parts, but not for what only
// has a longer name: the names of repositories of ECR and of parameters of
// Systems Manager may have slashes. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-create.html.
func TestDecideKnowsPartsFromNames(t *testing.T) {
	t.Parallel()
	const (
		team  = "arn:aws:ecr:eu-west-1:" + account + ":repository/team"
		table = "arn:aws:dynamodb:eu-west-1:" + account + ":table/t"
		sends = "arn:aws:lambda:eu-west-1:" + account + ":function:f"
	)
	lets := scene{policies: map[string]string{
		team:  share("Allow", byAlice, "ecr:*", ""),
		table: share("Allow", byAlice, "dynamodb:*", "*"),
		sends: share("Allow", byAlice, "lambda:*", "*"),
	}}
	denies := scene{alice: allow("*", "*"), policies: map[string]string{team: share("Deny", byAlice, "ecr:*", "")}}
	for _, c := range []ask{
		{"a repository", lets, string(alice), "ecr:BatchGetImage", team, allowed},
		{"another, with a longer name", lets, string(alice), "ecr:BatchGetImage", team + "/web", silent},
		{"nor is that denied", denies, string(alice), "ecr:BatchGetImage", team + "/web", allowed},
		{"an index of a table", lets, string(alice), "dynamodb:Query", table + "/index/i", allowed},
		{"another table", lets, string(alice), "dynamodb:Query", table + "2", silent},
		{"a version of a function", lets, string(alice), "lambda:InvokeFunction", sends + ":7", allowed},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.check(t) })
	}
}
