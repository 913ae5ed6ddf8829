package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	endpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// clients are the API clients of one account. There is one of each, because
// the adaptive retry mode learns per client what pace the service bears.
type clients struct {
	iam           *iam.Client
	organizations *organizations.Client
	s3            *s3.Client
	sts           *sts.Client
	queue         *sqs.Client // That tells of the trail's files.
	buckets       *s3.Client  // The account's own.
	s3control     *s3control.Client
	ssoadmin      *ssoadmin.Client
	identitystore *identitystore.Client
	regions       map[string]regionClients
}

type regionClients struct {
	lambda     *lambda.Client
	ec2        *ec2.Client
	cloudtrail *cloudtrail.Client
	kms        *kms.Client
	secrets    *secretsmanager.Client
	sns        *sns.Client
	sqs        *sqs.Client
}

// connect makes the clients; regions are those of the options, or the default.
func connect(ctx context.Context, o *Options, l *limits, m *meter) (*clients, error) {
	base, err := loadConfig(ctx, o)
	if err != nil {
		return nil, err
	}
	if len(o.Regions) == 0 {
		if base.Region == "" {
			return nil, errors.New("regions: none given and the environment has no default; name at least one region")
		}
		o.Regions = []string{base.Region}
	}
	base.Region = o.Regions[0]
	base.Retryer = func() awssdk.Retryer { return newRetryer(o.MaxBackoff) }
	watched := func(cfg awssdk.Config) awssdk.Config { return watch(cfg, o.Attempts, l, m) }
	account := watched(assume(base, watched(base), o.Role))
	caller := func(r Role) awssdk.Config {
		if r.Own {
			return watched(base)
		}
		return account
	}
	organization := watched(assume(base, caller(o.OrganizationRole), o.OrganizationRole))
	archive := watched(assume(base, caller(o.Trail.Role), o.Trail.Role))
	if o.Trail.Region != "" {
		archive.Region = o.Trail.Region
	}
	directory := watched(assume(base, caller(o.IdentityCenter.Role), o.IdentityCenter.Role))
	if o.IdentityCenter.Region != "" {
		directory.Region = o.IdentityCenter.Region
	}
	c := newClients(o, account, organization, archive, directory)
	notices := watched(assume(base, caller(o.Trail.Queue.Role), o.Trail.Queue.Role))
	notices.Region = cmp.Or(o.Trail.Queue.Region, archive.Region)
	c.queue = sqs.NewFromConfig(notices)
	return c, nil
}

func newClients(o *Options, account, organization, archive, directory awssdk.Config) *clients {
	// An emulator knows buckets by path only.
	byPath := func(so *s3.Options) { so.UsePathStyle = o.Endpoint != "" }
	c := &clients{
		iam:           iam.NewFromConfig(account),
		organizations: organizations.NewFromConfig(organization),
		s3:            s3.NewFromConfig(archive, byPath),
		sts:           sts.NewFromConfig(account),
		buckets:       s3.NewFromConfig(account, byPath),
		s3control:     s3control.NewFromConfig(account, atEndpoint(o.Endpoint)),
		ssoadmin:      ssoadmin.NewFromConfig(directory),
		identitystore: identitystore.NewFromConfig(directory),
		regions:       map[string]regionClients{},
	}
	for _, region := range o.Regions {
		local := account.Copy()
		local.Region = region
		c.regions[region] = regionClients{
			lambda:     lambda.NewFromConfig(local),
			ec2:        ec2.NewFromConfig(local),
			cloudtrail: cloudtrail.NewFromConfig(local),
			kms:        kms.NewFromConfig(local),
			secrets:    secretsmanager.NewFromConfig(local),
			sns:        sns.NewFromConfig(local),
			sqs:        sqs.NewFromConfig(local),
		}
	}
	return c
}

// atEndpoint keeps S3 Control from putting the account before the host of an
// endpoint that was given, which is in the request anyway.
func atEndpoint(endpoint string) func(*s3control.Options) {
	return func(o *s3control.Options) {
		if u, err := url.Parse(endpoint); endpoint != "" && err == nil {
			o.EndpointResolverV2 = fixedEndpoint{*u}
		}
	}
}

type fixedEndpoint struct{ url url.URL }

func (f fixedEndpoint) ResolveEndpoint(context.Context, s3control.EndpointParameters) (endpoints.Endpoint, error) {
	return endpoints.Endpoint{URI: f.url}, nil
}

func loadConfig(ctx context.Context, o *Options) (awssdk.Config, error) {
	var fns []func(*config.LoadOptions) error
	if o.Profile != "" {
		fns = append(fns, config.WithSharedConfigProfile(o.Profile))
	}
	if o.Credentials != nil {
		fns = append(fns, config.WithCredentialsProvider(o.Credentials))
	}
	if o.HTTPClient != nil {
		fns = append(fns, config.WithHTTPClient(o.HTTPClient))
	}
	if len(o.Regions) > 0 {
		fns = append(fns, config.WithRegion(o.Regions[0]))
	}
	cfg, err := config.LoadDefaultConfig(ctx, fns...)
	if err != nil {
		return awssdk.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	if o.Endpoint != "" {
		cfg.BaseEndpoint = awssdk.String(o.Endpoint)
	}
	cfg.Logger = sdkLogger(o.Logger)
	// S3 has checksums of few objects and logs each that lacks one; what a trail
	// delivers has a checksum of its own in gzip.
	cfg.ResponseChecksumValidation = awssdk.ResponseChecksumValidationWhenRequired
	cfg.RetryMaxAttempts = 0 // The options bound the tries, not the environment.
	return cfg, nil
}

// sdkLogger hands on what the SDK logs, which are details of connections.
func sdkLogger(l *slog.Logger) logging.Logger {
	return logging.LoggerFunc(func(_ logging.Classification, format string, args ...any) {
		l.Debug("message of the AWS SDK", "text", fmt.Sprintf(format, args...))
	})
}

// assume returns base with the credentials of the role, taken on with those of
// caller; without a role, with caller's own.
func assume(base, caller awssdk.Config, role Role) awssdk.Config {
	cfg := base.Copy()
	cfg.Credentials = caller.Credentials
	if role.ARN == "" {
		return cfg
	}
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(caller), role.ARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "leastward-exporter"
		if role.ExternalID != "" {
			o.ExternalID = awssdk.String(role.ExternalID)
		}
	})
	cfg.Credentials = awssdk.NewCredentialsCache(provider)
	return cfg
}

// watch returns cfg with the middleware that bounds, limits and counts.
func watch(cfg awssdk.Config, attempts int, l *limits, m *meter) awssdk.Config {
	cfg = cfg.Copy()
	renew := func() {}
	if cache, ok := cfg.Credentials.(interface{ Invalidate() }); ok {
		renew = cache.Invalidate
	}
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), func(stack *middleware.Stack) error {
		if err := stack.Initialize.Add(giveBudget(attempts), middleware.Before); err != nil {
			return fmt.Errorf("add the retry budget: %w", err)
		}
		if err := stack.Finalize.Insert(guard(l, m, renew), "Retry", middleware.After); err != nil {
			return fmt.Errorf("add the rate limit: %w", err)
		}
		return nil
	})
	return cfg
}
