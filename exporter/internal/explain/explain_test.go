package explain_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/catalog"
	collect "github.com/leastward/leastward/internal/collect/aws"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	shop  = "arn:aws:iam::111111111111"
	audit = "arn:aws:iam::222222222222"
	other = "arn:aws:iam::333333333333"
)

func estate(t *testing.T) *policy.Estate {
	t.Helper()
	dir := filepath.Join(testkit.Root(), "exporter", "internal", "command", "testdata", "can")
	inventories, err := collect.ReadAccounts([]string{filepath.Join(dir, "details.json"), filepath.Join(dir, "second.json")}, collect.Files{
		Organization: filepath.Join(dir, "organization.json"), Functions: filepath.Join(dir, "functions.json"),
		ResourcePolicies: []string{filepath.Join(dir, "policies.json")},
	}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	evaluator := policy.New(catalog.AWS())
	var accounts []*policy.Account
	for _, inv := range inventories {
		if len(inv.Problems) > 0 {
			t.Fatalf("problems: %+v", inv.Problems)
		}
		accounts = append(accounts, evaluator.Compile(inv))
	}
	return policy.NewEstate(accounts...)
}

func requests() []policy.Request {
	const reports = "arn:aws:s3:::reports"
	office := policy.NewContext(map[string][]string{"aws:SourceIp": {"203.0.113.9"}})
	return []policy.Request{
		{Principal: shop + ":user/ana", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: shop + ":user/ana", Action: "s3:DeleteBucket", Resource: reports},
		{Principal: shop + ":user/ana", Action: "s3:PutObject", Resource: reports + "/web/q1.csv"},
		{Principal: shop + ":user/ben", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: shop + ":user/ben", Action: "s3:GetObject", Resource: reports + "/q1.csv", Context: office},
		{Principal: shop + ":user/ben", Action: "s3:GetObject", Resource: reports + "/q1.csv", Context: policy.NewContext(map[string][]string{"aws:MultiFactorAuthPresent": nil})},
		{Principal: shop + ":user/ben", Action: "s3:GetBucketPolicy", Resource: reports},
		{Principal: shop + ":user/carla", Action: "s3:GetBucketPolcy", Resource: reports + "/?.csv"},
		{Principal: shop + ":user/ben", Action: "ec2:RunInstances", Resource: "*"},
		{Principal: shop + ":user/carla", Action: "sts:GetCallerIdentity", Resource: "*"},
		{Principal: shop + ":user/carla", Action: "s3:ListAllMyBuckets", Resource: "*"},
		{Principal: shop + ":role/app", Action: "s3:GetObject", Resource: reports + "/salaries/all.csv"},
		{Principal: shop + ":role/deploy", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: "arn:aws:lambda:eu-west-1:111111111111:function:render", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: shop + ":root", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: shop + ":root", Action: "sts:AssumeRole", Resource: shop + ":role/deploy"},
		{Principal: audit + ":user/ana", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: audit + ":user/ana", Action: "s3:GetObjectAcl", Resource: reports + "/q1.csv"},
		{Principal: other + ":role/audit", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: other + ":user/ci", Action: "sts:AssumeRole", Resource: shop + ":role/deploy"},
		{Principal: other + ":user/ci", Action: "sts:AssumeRole", Resource: shop + ":role/gone"},
		{Principal: "lambda.amazonaws.com", Action: "sts:AssumeRole", Resource: shop + ":role/app"},
		{Principal: "ec2.amazonaws.com", Action: "sts:AssumeRole", Resource: shop + ":role/app"},
		{Principal: "cloudfront.amazonaws.com", Action: "s3:GetObject", Resource: reports + "/q1.csv"},
		{Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::downloads/setup.exe"},
	}
}

// Every kind of decision reads as the golden file says.
func TestText(t *testing.T) {
	t.Parallel()
	e := estate(t)
	words := explain.New(e)
	var b strings.Builder
	for _, r := range requests() {
		var d policy.Decision
		if err := e.Decide(&r, &d); err != nil {
			t.Fatal(err)
		}
		if err := words.Text(&b, &r, &d); err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n")
	}
	golden := filepath.Join("testdata", "decisions.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got); write anew with -update:\n%s", diff)
	}
}

func TestClause(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		operator, key string
		values        []string
		want          string
	}{
		{"StringEquals", "aws:PrincipalOrgID", []string{"o-1"}, "aws:PrincipalOrgID is o-1"},
		{"StringNotEquals", "aws:RequestedRegion", []string{"eu-west-1", "eu-central-1"}, "aws:RequestedRegion is not eu-west-1 nor eu-central-1"},
		{"StringEqualsIgnoreCase", "k", []string{"a b"}, `k is, in any case of its letters, "a b"`},
		{"StringLikeIfExists", "s3:prefix", []string{"home/*", ""}, `s3:prefix is like home/* or "", or s3:prefix is absent`},
		{"ForAllValues:StringEquals", "aws:TagKeys", []string{"team"}, "every value of aws:TagKeys is team"},
		{"foranyvalue:stringlikeifexists", "aws:TagKeys", []string{"t*"}, "a value of aws:TagKeys is like t*, or aws:TagKeys is absent"},
		{"Null", "aws:TokenIssueTime", []string{"true"}, "aws:TokenIssueTime is absent"},
		{"Null", "aws:TokenIssueTime", []string{"false"}, "aws:TokenIssueTime is present"},
		{"Null", "k", []string{"true", "false"}, "whether k is absent is true or false"},
		{"NumericLessThanEquals", "s3:max-keys", []string{"10"}, "s3:max-keys is at most 10"},
		{"DateGreaterThan", "aws:CurrentTime", []string{"2026-01-01T00:00:00Z"}, "aws:CurrentTime is after 2026-01-01T00:00:00Z"},
		{"NotIpAddress", "aws:SourceIp", []string{"10.0.0.0/8"}, "aws:SourceIp is not in 10.0.0.0/8"},
		{"ArnNotLike", "aws:SourceArn", []string{"arn:aws:s3:::*"}, "aws:SourceArn is not like arn:aws:s3:::*"},
		{"Bool", "aws:SecureTransport", []string{"false"}, "aws:SecureTransport is false"},
		{"StringEquals", "k", []string{"a\x1b[2Jb"}, `k is "a\x1b[2Jb"`},
		{"SomethingNew", "k", []string{"v"}, "k passes SomethingNew of v"},
		{"StringEquals", "k", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}, "k is 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9 or 10 or 2 more"},
	} {
		c := policy.Condition{Operator: test.operator, Key: test.key, Values: test.values}
		if got := explain.Clause(&c); got != test.want {
			t.Errorf("%s %s %q\n got: %s\nwant: %s", test.operator, test.key, test.values, got, test.want)
		}
	}
}
