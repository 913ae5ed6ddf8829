package azure

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// hubBatch is how many messages are handled between two checkpoints, and
// hubMost how many of a partition one reading takes.
const (
	hubBatch = 300
	hubMost  = 1_000_000
)

// hubReading reads an event hub, in which there are events of everyone: those
// of one system are taken.
type hubReading struct {
	*reading
	hub   Hub
	mark  *HubMark
	feed  *records.Feed
	stats records.Stats // Of the system's events.
	came  time.Time     // When the hub got the message that is read.
}

// eventHub reads what is new in the hub's partitions. An error is the sink's or
// the context's.
func (r *reading) eventHub(ctx context.Context) error {
	h := &hubReading{reading: r, hub: r.OpenHub(), mark: r.out.Checkpoint.Hub}
	if name := r.options.Logs.EventHub.whole(); h.mark == nil || h.mark.Name != name {
		h.mark = &HubMark{Name: name, Read: map[string]int64{}}
		r.out.Checkpoint.Hub, r.out.Checkpoint.From = h.mark, time.Time{}
	}
	h.stats.Rejected = map[records.Reason]int64{}
	h.feed = records.NewFeed(h.feedOptions(), Logs{}, h.take)
	defer h.count()
	partitions, err := h.hub.Partitions(ctx)
	if err != nil {
		return h.failed(ctx, "", err)
	}
	maps.DeleteFunc(h.mark.Read, func(id string, _ int64) bool {
		return !slices.ContainsFunc(partitions, func(p HubPartition) bool { return p.ID == id })
	})
	for i := range partitions {
		if err := h.partition(ctx, &partitions[i]); err != nil {
			return err
		}
	}
	h.finish(ctx)
	return nil
}

// finish tells since when all was read.
func (h *hubReading) finish(ctx context.Context) {
	h.again(h.options.Now().Add(-listOverlap)) // Azure Monitor may send an event twice.
	h.mark.Complete = h.mark.Complete || h.complete
	h.out.Checkpoint.From = h.mark.from()
	if h.complete && h.mark.First.IsZero() && h.system != "" {
		h.report(ctx, entitlement.Problem{
			Code: CodeEventHub, Subject: h.mark.Name,
			Message: "the event hub has no events of " + h.whose() + ", so nothing can be said to be unused. " +
				"Let a diagnostic setting of the subscription send its Activity Log there (docs/permissions-azure.md), or correct the hub",
		})
	}
}

// partition reads what is new of a partition, up to what it held at first.
func (h *hubReading) partition(ctx context.Context, p *HubPartition) error {
	after, known := h.mark.Read[p.ID]
	switch {
	case known && after > p.Last: // Another hub of the same name.
		h.lost(ctx, p.ID, "the event hub was made anew, so that its messages have other numbers", h.options.Now())
		delete(h.mark.Read, p.ID)
		after, known = -1, false
	case !known:
		after = -1
	}
	if after >= p.Last {
		return nil
	}
	if p.Empty {
		if known {
			h.lost(ctx, p.ID, "messages were dropped before they were read", p.LastTime)
		}
		h.mark.missed(p.LastTime)
		h.mark.Read[p.ID] = p.Last
		return nil
	}
	messages, err := h.hub.Open(ctx, p.ID, after)
	if err != nil {
		return h.failed(ctx, p.ID, err)
	}
	defer messages.Close(ctx)
	return h.drain(ctx, p, messages, after)
}

// drain reads messages up to the last that is to be read.
func (h *hubReading) drain(ctx context.Context, p *HubPartition, messages HubMessages, after int64) error {
	for n := 0; after < p.Last; {
		if n >= hubMost {
			h.report(ctx, h.problem(p.ID, errHubMuch))
			return nil
		}
		got, err := messages.Next(ctx, int(min(p.Last-max(after, p.First-1), hubBatch)))
		if err == nil && len(got) == 0 {
			err = errHubSilent
		}
		if err != nil {
			return h.failed(ctx, p.ID, err)
		}
		h.gap(ctx, p.ID, after, &got[0])
		if err := h.messages(ctx, p.ID, got); err != nil {
			return err
		}
		n, after = n+len(got), got[len(got)-1].Sequence
	}
	return nil
}

// messages hands on the events of messages and notes how far it came.
func (h *hubReading) messages(ctx context.Context, partition string, got []HubMessage) error {
	for i := range got {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		m := &got[i]
		h.came = m.Enqueued
		name := fmt.Sprintf("%s, partition %s, message %d", h.mark.Name, partition, m.Sequence)
		if err := h.feed.Parse(ctx, bytes.NewReader(m.Body), name); err != nil {
			return err
		}
		h.mark.Read[partition] = m.Sequence
	}
	return h.commit()
}

// take takes an event if it is the system's and new.
func (h *hubReading) take(ev *auditlog.Event) error {
	if ev.System != h.system {
		return nil
	}
	if !h.events.Seen.Add(ev.ID, ev.Time) {
		h.stats.In++
		h.stats.Rejected[records.Duplicate]++
		return nil
	}
	if h.events.Resolve != nil {
		h.events.Resolve(ev)
	}
	if err := h.sink(ev); err != nil {
		h.events.Seen.Remove(ev.ID, ev.Time)
		return err
	}
	if h.mark.First.IsZero() || h.came.Before(h.mark.First) {
		h.mark.First = h.came.UTC()
	}
	h.stats.Add(records.Stats{In: 1, Parsed: 1, Earliest: ev.Time, Latest: ev.Time})
	return nil
}

// feedOptions leave to take what is only for the system's own events.
func (h *hubReading) feedOptions() records.Options {
	o := h.events
	o.Seen, o.Resolve = everythingIsNew{}, nil
	return o
}

// everythingIsNew is the memory of a feed whose sink has one.
type everythingIsNew struct{}

// Add says so.
func (everythingIsNew) Add(string, time.Time) bool { return true }

// Remove has nothing to take back.
func (everythingIsNew) Remove(string, time.Time) {}

// count adds what was found. What is no event is of no subscription, so that it
// counts with the tenant alone.
func (h *hubReading) count() {
	all, problems := h.feed.Take()
	if h.system == "" {
		h.stats.In += all.RejectedTotal()
		h.stats.Add(records.Stats{Rejected: all.Rejected, Refused: all.Refused, Bytes: all.Bytes})
		h.out.Problems = append(h.out.Problems, problems...)
	}
	h.out.Stats.Add(h.stats)
}
