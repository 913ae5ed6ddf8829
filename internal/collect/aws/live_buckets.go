package aws

import (
	"context"
	"fmt"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
)

// buckets reads the S3 buckets of the account, of all regions, with who may
// reach them and how they are encrypted.
func (r *collection) buckets(ctx context.Context) {
	list, err := r.listBuckets(ctx)
	if err != nil {
		r.fail(ctx, CodeBuckets, "s3:ListBuckets", "buckets are missing", err)
		if len(list) == 0 {
			return
		}
	}
	document := map[string]any{}
	block, err := r.accountBlock(ctx)
	if err != nil {
		r.fail(ctx, CodeBuckets, "s3control:GetPublicAccessBlock", "whether the account blocks public access is unknown", err)
	} else {
		document["AccountPublicAccessBlock"] = block
	}
	parts := &bucketParts{}
	document["Buckets"] = each(ctx, r, list, func(ctx context.Context, b types.Bucket) found { return r.bucket(ctx, b, parts) })
	parts.report(ctx, r)
	r.enter(ctx, CodeBuckets, "s3:ListBuckets of account "+string(r.account), document)
}

func (r *collection) listBuckets(ctx context.Context) ([]types.Bucket, error) {
	var all []types.Bucket
	// With a size of pages S3 tells the regions of the buckets.
	pages := s3.NewListBucketsPaginator(r.clients.buckets, &s3.ListBucketsInput{MaxBuckets: awssdk.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return all, fmt.Errorf("list the buckets: %w", err)
		}
		all = append(all, page.Buckets...)
	}
	return all, nil
}

// accountBlock returns the account's Block Public Access, nil if it has none.
func (r *collection) accountBlock(ctx context.Context) (any, error) {
	account := string(r.account)
	out, err := r.clients.s3control.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &account})
	switch {
	case errorCode(err) == "NoSuchPublicAccessBlockConfiguration":
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("get the account's public access block: %w", err)
	}
	return out.PublicAccessBlockConfiguration, nil
}

// bucketParts follow the operations over all buckets.
type bucketParts struct {
	location, policy, encryption, block, ownership, grants, tags survey
}

func (p *bucketParts) report(ctx context.Context, r *collection) {
	for _, part := range []struct {
		survey          *survey
		operation, what string
	}{
		{&p.location, "GetBucketLocation", "regions of buckets, and all that is asked there,"},
		{&p.policy, "GetBucketPolicy", "policies of buckets"},
		{&p.encryption, "GetBucketEncryption", "encryptions of buckets"},
		{&p.block, "GetPublicAccessBlock", "public access blocks of buckets"},
		{&p.ownership, "GetBucketOwnershipControls", "object ownerships of buckets"},
		{&p.grants, "GetBucketAcl", "access control lists of buckets"},
		{&p.tags, "GetBucketTagging", "tags of buckets"},
	} {
		part.survey.report(ctx, r, CodeBuckets, "s3:"+part.operation, part.what)
	}
}

// bucket asks a bucket in its own region for its parts.
func (r *collection) bucket(ctx context.Context, b types.Bucket, p *bucketParts) found {
	out := found{"Name": b.Name, "Account": r.account}
	region, known := r.regionOf(ctx, b, p)
	if !known {
		return out
	}
	out["Region"] = region
	client, at := r.clients.buckets, func(o *s3.Options) { o.Region = region }
	policy, known := ask(&p.policy, func() (*s3.GetBucketPolicyOutput, error) {
		return client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b.Name}, at)
	}, "NoSuchBucketPolicy")
	out.set("Policy", policyOf(policy), known)
	encryption, known := ask(&p.encryption, func() (*s3.GetBucketEncryptionOutput, error) {
		return client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b.Name}, at)
	}, "ServerSideEncryptionConfigurationNotFoundError")
	out.set("Encryption", encryption, known)
	block, known := ask(&p.block, func() (*s3.GetPublicAccessBlockOutput, error) {
		return client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: b.Name}, at)
	}, "NoSuchPublicAccessBlockConfiguration")
	out.set("PublicAccessBlock", block, known)
	r.bucketList(ctx, b, p, out, at)
	return out
}

// bucketList asks for the access control list, the ownership that may switch
// it off, and the tags.
func (r *collection) bucketList(ctx context.Context, b types.Bucket, p *bucketParts, out found, at func(*s3.Options)) {
	client := r.clients.buckets
	ownership, known := ask(&p.ownership, func() (*s3.GetBucketOwnershipControlsOutput, error) {
		return client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: b.Name}, at)
	}, "OwnershipControlsNotFoundError")
	out.set("Ownership", ownership, known)
	grants, known := ask(&p.grants, func() (*s3.GetBucketAclOutput, error) {
		return client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: b.Name}, at)
	})
	out.set("Grants", grants, known)
	tags, known := ask(&p.tags, func() (*s3.GetBucketTaggingOutput, error) {
		return client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b.Name}, at)
	}, "NoSuchTagSet")
	out.set("Tags", tags, known)
}

func policyOf(out *s3.GetBucketPolicyOutput) *string {
	if out == nil {
		return nil
	}
	return out.Policy
}

// regionOf returns the region of a bucket, which the listing tells in most
// partitions.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
func (r *collection) regionOf(ctx context.Context, b types.Bucket, p *bucketParts) (string, bool) {
	if region := awssdk.ToString(b.BucketRegion); region != "" {
		return region, true
	}
	out, known := ask(&p.location, func() (*s3.GetBucketLocationOutput, error) {
		return r.clients.buckets.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: b.Name})
	})
	switch {
	case !known:
		return "", false
	case out.LocationConstraint == "":
		return "us-east-1", true
	case out.LocationConstraint == types.BucketLocationConstraintEu:
		return "eu-west-1", true
	}
	return string(out.LocationConstraint), true
}
