// Package aws plans and makes changes in AWS accounts: the only code of the
// suite that calls AWS's writing APIs.
//
// Reading and writing are two types. A [Reader] plans; what it holds has no
// writing method, and its client refuses every call that is not on the list of
// reading ones before it is sent. A [Writer] makes one change at a time. A dry
// run has a Reader alone.
package aws

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// Account says which account to work on and how to reach it.
type Account struct {
	ID       entitlement.SystemID
	Region   string
	Endpoint string // Replaces AWS's own, for an emulator; "" is AWS.
	// RoleARN is assumed first; "" uses the environment's credentials.
	RoleARN    string
	ExternalID shared.Secret
	// HTTP defaults to the SDK's own client.
	HTTP *http.Client
}

func (a *Account) config(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithRegion(a.Region), config.WithAppID("leastward-remediator")}
	if a.HTTP != nil {
		options = append(options, config.WithHTTPClient(a.HTTP))
	}
	if a.Endpoint != "" {
		options = append(options, config.WithBaseEndpoint(a.Endpoint))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load the AWS configuration for account %s: %w", a.ID, err)
	}
	cfg.Credentials = told{CredentialsProvider: cfg.Credentials}
	if a.RoleARN != "" {
		role := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), a.RoleARN, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "leastward-remediator"
			if a.ExternalID != "" {
				o.ExternalID = aws.String(a.ExternalID.Reveal())
			}
		})
		cfg.Credentials = told{CredentialsProvider: aws.NewCredentialsCache(role), role: true}
	}
	return cfg, nil
}

// onlyReads is a guard in a client's stack: it refuses every operation that is
// not in the list, before the request is made.
func onlyReads(o *iam.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("leastward:OnlyReads",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if name := awsmiddleware.GetOperationName(ctx); !isRead(name) {
					return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s is not a reading call: this client only reads", name)
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.After)
	})
}

func isRead(operation string) bool {
	switch operation {
	case "GetUser", "ListAttachedUserPolicies", "ListUserPolicies", "GetUserPolicy", "ListGroupsForUser",
		"ListAttachedGroupPolicies", "ListGroupPolicies", "GetGroupPolicy", "GetPolicy", "GetPolicyVersion", "GetAccountSummary":
		return true
	}
	return false
}

// once is for writes: a request whose answer was lost is not sent again, since
// the caller looks first whether it took effect.
func once(o *iam.Options) { o.Retryer = aws.NopRetryer{} }
