package azure

import (
	"context"
	"maps"
	"time"
)

// Hub is an event hub that diagnostic settings send logs to, or what stands for
// one. It is safe for concurrent use.
type Hub interface {
	// Partitions tells what each partition holds now.
	Partitions(ctx context.Context) ([]HubPartition, error)
	// Open reads a partition from behind a sequence number; a negative one is
	// before the first message that is still there.
	Open(ctx context.Context, partition string, after int64) (HubMessages, error)
}

// HubPartition tells what one partition of a hub holds.
type HubPartition struct {
	ID string
	// First is the sequence number of the oldest message that is there.
	First int64
	// Last is the sequence number of the newest message ever, -1 if there was
	// none. The numbers of a partition begin with 0 and have no gaps.
	Last int64
	// Empty tells that no message is left.
	Empty bool
	// LastTime is when the newest message came.
	LastTime time.Time
}

// HubMessages are the messages of one partition, in their order. They belong to
// one goroutine.
type HubMessages interface {
	// Next returns up to so many messages, and none if none came for a while.
	Next(ctx context.Context, most int) ([]HubMessage, error)
	Close(ctx context.Context)
}

// HubMessage is one message of a hub.
type HubMessage struct {
	Sequence int64
	Enqueued time.Time // When the hub got it.
	Body     []byte    // {"records": […]}; shared, so it is not written to.
}

// HubMark tells how far an event hub was read.
type HubMark struct {
	Name string `json:"name"` // Namespace and hub.
	// Read has the sequence number of the last message read by partition.
	Read map[string]int64 `json:"read,omitempty"`
	// Complete is set when a pass over all partitions came to its end.
	Complete bool `json:"complete,omitempty"`
	// Since is since when no message was missed; zero if none ever was.
	Since time.Time `json:"since,omitzero"`
	// First is when the hub got the first message with an event; zero if none
	// came.
	First time.Time `json:"first,omitzero"`
}

func (m *HubMark) clone() *HubMark {
	if m == nil {
		return nil
	}
	c := *m
	c.Read = maps.Clone(m.Read)
	if c.Read == nil {
		c.Read = map[string]int64{}
	}
	return &c
}

// missed notes that messages from before a time were missed.
func (m *HubMark) missed(before time.Time) {
	if before.After(m.Since) {
		m.Since = before.UTC()
	}
}

// from is since when every event was read, zero if that is not known: before the
// first event came nobody can say that the logs were sent.
func (m *HubMark) from() time.Time {
	switch {
	case !m.Complete || m.First.IsZero():
		return time.Time{}
	case m.Since.After(m.First):
		return m.Since
	}
	return m.First
}
