package aws

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"
)

// outcome sorts the files of a batch.
type outcome struct {
	read    []logFile // Done with, also those that are gone or damaged: no try would mend them.
	failed  []logFile // To be tried again.
	untried []logFile // Left because every file is refused.
}

// readFiles reads the files, several at a time. An error is the sink's or the
// context's.
func (r *reading) readFiles(ctx context.Context, files []logFile, losses *losses) (outcome, error) {
	var mu sync.Mutex // Guards got.
	var got outcome
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(r.options.Parallel)
	for _, f := range files {
		group.Go(func() error {
			if losses.hopeless() {
				mu.Lock()
				defer mu.Unlock()
				got.untried = append(got.untried, f)
				return nil
			}
			done, err := r.readFile(inner, f, losses)
			mu.Lock()
			defer mu.Unlock()
			if done {
				got.read = append(got.read, f)
			} else {
				got.failed = append(got.failed, f)
			}
			return err
		})
	}
	err := group.Wait()
	return got, err
}

// readFile reads one file and reports whether it is done with.
func (r *reading) readFile(ctx context.Context, f logFile, losses *losses) (done bool, err error) {
	data, err := r.fetch(ctx, f.key)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case isNotFound(err):
		losses.miss(f, err)
		return true, nil
	case err != nil:
		losses.add(&losses.unread, f.key, err)
		return false, nil
	}
	losses.success()
	err = r.parse(ctx, data, "s3://"+r.options.Trail.Name+"/"+f.key)
	return err == nil, err
}

// fetchTries is how often a file whose transfer broke off is fetched.
const fetchTries = 3

// fetch returns a file as it is stored. Files are read whole before they are
// parsed, so that a broken transfer is never taken for a damaged file.
func (r *reading) fetch(ctx context.Context, key string) ([]byte, error) {
	for try := 1; ; try++ {
		out, err := r.clients.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.options.Trail.Name, Key: &key})
		if err != nil {
			return nil, fmt.Errorf("get s3://%s/%s: %w", r.options.Trail.Name, key, err)
		}
		data, err := io.ReadAll(out.Body)
		_ = out.Body.Close() // Read to its end or broken.
		if err == nil {
			return data, nil
		}
		if try == fetchTries || ctx.Err() != nil {
			return nil, fmt.Errorf("read s3://%s/%s: %w", r.options.Trail.Name, key, err)
		}
	}
}
