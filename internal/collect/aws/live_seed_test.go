package aws_test

import (
	"archive/zip"
	"bytes"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/collect/aws"
)

const (
	readDoc   = `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["s3:GetObject","s3:List*"],"Resource":"*"}]}`
	assumeDoc = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

func unlimited() map[string]rate.Limit {
	all := aws.DefaultLimits()
	for family := range all {
		all[family] = 10_000
	}
	return all
}

// seeded are the parts of the seeded account that tests refer to.
type seeded struct{ key1, key2 string }

// must returns a function that fails the test on the error of a seeding call:
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

// seed fills the account: ada (console, MFA, two keys, in group readers), bob
// (nothing but an inline policy), role runner with an instance profile, a
// function and an instance that run as it.
func (c *cloud) seed(t *testing.T) seeded {
	t.Helper()
	client := iam.NewFromConfig(c.config())
	out := c.seedUsers(t, client)
	c.seedRole(t, client)
	c.seedWorkloads(t)
	return out
}

func (c *cloud) seedUsers(t *testing.T, client *iam.Client) seeded {
	t.Helper()
	ctx, ada, readers := t.Context(), awssdk.String("ada"), awssdk.String("readers")
	must(client.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: awssdk.String("alias-" + c.account)}))(t)
	own := must(client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: awssdk.String("read"), PolicyDocument: awssdk.String(readDoc)}))(t)
	must(client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: readers}))(t)
	must(client.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: readers, PolicyArn: own.Policy.Arn}))(t)
	must(client.CreateUser(ctx, &iam.CreateUserInput{
		UserName: ada,
		Tags:     []types.Tag{{Key: awssdk.String("team"), Value: awssdk.String("payments")}},
	}))(t)
	must(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: ada, GroupName: readers}))(t)
	must(client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: ada, PolicyArn: own.Policy.Arn}))(t)
	must(client.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: ada, Password: awssdk.String("N0t-A-Secret!")}))(t)
	k1 := must(client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: ada}))(t)
	k2 := must(client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: ada}))(t)
	must(client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{
		UserName: ada, AccessKeyId: k2.AccessKey.AccessKeyId, Status: types.StatusTypeInactive,
	}))(t)
	device := must(client.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: ada}))(t)
	must(client.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
		UserName: ada, SerialNumber: device.VirtualMFADevice.SerialNumber,
		AuthenticationCode1: awssdk.String("123456"), AuthenticationCode2: awssdk.String("654321"),
	}))(t)
	must(client.CreateUser(ctx, &iam.CreateUserInput{UserName: awssdk.String("bob")}))(t)
	must(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: awssdk.String("bob"), PolicyName: awssdk.String("own"), PolicyDocument: awssdk.String(readDoc),
	}))(t)
	return seeded{*k1.AccessKey.AccessKeyId, *k2.AccessKey.AccessKeyId}
}

func (c *cloud) seedRole(t *testing.T, client *iam.Client) {
	t.Helper()
	ctx, runner := t.Context(), awssdk.String("runner")
	must(client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: runner, AssumeRolePolicyDocument: awssdk.String(assumeDoc)}))(t)
	must(client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: runner, PolicyName: awssdk.String("inline"), PolicyDocument: awssdk.String(readDoc),
	}))(t)
	must(client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: awssdk.String("profile")}))(t)
	must(client.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{
		InstanceProfileName: awssdk.String("profile"), RoleName: runner,
	}))(t)
}

func (c *cloud) seedWorkloads(t *testing.T) {
	t.Helper()
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	_, _ = must(archive.Create("main.py"))(t).Write([]byte("def handler(e, c): pass\n"))
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	role := awssdk.String("arn:aws:iam::" + c.account + ":role/runner")
	must(lambda.NewFromConfig(c.config()).CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: awssdk.String("worker"), Role: role, Runtime: lambdatypes.RuntimePython312,
		Handler: awssdk.String("main.handler"), Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
	}))(t)
	machines := ec2.NewFromConfig(c.config())
	image := must(machines.DescribeImages(t.Context(), &ec2.DescribeImagesInput{Owners: []string{"amazon"}}))(t)
	must(machines.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: image.Images[0].ImageId, MinCount: awssdk.Int32(1), MaxCount: awssdk.Int32(1),
		IamInstanceProfile: &ec2types.IamInstanceProfileSpecification{Name: awssdk.String("profile")},
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance,
			Tags:         []ec2types.Tag{{Key: awssdk.String("Name"), Value: awssdk.String("box")}},
		}},
	}))(t)
}

// recent is a time that the emulator's own clock may have given.
func recent(at time.Time) bool { return time.Since(at).Abs() < time.Hour }
