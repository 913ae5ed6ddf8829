package azure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azeventhubs/v2"
)

// OpenHub returns the hub of the options. It sends nothing.
func (c *Collector) OpenHub() Hub {
	o := &c.options.Logs.EventHub
	if o.Hub != nil {
		return o.Hub
	}
	host := o.Namespace
	if !strings.Contains(host, ".") {
		host += "." + c.client.at.hubs
	}
	return &hubClient{options: *o, host: host, credential: c.client.credential, attempts: c.options.Attempts, maxBackoff: c.options.MaxBackoff}
}

// hubClient reads a hub of Azure. Each partition that is read has a connection
// of its own, which ends with it.
type hubClient struct {
	options    LogHub
	host       string
	credential azcore.TokenCredential
	attempts   int
	maxBackoff time.Duration
}

func (h *hubClient) connect() (*azeventhubs.ConsumerClient, error) {
	return azeventhubs.NewConsumerClient(h.host, h.options.Name, h.options.ConsumerGroup, h.credential, &azeventhubs.ConsumerClientOptions{
		ApplicationID: "leastward",
		RetryOptions:  azeventhubs.RetryOptions{MaxRetries: int32(min(h.attempts, 10)), MaxRetryDelay: h.maxBackoff}, //nolint:gosec // at most 10
	})
}

// closing is how long it may take to say goodbye.
const closing = 5 * time.Second

type hubCloser interface {
	Close(ctx context.Context) error
}

// closeHub closes what may be closed also after ctx has ended.
func closeHub(ctx context.Context, c hubCloser) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	_ = c.Close(ctx) // Nothing is lost: what was read is noted elsewhere.
}

// Partitions asks for the partitions, then for each.
func (h *hubClient) Partitions(ctx context.Context) ([]HubPartition, error) {
	c, err := h.connect()
	if err != nil {
		return nil, fmt.Errorf("open event hub %s/%s: %w", h.host, h.options.Name, err)
	}
	defer closeHub(ctx, c)
	hub, err := c.GetEventHubProperties(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("list the partitions of event hub %s/%s: %w", h.host, h.options.Name, err)
	}
	var all []HubPartition
	for _, id := range hub.PartitionIDs {
		p, err := c.GetPartitionProperties(ctx, id, nil)
		if err != nil {
			return nil, fmt.Errorf("look at partition %s of event hub %s/%s: %w", id, h.host, h.options.Name, err)
		}
		all = append(all, HubPartition{id, p.BeginningSequenceNumber, p.LastEnqueuedSequenceNumber, p.IsEmpty, p.LastEnqueuedOn})
	}
	return all, nil
}

// Open makes a connection for a partition.
func (h *hubClient) Open(ctx context.Context, partition string, after int64) (HubMessages, error) {
	c, err := h.connect()
	if err != nil {
		return nil, fmt.Errorf("open event hub %s/%s: %w", h.host, h.options.Name, err)
	}
	from := azeventhubs.StartPosition{SequenceNumber: &after}
	if after < 0 {
		earliest := true
		from = azeventhubs.StartPosition{Earliest: &earliest}
	}
	p, err := c.NewPartitionClient(partition, &azeventhubs.PartitionClientOptions{StartPosition: from})
	if err != nil {
		closeHub(ctx, c)
		return nil, fmt.Errorf("open partition %s of event hub %s/%s: %w", partition, h.host, h.options.Name, err)
	}
	return &hubStream{client: c, partition: p}, nil
}

// hubStream is one partition that is being read.
type hubStream struct {
	client    *azeventhubs.ConsumerClient
	partition *azeventhubs.PartitionClient
}

// hubPatience is how long a message that is there may take to come.
const hubPatience = 20 * time.Second

// Next receives messages.
func (s *hubStream) Next(ctx context.Context, most int) ([]HubMessage, error) {
	wait, cancel := context.WithTimeout(ctx, hubPatience)
	defer cancel()
	got, err := s.partition.ReceiveEvents(wait, most, nil)
	switch {
	case ctx.Err() != nil && len(got) == 0:
		return nil, context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("receive events: %w", err)
	}
	messages := make([]HubMessage, 0, len(got))
	for _, m := range got {
		messages = append(messages, messageOf(m))
	}
	return messages, nil
}

// messageOf joins a body that came in several parts.
func messageOf(m *azeventhubs.ReceivedEventData) HubMessage {
	out := HubMessage{Sequence: m.SequenceNumber, Body: m.Body}
	if m.EnqueuedTime != nil {
		out.Enqueued = *m.EnqueuedTime
	}
	if out.Body == nil && m.RawAMQPMessage != nil {
		out.Body = bytes.Join(m.RawAMQPMessage.Body.Data, nil)
	}
	return out
}

// Close ends the connection.
func (s *hubStream) Close(ctx context.Context) {
	closeHub(ctx, s.partition)
	closeHub(ctx, s.client)
}
