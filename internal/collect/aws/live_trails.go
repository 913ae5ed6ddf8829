package aws

import (
	"context"
	"fmt"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/leastward/leastward/internal/entitlement"
)

// Coverage tells what the trails that deliver to the configured bucket record.
// Without a bucket it is empty: LookupEvents has management events alone.
type Coverage struct {
	// DataEvents are the services, as IAM prefixes ("s3", "lambda"), whose every
	// data event is recorded: reads and writes, all resources, all regions. What
	// is recorded for named resources alone doesn't make a service observable.
	DataEvents []string
	// Since is when the longest-running of the trails last started; zero if
	// unknown.
	Since time.Time
}

// Coverage asks CloudTrail what is recorded. Whatever narrows it is a problem.
func (c *Collector) Coverage(ctx context.Context) (Coverage, []entitlement.Problem) {
	if c.options.Trail.Name == "" {
		return Coverage{}, nil
	}
	trails, problems := c.trails(ctx)
	if len(trails) == 0 {
		if len(problems) == 0 {
			problems = []entitlement.Problem{c.noTrail()}
		}
		return Coverage{}, problems
	}
	var all selection
	var since time.Time
	for _, t := range trails {
		s, started, err := c.trailSelection(ctx, t)
		if err != nil {
			problems = append(problems, problem(CodeCloudTrail, awssdk.ToString(t.TrailARN),
				"what this trail records is unknown, so data events count as not recorded", err))
			continue
		}
		all.merge(s)
		if !started.IsZero() && (since.IsZero() || started.Before(since)) {
			since = started
		}
	}
	return Coverage{DataEvents: all.services(), Since: since}, append(problems, all.problems(c.options.Trail.Name)...)
}

func (c *Collector) noTrail() entitlement.Problem {
	return entitlement.Problem{
		Code: CodeCloudTrailDisabled, Subject: "s3://" + c.options.Trail.Name,
		Message: fmt.Sprintf("no trail of account %s that is switched on delivers to bucket %q under prefix %q, "+
			"so nothing can be said to be unused. Switch a multi-region trail on, or correct the bucket or its prefix",
			c.account, c.options.Trail.Name, c.options.Trail.Prefix),
	}
}

// trails lists the trails, of all configured regions, that deliver to the
// bucket.
func (c *Collector) trails(ctx context.Context) ([]types.Trail, []entitlement.Problem) {
	var found []types.Trail
	var problems []entitlement.Problem
	seen := map[string]bool{}
	for _, region := range c.options.Regions {
		out, err := c.clients.regions[region].cloudtrail.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
		if err != nil {
			problems = append(problems, problem(CodeCloudTrailDisabled, "cloudtrail:DescribeTrails in "+region,
				"the trails are unknown, so data events count as not recorded", err))
			continue
		}
		for _, t := range out.TrailList {
			arn := awssdk.ToString(t.TrailARN)
			if !seen[arn] && c.deliversHere(&t) {
				found = append(found, t)
			}
			seen[arn] = true
		}
	}
	return found, problems
}

func (c *Collector) deliversHere(t *types.Trail) bool {
	prefix := strings.Trim(awssdk.ToString(t.S3KeyPrefix), "/")
	return awssdk.ToString(t.S3BucketName) == c.options.Trail.Name && prefix == c.options.Trail.Prefix
}

// trailSelection returns what the trail records, nothing if it is off, and
// since when it is on. A trail is asked in its home region.
func (c *Collector) trailSelection(ctx context.Context, t types.Trail) (selection, time.Time, error) {
	client := c.clients.regions[c.options.Regions[0]].cloudtrail
	home := func(o *cloudtrail.Options) {
		if t.HomeRegion != nil {
			o.Region = *t.HomeRegion
		}
	}
	status, err := client.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: t.TrailARN}, home)
	if err != nil {
		return selection{}, time.Time{}, fmt.Errorf("get the status of trail %s: %w", awssdk.ToString(t.TrailARN), err)
	}
	if !awssdk.ToBool(status.IsLogging) {
		return selection{}, time.Time{}, nil
	}
	out, err := client.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: t.TrailARN}, home)
	if err != nil {
		return selection{}, time.Time{}, fmt.Errorf("get the event selectors of trail %s: %w", awssdk.ToString(t.TrailARN), err)
	}
	if !awssdk.ToBool(t.IsMultiRegionTrail) {
		return selection{oneRegion: awssdk.ToString(t.HomeRegion)}, awssdk.ToTime(status.StartLoggingTime), nil
	}
	return selectionOf(out), awssdk.ToTime(status.StartLoggingTime), nil
}
