// Package awstest fills an emulated AWS account for tests and reads it back.
package awstest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// ID is the number of the emulated account.
const ID = "123456789012"

// Account is an emulated account.
type Account struct {
	tb  testing.TB
	IAM *iam.Client
}

// New returns the account behind an emulator's URL.
func New(tb testing.TB, endpoint string) *Account {
	tb.Helper()
	return &Account{tb: tb, IAM: iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})}
}

// User says what a user shall have.
type User struct {
	Name     string
	Attached []string          // ARNs.
	Inline   map[string]string // Documents by name.
	Groups   []string
	Tags     map[string]string
	Boundary string
}

// ARN returns the ARN of a user without a path.
func ARN(name string) string { return "arn:aws:iam::" + ID + ":user/" + name }

func (a *Account) must(what string, err error) {
	a.tb.Helper()
	if err != nil {
		a.tb.Fatalf("%s: %v", what, err)
	}
}

// AddUser makes a user and returns its ARN.
func (a *Account) AddUser(ctx context.Context, u User) string {
	a.tb.Helper()
	in := &iam.CreateUserInput{UserName: &u.Name}
	if u.Boundary != "" {
		in.PermissionsBoundary = &u.Boundary
	}
	for k, v := range u.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(k), Value: aws.String(v)})
	}
	_, err := a.IAM.CreateUser(ctx, in)
	a.must("create user "+u.Name, err)
	for _, arn := range u.Attached {
		_, err := a.IAM.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &u.Name, PolicyArn: &arn})
		a.must("attach "+arn, err)
	}
	for name, doc := range u.Inline {
		_, err := a.IAM.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &u.Name, PolicyName: &name, PolicyDocument: &doc})
		a.must("put "+name, err)
	}
	for _, group := range u.Groups {
		_, err := a.IAM.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: &u.Name, GroupName: &group})
		a.must("add to "+group, err)
	}
	return ARN(u.Name)
}

// AddGroup makes a group with managed and inline policies.
func (a *Account) AddGroup(ctx context.Context, name string, attached []string, inline map[string]string) {
	a.tb.Helper()
	_, err := a.IAM.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name})
	a.must("create group "+name, err)
	for _, arn := range attached {
		_, err := a.IAM.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: &name, PolicyArn: &arn})
		a.must("attach "+arn, err)
	}
	for policy, doc := range inline {
		_, err := a.IAM.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: &name, PolicyName: &policy, PolicyDocument: &doc})
		a.must("put "+policy, err)
	}
}

// AddPolicy makes a customer managed policy and returns its ARN.
func (a *Account) AddPolicy(ctx context.Context, name, doc string) string {
	a.tb.Helper()
	out, err := a.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &doc})
	a.must("create policy "+name, err)
	return *out.Policy.Arn
}

// Read returns everything about all users and groups as one JSON text, lists
// sorted.
func (a *Account) Read(ctx context.Context) string {
	a.tb.Helper()
	out, err := a.IAM.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{
		MaxItems: aws.Int32(1000), Filter: []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup, types.EntityTypeLocalManagedPolicy},
	})
	a.must("read the account", err)
	if out.IsTruncated {
		a.tb.Fatal("the account has more than one page")
	}
	for _, u := range out.UserDetailList {
		sort.Slice(u.AttachedManagedPolicies, func(i, j int) bool {
			return *u.AttachedManagedPolicies[i].PolicyArn < *u.AttachedManagedPolicies[j].PolicyArn
		})
		sort.Slice(u.UserPolicyList, func(i, j int) bool { return *u.UserPolicyList[i].PolicyName < *u.UserPolicyList[j].PolicyName })
		sort.Slice(u.Tags, func(i, j int) bool { return *u.Tags[i].Key < *u.Tags[j].Key })
		sort.Strings(u.GroupList)
	}
	text, err := json.MarshalIndent(map[string]any{"users": out.UserDetailList, "groups": out.GroupDetailList}, "", " ")
	a.must("encode", err)
	return string(text)
}

// ReadUser returns what a user has, as one sorted text a line each.
func (a *Account) ReadUser(ctx context.Context, name string) []string {
	a.tb.Helper()
	var lines []string
	attached, err := a.IAM.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &name})
	a.must("list attached", err)
	for _, p := range attached.AttachedPolicies {
		lines = append(lines, "attached "+*p.PolicyArn)
	}
	inline, err := a.IAM.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &name})
	a.must("list inline", err)
	for _, p := range inline.PolicyNames {
		doc, err := a.IAM.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &name, PolicyName: &p})
		a.must("get inline", err)
		text, err := url.PathUnescape(*doc.PolicyDocument)
		a.must("decode", err)
		lines = append(lines, "inline "+p+" "+text)
	}
	groups, err := a.IAM.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: &name})
	a.must("list groups", err)
	for _, g := range groups.Groups {
		lines = append(lines, "group "+*g.GroupName)
	}
	user, err := a.IAM.GetUser(ctx, &iam.GetUserInput{UserName: &name})
	a.must("get user", err)
	for _, t := range user.User.Tags {
		lines = append(lines, fmt.Sprintf("tag %s=%s", *t.Key, *t.Value))
	}
	if b := user.User.PermissionsBoundary; b != nil {
		lines = append(lines, "boundary "+*b.PermissionsBoundaryArn)
	}
	sort.Strings(lines)
	return lines
}
