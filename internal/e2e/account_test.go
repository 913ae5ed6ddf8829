package e2e_test

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/leastward/leastward/internal/testkit/moto"
)

const (
	accountID = "123456789012" // The emulator's.
	region    = "us-east-1"
)

func userARN(name string) string   { return "arn:aws:iam::" + accountID + ":user/" + name }
func policyARN(name string) string { return "arn:aws:iam::" + accountID + ":policy/" + name }

// The policies of the account: what an idle user has too much of, and what it
// may keep.
const (
	operateDocument = `{"Version":"2012-10-17","Statement":[
		{"Sid":"Buckets","Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::ledger","arn:aws:s3:::ledger/*"]},
		{"Sid":"Roles","Effect":"Allow","Action":["iam:PassRole","iam:CreateAccessKey","iam:GetUser"],"Resource":"*"},
		{"Sid":"Keep","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::ledger/secret/*"}]}`
	queueDocument  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sqs:SendMessage","sqs:GetQueueUrl"],"Resource":"*"}}`
	deployDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["lambda:UpdateFunctionCode","lambda:GetFunctionConfiguration"],"Resource":"*"}]}`
	lookDocument   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeInstances","ec2:DescribeVpcs"],"Resource":"*"}]}`
	listDocument   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`
)

// account is an AWS account behind the emulator.
type account struct {
	t   *testing.T
	url string
	iam *iam.Client
}

// newAccount starts an emulator and fills it as of a hundred days ago, for
// somebody who was made just now is not inactive, and a trail that was started
// just now shows no inactivity. After that its clock is everybody's.
func newAccount(t *testing.T, idle ...string) *account {
	t.Helper()
	dir := t.TempDir()
	past := filepath.Join(dir, "past")
	write(t, past, "")
	write(t, filepath.Join(dir, "sitecustomize.py"), clockScript)
	a := &account{t: t, url: moto.Start(t, "MOTO_IAM_LOAD_MANAGED_POLICIES=false", "PYTHONPATH="+dir, "LEASTWARD_PAST="+past)}
	a.iam = iam.NewFromConfig(a.config())
	a.seed(idle)
	a.seedTrail()
	if err := os.Remove(past); err != nil {
		t.Fatal(err)
	}
	return a
}

// clockScript is run by Python as the emulator starts. It sets the emulator's
// clock back as long as the file $LEASTWARD_PAST is there, and has it log no
// line for each request.
const clockScript = `import datetime, logging, os
import moto.core.utils as utils
logging.getLogger("werkzeug").setLevel(logging.ERROR)
now = utils.utcnow
utils.utcnow = lambda: now() - datetime.timedelta(days=100 if os.path.exists(os.environ["LEASTWARD_PAST"]) else 0)
`

func (a *account) config() awssdk.Config {
	return awssdk.Config{
		Region: region, BaseEndpoint: &a.url,
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	}
}

// credentialsEnv is the environment that our programs take credentials from.
func credentialsEnv() []string {
	return []string{
		"AWS_ACCESS_KEY_ID=testing", "AWS_SECRET_ACCESS_KEY=testing", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PROFILE=",
	}
}

// must returns a function that fails the test on the error of a call:
// must(client.CreateUser(ctx, in))(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (a *account) seed(idle []string) {
	t, ctx := a.t, a.t.Context()
	t.Helper()
	for name, document := range map[string]string{"operate": operateDocument, "look": lookDocument} {
		must(a.iam.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document}))(t)
	}
	for name, document := range map[string]string{"deployers": deployDocument, "lookers": lookDocument} {
		must(a.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name}))(t)
		must(a.iam.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: &name, PolicyName: &name, PolicyDocument: &document}))(t)
	}
	for _, name := range idle {
		a.seedIdle(name)
	}
	a.seedUser("ana", map[string]string{"list": listDocument}, nil, nil)
}

// seedIdle makes a user with everything that a plan can take away, and with
// something of each kind that it may keep.
func (a *account) seedIdle(name string) {
	a.t.Helper()
	a.seedUser(name, map[string]string{"queue": queueDocument, "list": listDocument}, []string{"operate", "look"}, []string{"deployers", "lookers"})
}

func (a *account) seedUser(name string, inline map[string]string, managed, groups []string) {
	t, ctx := a.t, a.t.Context()
	t.Helper()
	must(a.iam.CreateUser(ctx, &iam.CreateUserInput{
		UserName: &name, Tags: []types.Tag{{Key: awssdk.String("owner"), Value: awssdk.String("payments")}},
	}))(t)
	for policy, document := range inline {
		must(a.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: &policy, PolicyDocument: &document}))(t)
	}
	for _, policy := range managed {
		must(a.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &name, PolicyArn: awssdk.String(policyARN(policy))}))(t)
	}
	for _, group := range groups {
		must(a.iam.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: &name, GroupName: &group}))(t)
	}
}

// holdings is what a user has, as AWS itself tells it.
type holdings struct {
	Attached []string          // ARNs, sorted.
	Inline   map[string]string // Documents by name.
	Groups   []string          // Names, sorted.
	Tags     map[string]string
}

func (a *account) holdings(name string) holdings {
	t, ctx := a.t, a.t.Context()
	t.Helper()
	h := holdings{Inline: map[string]string{}, Tags: map[string]string{}}
	for _, p := range must(a.iam.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &name}))(t).AttachedPolicies {
		h.Attached = append(h.Attached, *p.PolicyArn)
	}
	for _, policy := range must(a.iam.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &name}))(t).PolicyNames {
		out := must(a.iam.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &name, PolicyName: &policy}))(t)
		h.Inline[policy] = must(url.PathUnescape(*out.PolicyDocument))(t)
	}
	for _, g := range must(a.iam.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: &name}))(t).Groups {
		h.Groups = append(h.Groups, *g.GroupName)
	}
	for _, tag := range must(a.iam.GetUser(ctx, &iam.GetUserInput{UserName: &name}))(t).User.Tags {
		h.Tags[*tag.Key] = *tag.Value
	}
	slices.Sort(h.Attached)
	slices.Sort(h.Groups)
	return h
}
