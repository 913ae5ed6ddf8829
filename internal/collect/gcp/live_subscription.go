package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const (
	// How many messages are asked for at a time.
	pullSize = 1000
	// How much older than the others an event may be that comes late.
	lateMessage = 24 * time.Hour
	// How many messages are read between two checkpoints.
	pullPart = 10_000
)

// pulled is what is looked at of messages besides their data.
// https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull
type pulled struct {
	Messages []struct {
		AckID   string `json:"ackId"`
		Message struct {
			Published time.Time `json:"publishTime"`
		} `json:"message"`
	} `json:"receivedMessages"`
}

// subscription reads messages until there are none, or until most of the time is
// over. They are acknowledged once what they hold is kept; until then they are
// only hidden, and come again after a crash.
func (r *reading) subscription(ctx context.Context) error {
	held := newHolds(r.Collector)
	stop := held.prolong(ctx)
	err := r.pullAll(ctx, held)
	stop()
	r.out.Confirm = held.confirm
	if at := r.out.Stats.Earliest; !at.IsZero() && at.Before(r.out.Settled) {
		r.out.Settled = at // Until they are acknowledged, all may come again.
	}
	r.out.Settled = r.out.Settled.Add(-lateMessage)
	if sink, ok := errors.AsType[sinkError](err); ok {
		return sink.error
	}
	return err
}

func (r *reading) pullAll(ctx context.Context, held *holds) error {
	for part := 0; ; {
		page, data, err := r.pull(ctx)
		if err != nil && errors.Is(ctx.Err(), context.Canceled) {
			return context.Cause(ctx)
		}
		if err != nil {
			r.report(ctx, problem(CodeLogSubscription, r.options.Logs.Subscription, "the events that the subscription holds aren't read yet", err))
			return nil
		}
		if len(page.Messages) == 0 {
			return r.drained()
		}
		for i := range page.Messages {
			held.add(page.Messages[i].AckID)
		}
		if err := r.parse(ctx, data, r.options.Logs.Subscription); err != nil {
			return err
		}
		if part += len(page.Messages); part >= pullPart || r.late() {
			part = 0
			if err := r.partDone(ctx, page, held); err != nil || r.late() {
				return err
			}
			continue
		}
		r.meet(page)
	}
}

// pull asks for messages. One that is not answered in time is as good as an
// answer without any: what it was given comes again.
func (r *reading) pull(ctx context.Context) (pulled, []byte, error) {
	inner, cancel := context.WithTimeout(ctx, r.options.Logs.Wait)
	defer cancel()
	q := call{op: pull, path: "/v1/" + r.options.Logs.Subscription + ":pull", body: map[string]any{"maxMessages": pullSize}}
	data, err := r.client.do(inner, q)
	var page pulled
	switch {
	case ctx.Err() == nil && asAPIError(err) == nil && !errors.Is(err, errTransport) && errors.Is(err, context.DeadlineExceeded):
		return page, nil, nil
	case err != nil:
		return page, nil, err
	}
	if err := json.Unmarshal(data, &page); err != nil {
		return page, nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	return page, data, nil
}

// meet notes when messages had come to the subscription.
func (r *reading) meet(page pulled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Checkpoint.meet(page)
}

func (c *Checkpoint) meet(page pulled) {
	for i := range page.Messages {
		if at := page.Messages[i].Message.Published; !at.IsZero() && (c.Earliest.IsZero() || at.Before(c.Earliest)) {
			c.Earliest = at.UTC()
		}
	}
}

// partDone offers what was read to the caller, and acknowledges the messages if
// it is kept.
func (r *reading) partDone(ctx context.Context, page pulled, held *holds) error {
	kept, err := r.commit(func(c *Checkpoint) { c.meet(page) })
	if err != nil || !kept {
		return err
	}
	for _, p := range held.confirm(ctx) {
		r.report(ctx, p)
	}
	return nil
}

// drained notes that the subscription is empty: all that came to it since its
// first message was read, and without any message since now.
func (r *reading) drained() error {
	_, err := r.commit(func(c *Checkpoint) {
		if c.From.IsZero() && r.complete {
			if c.From = c.Earliest; c.From.IsZero() {
				c.From = r.options.Now().UTC()
			}
		}
	})
	return err
}
