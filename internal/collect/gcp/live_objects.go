package gcp

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// batch reads some objects and notes them: those that could not be read are
// tried again by the next reading.
func (f *folderReading) batch(ctx context.Context, list []logObject) error {
	if len(list) == 0 {
		return nil
	}
	failed := make([]bool, len(list))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(f.options.Parallel)
	for i := range list {
		group.Go(func() error {
			done, err := f.object(inner, list[i].name)
			failed[i] = !done
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return sinkError{err}
	}
	for i := range list {
		if failed[i] {
			f.mark.Again = append(f.mark.Again, list[i].name)
		}
	}
	f.mark.pass(list, f.options.Now())
	_, err := f.commit(func(c *Checkpoint) { c.Folders[f.folder] = f.mark })
	return err
}

// object reads one object and reports whether it is done with. Objects are read
// whole before they are parsed, so that a broken transfer is never taken for a
// damaged object.
// https://cloud.google.com/storage/docs/json_api/v1/objects/get
func (f *folderReading) object(ctx context.Context, name string) (done bool, err error) {
	if f.stopped() || f.late() {
		return false, nil
	}
	data, err := f.client.do(ctx, call{
		op: objectGet, raw: true, query: url.Values{"alt": {"media"}},
		path: "/storage/v1/b/" + url.PathEscape(f.options.Logs.Bucket) + "/o/" + url.PathEscape(name),
	})
	if errors.Is(ctx.Err(), context.Canceled) {
		return false, context.Cause(ctx)
	}
	if err != nil {
		return f.miss(name, err), nil
	}
	f.mine.Lock()
	f.succeeded++
	f.mine.Unlock()
	err = f.parse(ctx, data, "gs://"+f.options.Logs.Bucket+"/"+name)
	return err == nil, err
}

// miss notes an object that could not be read, and reports whether another try
// would be in vain: it is gone.
func (f *folderReading) miss(name string, err error) bool {
	f.mine.Lock()
	defer f.mine.Unlock()
	if isNotFound(err) {
		f.gone = append(f.gone, name)
		return true
	}
	f.failed = append(f.failed, name)
	if f.firstFail == nil {
		f.firstFail = err
	}
	if isRefused(err) {
		f.refused++
	}
	return false
}

// report tells what was not read, in at most one problem of each kind.
func (f *folderReading) report(ctx context.Context) {
	at := "gs://" + f.options.Logs.Bucket + "/"
	if n := len(f.failed); n > 0 {
		p := f.bucketProblem(fmt.Sprintf("%d objects under %s couldn't be read yet", n, f.folder), f.firstFail)
		p.Subject = at + f.failed[0]
		f.reading.report(ctx, p)
	}
	if n := len(f.gone); n > 0 {
		f.reading.report(ctx, entitlement.Problem{Code: CodeLogBucket, Subject: at + f.gone[0], Message: fmt.Sprintf(
			"%d objects were deleted before they were read; keep objects longer than the pause between collections", n)})
	}
	if n := len(f.foreign); n > 0 {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.out.Problems = append(f.out.Problems, entitlement.Problem{Code: CodeLogBucket, Subject: at + f.foreign[0], Message: fmt.Sprintf(
			"%d objects are not named as a sink names them and were left out; let nothing else write there", n)})
	}
}
