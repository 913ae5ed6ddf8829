package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// container returns a client of a container of the log storage.
func (c *client) container(o *Options, name string) (*container.Client, error) {
	account := o.Logs.Storage.Account
	address := "https://" + account + "." + c.at.storage
	switch {
	case strings.Contains(account, "://"):
		address = strings.TrimRight(account, "/")
	case o.Endpoint != "":
		address = strings.TrimRight(o.Endpoint, "/") + "/" + account
	}
	return container.NewClient(address+"/"+name, c.credential, &container.ClientOptions{ClientOptions: policy.ClientOptions{
		Transport: o.Transport, Cloud: c.at.cloud, Retry: policy.RetryOptions{MaxRetries: -1},
		PerCallPolicies: []policy.Policy{&patience{o.Attempts, o.MaxBackoff}}, PerRetryPolicies: []policy.Policy{c.guard},
		InsecureAllowCredentialWithHTTP: strings.HasPrefix(address, "http://"),
	}})
}

// withOperation tells the guard what a request of the storage client is.
func withOperation(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, callKey{}, request{op: Operation{"Storage", name}, family: familyStorage})
}

// stream reads the blobs of one stream.
type stream struct {
	*reading
	client    *container.Client
	container string
	key       string
	mark      *StreamMark
	deleted   []string
}

// fetched is what was read of a blob.
type fetched struct {
	logBlob
	from int64 // In bytes.
	data []byte
	err  error
}

// read reads blobs, several at a time, and hands on their events in order. An
// error is the sink's or the context's.
func (s *stream) read(ctx context.Context, blobs []logBlob) error {
	defer func() { s.gone(ctx) }()
	for some := range slices.Chunk(blobs, max(1, s.options.Parallel/2)) {
		got := s.fetch(ctx, some)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		more, err := s.takeAll(ctx, got)
		if err != nil {
			return err
		}
		s.out.Checkpoint.Streams[s.key] = s.mark.clone()
		if err := s.commit(); err != nil {
			return err
		}
		if !more {
			break
		}
	}
	s.again(s.mark.floor().Add(-24 * time.Hour)) // Blobs that are written anew have events from before their hour.
	return nil
}

func (s *stream) takeAll(ctx context.Context, got []fetched) (more bool, err error) {
	for i := range got {
		if more, err := s.take(ctx, &got[i]); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

func (s *stream) fetch(ctx context.Context, blobs []logBlob) []fetched {
	got := make([]fetched, len(blobs))
	var group errgroup.Group
	for i, b := range blobs {
		group.Go(func() error {
			got[i] = s.fetchOne(ctx, b)
			return nil
		})
	}
	_ = group.Wait() // Failures are the blobs' own.
	return got
}

// fetchOne reads a blob from where the last reading ended. One that is shorter
// than that, or that is not appended to, is read from its beginning.
func (s *stream) fetchOne(ctx context.Context, b logBlob) fetched {
	f := fetched{logBlob: b, from: s.mark.Read[b.name]}
	if again, ok := s.mark.Again[b.name]; ok {
		f.from = again
	}
	if !b.growth || b.size >= 0 && b.size < f.from {
		f.from = 0
	}
	f.data, f.err = s.download(ctx, b.name, f.from, b.size)
	switch {
	case isNotFound(f.err):
		f.err = errDeleted
	case statusOf(f.err) == http.StatusRequestedRangeNotSatisfiable:
		f.data, f.err = nil, nil // Nothing was added.
	}
	return f
}

// download returns a part of a blob, up to the size that the listing told.
func (s *stream) download(ctx context.Context, name string, from, size int64) ([]byte, error) {
	rest := int64(0) // Up to the end.
	if size >= 0 {
		rest = size - from
	}
	out, err := s.client.NewBlobClient(name).DownloadStream(withOperation(ctx, "blobs/read"), &blob.DownloadStreamOptions{
		Range: blob.HTTPRange{Offset: from, Count: rest},
	})
	if err != nil {
		return nil, fmt.Errorf("get blob %s: %w", name, err)
	}
	body := out.NewRetryReader(withOperation(ctx, "blobs/read"), &blob.RetryReaderOptions{MaxRetries: 3})
	defer body.Close() //nolint:errcheck // read to its end or broken
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", name, err)
	}
	return data, nil
}

// take hands the events of a blob on and reports whether the stream goes on.
func (s *stream) take(ctx context.Context, f *fetched) (bool, error) {
	switch {
	case errors.Is(f.err, errDeleted):
		s.deleted = append(s.deleted, f.name)
		delete(s.mark.Again, f.name)
		return true, nil
	case isRefused(f.err) || isExpired(f.err):
		s.report(ctx, s.storageProblem(s.container, "events from "+f.hour.Format("2006-01-02 15:04")+" on aren't read yet", f.err))
		return false, nil
	case f.err != nil:
		s.mark.Again[f.name] = f.from
		s.report(ctx, s.storageProblem(s.container, "the events of "+f.name+" aren't read yet", f.err))
		return true, nil //nolint:nilerr // It is a problem, and the blob is tried again.
	}
	whole := len(f.data)
	if f.growth && s.options.Now().Sub(f.hour) < stillWritten {
		whole = wholeLines(f.data)
	}
	if whole > 0 {
		if err := s.parse(ctx, f.data[:whole], s.container+"/"+f.name); err != nil {
			return false, err
		}
	}
	s.mark.pass(&f.logBlob, f.from+int64(whole), s.options.Now())
	return true, nil
}

// stillWritten is how long after the beginning of its hour the last line of a
// blob may be part of one.
const stillWritten = 3 * time.Hour

// wholeLines returns the length of the text without a line at its end that is
// still being written.
func wholeLines(b []byte) int {
	last := bytes.LastIndexByte(b, '\n') + 1
	if rest := bytes.TrimSpace(b[last:]); len(rest) == 0 || json.Valid(rest) {
		return len(b)
	}
	return last
}

// gone reports blobs that were deleted, which no later reading brings back.
func (s *stream) gone(ctx context.Context) {
	if len(s.deleted) == 0 {
		return
	}
	s.report(ctx, entitlement.Problem{
		Code: CodeExportPartial, Subject: s.container + "/" + s.deleted[0],
		Message: fmt.Sprintf("%d blobs were deleted before they were read; keep them longer than the pause between collections", len(s.deleted)),
	})
}
