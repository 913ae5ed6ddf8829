package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// receipts are the messages that are in work or done with, and hidden from
// others until they are deleted.
type receipts struct {
	*Collector

	mu      sync.Mutex // Guards handles.
	handles map[string]string
}

func newReceipts(c *Collector) *receipts {
	return &receipts{Collector: c, handles: map[string]string{}}
}

func (h *receipts) add(id, handle string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.handles[id] = handle
}

// renew notes that a message came again before its time; the latest handle
// counts.
func (h *receipts) renew(id, handle string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, held := h.handles[id]; held {
		h.handles[id] = handle
	}
}

func (h *receipts) drop(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.handles, id)
}

// batches returns the messages, as many at a time as SQS takes.
func (h *receipts) batches() [][]types.DeleteMessageBatchRequestEntry {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []types.DeleteMessageBatchRequestEntry
	for i, id := range slices.Sorted(maps.Keys(h.handles)) {
		all = append(all, types.DeleteMessageBatchRequestEntry{Id: awssdk.String(strconv.Itoa(i)), ReceiptHandle: awssdk.String(h.handles[id])})
	}
	return slices.Collect(slices.Chunk(all, 10))
}

// prolong keeps the messages hidden until the function that it returns is
// called, and then once more, so that there is time to save what was read.
func (h *receipts) prolong(ctx context.Context) (stop func()) {
	inner, cancel := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error {
		tick := time.NewTicker(h.options.Trail.Queue.Visibility / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				h.extend(inner)
			case <-inner.Done():
				return nil
			}
		}
	})
	return func() {
		cancel()
		_ = group.Wait() // The function returns nil.
		h.extend(ctx)
	}
}

// extend hides the messages for another while. Where that fails they may come
// again, which changes nothing.
func (h *receipts) extend(ctx context.Context) {
	o := &h.options.Trail.Queue
	for _, batch := range h.batches() {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &o.URL}
		for _, m := range batch {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: m.Id, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: wholeSeconds(o.Visibility),
			})
		}
		if _, err := h.clients.queue.ChangeMessageVisibilityBatch(ctx, in); err != nil {
			h.options.Logger.WarnContext(ctx, "messages may come again while they are in work", "queue", o.URL, "err", err)
			return
		}
	}
}

// confirm deletes the messages. Where that fails they come again, and the
// checkpoint knows that their files were read.
func (h *receipts) confirm(ctx context.Context) []entitlement.Problem {
	o := &h.options.Trail.Queue
	var failed int
	var first error
	for _, batch := range h.batches() {
		out, err := h.clients.queue.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &o.URL, Entries: batch})
		switch {
		case err != nil:
			failed += len(batch)
		case len(out.Failed) > 0:
			failed += len(out.Failed)
			err = errors.New(awssdk.ToString(out.Failed[0].Code) + ": " + awssdk.ToString(out.Failed[0].Message))
		}
		if first == nil && err != nil {
			first = fmt.Errorf("delete messages of %s: %w", o.URL, err)
		}
	}
	if first == nil {
		return nil
	}
	return []entitlement.Problem{problem(CodeTrailQueue, o.URL, fmt.Sprintf(
		"%d messages whose files were read stay in the queue", failed), first)}
}
