package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"golang.org/x/sync/errgroup"
)

// lookupOverlap is how late an event may appear in the event history; AWS says
// that most do within 5 minutes.
const lookupOverlap = 2 * time.Hour

// lookupPart is how much is read between two checkpoints.
const lookupPart = 24 * time.Hour

// lookup reads the event history of every region, all regions at a time since
// each has its own rate limit.
func (r *reading) lookup(ctx context.Context) error {
	now, start := r.options.Now().UTC(), r.windowStart()
	for _, region := range r.options.Regions {
		if through, read := r.out.Checkpoint.Regions[region]; !read || through.Before(start) {
			r.out.Checkpoint.From = time.Time{} // There is a gap, so the history begins anew.
		}
	}
	begins := maps.Clone(r.out.Checkpoint.Regions)
	var regions errgroup.Group
	for _, region := range r.options.Regions {
		begin := latest(begins[region].Add(-lookupOverlap), start)
		regions.Go(func() error { return r.lookupRegion(ctx, region, begin, now) })
	}
	if err := regions.Wait(); err != nil {
		return err
	}
	r.settleFrom(start)
	for _, region := range r.options.Regions {
		again := latest(r.out.Checkpoint.Regions[region].Add(-lookupOverlap), start)
		r.out.Settled = slices.MinFunc([]time.Time{r.out.Settled, again}, time.Time.Compare)
	}
	return nil
}

// lookupRegion reads one region in parts, the oldest first, because the API
// answers with the newest first and a broken part has to be read again.
func (r *reading) lookupRegion(ctx context.Context, region string, begin, end time.Time) error {
	for begin.Before(end) {
		until := begin.Add(lookupPart)
		if until.After(end) {
			until = end
		}
		err := r.lookupSpan(ctx, region, begin, until)
		if sink, ok := errors.AsType[sinkError](err); ok {
			return sink.error
		}
		if err != nil {
			r.lookupFailed(ctx, region, begin, err)
			return nil
		}
		if err := r.saveRegion(region, until); err != nil {
			return err
		}
		begin = until
	}
	return nil
}

func (r *reading) lookupFailed(ctx context.Context, region string, begin time.Time, err error) {
	code := CodeCloudTrail
	if isRefused(err) {
		code = CodeCloudTrailDisabled
	}
	effect := fmt.Sprintf("events of region %s since %s aren't read yet", region, begin.Format(time.RFC3339))
	r.report(ctx, problem(code, "cloudtrail:LookupEvents in "+region, effect, err))
}

// lookupSpan reads the events of [begin, end], in seconds. An error of the sink
// or the context while parsing is a sinkError.
func (r *reading) lookupSpan(ctx context.Context, region string, begin, end time.Time) error {
	pages := cloudtrail.NewLookupEventsPaginator(r.clients.regions[region].cloudtrail, &cloudtrail.LookupEventsInput{
		StartTime: &begin, EndTime: &end,
	})
	for n := 1; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("look up events in %s, page %d: %w", region, n, err)
		}
		data, err := json.Marshal(page)
		if err != nil {
			return fmt.Errorf("encode events of %s: %w", region, err)
		}
		name := fmt.Sprintf("cloudtrail:LookupEvents in %s from %s, page %d", region, begin.Format(time.RFC3339), n)
		if err := r.parse(ctx, data, name); err != nil {
			return sinkError{err}
		}
	}
	return nil
}

// sinkError marks an error of the sink or the context, unlike those of the
// source.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }
