package gcp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// ackSize is how many messages one request names, which is to be below 512 KiB.
// https://cloud.google.com/pubsub/quotas#resource_limits
const ackSize = 1000

// holds are the messages that are in work or done with, and hidden until they
// are acknowledged.
type holds struct {
	*Collector

	mu  sync.Mutex // Guards ids.
	ids map[string]bool
}

func newHolds(c *Collector) *holds { return &holds{Collector: c, ids: map[string]bool{}} }

func (h *holds) add(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids[id] = true
}

func (h *holds) drop(ids []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		delete(h.ids, id)
	}
}

func (h *holds) batches() [][]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(h.ids)), ackSize))
}

// prolong keeps the messages hidden until the function that it returns is
// called, and then once more, so that there is time to keep what was read.
func (h *holds) prolong(ctx context.Context) (stop func()) {
	inner, cancel := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error {
		tick := time.NewTicker(h.options.Logs.Hold / 3)
		defer tick.Stop()
		h.extend(inner)
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
func (h *holds) extend(ctx context.Context) {
	for _, ids := range h.batches() {
		_, err := h.client.do(ctx, call{op: extend, path: "/v1/" + h.options.Logs.Subscription + ":modifyAckDeadline", body: map[string]any{
			"ackIds": ids, "ackDeadlineSeconds": int(h.options.Logs.Hold / time.Second),
		}})
		if err != nil && ctx.Err() == nil {
			h.options.Logger.WarnContext(ctx, "messages may come again while they are in work", "subscription", h.options.Logs.Subscription, "err", err)
			return
		}
	}
}

// confirm acknowledges the messages. Where that fails they come again.
func (h *holds) confirm(ctx context.Context) []entitlement.Problem {
	left := 0
	var first error
	for _, ids := range h.batches() {
		_, err := h.client.do(ctx, call{op: ack, path: "/v1/" + h.options.Logs.Subscription + ":acknowledge", body: map[string]any{"ackIds": ids}})
		if err == nil {
			h.drop(ids)
			continue
		}
		left += len(ids)
		if first == nil {
			first = err
		}
	}
	if first == nil {
		return nil
	}
	return []entitlement.Problem{problem(CodeLogSubscription, h.options.Logs.Subscription, fmt.Sprintf(
		"%d messages that were read stay in the subscription and come again", left), first)}
}
