package aws

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"sync"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/leastward/leastward/internal/entitlement"
)

// logFile is one file that a trail delivered.
type logFile struct {
	key       string
	delivered time.Time
}

// deliveryTime reads the time in the name of a trail's file:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func deliveryTime(key string) (time.Time, bool) {
	m := deliveryName().FindStringSubmatch(key)
	if m == nil {
		return time.Time{}, false
	}
	t, err := time.Parse("20060102T1504Z", m[1])
	return t, err == nil
}

//nolint:gochecknoglobals // Compiled once, for there may be many keys.
var deliveryName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`_CloudTrail_[a-z0-9-]+_(\d{8}T\d{4}Z)_[A-Za-z0-9]+\.json(\.gz)?$`)
})

// bucket reads the trail's files.
func (r *reading) bucket(ctx context.Context) error {
	r.out.Coverage, r.out.Problems = r.Coverage(ctx)
	if r.listingDue() {
		if err := r.list(ctx); err != nil {
			return err
		}
	}
	if r.options.Trail.Queue.URL == "" {
		return nil
	}
	return r.queue(ctx)
}

// list reads the files that a listing of the bucket finds new.
func (r *reading) list(ctx context.Context) error {
	folders, err := r.folders(ctx)
	if err != nil {
		r.report(ctx, r.bucketProblem("events can't be read", err))
		return nil
	}
	if len(folders) == 0 {
		r.report(ctx, r.noFiles())
	}
	for _, prefix := range folders {
		if err := r.folder(ctx, prefix); err != nil {
			return err
		}
	}
	if r.options.Trail.Queue.URL != "" && r.complete {
		r.out.Checkpoint.Listed = r.options.Now()
	}
	if r.out.Checkpoint.From.IsZero() && r.complete {
		if earliest, _ := r.earliestFile(ctx); !earliest.IsZero() {
			r.settleFrom(latest(earliest, r.windowStart(), r.out.Coverage.Since))
		}
	}
	return nil
}

// folders lists the folders of the account's regions, those of its own trail
// and those of an organisation's.
func (c *Collector) folders(ctx context.Context) ([]string, error) {
	root := path.Join(c.options.Trail.Prefix, "AWSLogs") + "/"
	own, err := c.subfolders(ctx, root+string(c.account)+"/CloudTrail/")
	if err != nil {
		return nil, err
	}
	organizations, err := c.subfolders(ctx, root+"o-")
	if err != nil && len(own) > 0 {
		return own, nil // A bucket policy may allow the account's own folder alone.
	}
	if err != nil {
		return nil, err
	}
	for _, o := range organizations {
		of, err := c.subfolders(ctx, o+string(c.account)+"/CloudTrail/")
		if err != nil {
			return nil, err
		}
		own = append(own, of...)
	}
	return own, nil
}

func (c *Collector) subfolders(ctx context.Context, prefix string) ([]string, error) {
	var found []string
	pages := s3.NewListObjectsV2Paginator(c.clients.s3, &s3.ListObjectsV2Input{
		Bucket: &c.options.Trail.Name, Prefix: &prefix, Delimiter: awssdk.String("/"),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list s3://%s/%s: %w", c.options.Trail.Name, prefix, err)
		}
		for _, p := range page.CommonPrefixes {
			found = append(found, awssdk.ToString(p.Prefix))
		}
	}
	return found, nil
}

// earliestFile is when the first file that is still there was delivered, of
// all folders; zero if there is none.
func (c *Collector) earliestFile(ctx context.Context) (time.Time, []entitlement.Problem) {
	folders, err := c.folders(ctx)
	if err != nil {
		return time.Time{}, []entitlement.Problem{c.bucketProblem("how far back the events go is unknown", err)}
	}
	var earliest time.Time
	for _, prefix := range folders {
		out, err := c.clients.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
			Bucket: &c.options.Trail.Name, Prefix: &prefix, MaxKeys: awssdk.Int32(1),
		})
		if err != nil {
			return time.Time{}, []entitlement.Problem{c.bucketProblem("how far back the events go is unknown", err)}
		}
		for _, o := range out.Contents {
			t, ok := deliveryTime(awssdk.ToString(o.Key))
			if ok && (earliest.IsZero() || t.Before(earliest)) {
				earliest = t
			}
		}
	}
	return earliest, nil
}

func (c *Collector) bucketProblem(effect string, err error) entitlement.Problem {
	code := CodeCloudTrail
	if isRefused(err) {
		code = CodeCloudTrailBucket
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok && response.Response != nil {
		if region := response.Response.Header.Get("X-Amz-Bucket-Region"); region != "" && region != c.bucketRegion() {
			effect += fmt.Sprintf(" because the bucket is in region %s, not %s: set its region", region, c.bucketRegion())
		}
	}
	return problem(code, "s3://"+c.options.Trail.Name, effect, err)
}

func (c *Collector) bucketRegion() string {
	if c.options.Trail.Region != "" {
		return c.options.Trail.Region
	}
	return c.options.Regions[0]
}

func (c *Collector) noFiles() entitlement.Problem {
	return entitlement.Problem{
		Code: CodeCloudTrailDisabled, Subject: "s3://" + c.options.Trail.Name,
		Message: fmt.Sprintf("the bucket has no files of account %s under %q, so nothing can be said to be unused. "+
			"Correct the bucket or its prefix, or let a trail deliver to it",
			c.account, path.Join(c.options.Trail.Prefix, "AWSLogs")),
	}
}
