package azure

import (
	"maps"
	"time"
)

// Checkpoint tells how far the events of one subscription, or of the tenant,
// were read. Its zero value is "not at all". Keep it as JSON, next to what was
// made of the events, and never before that: see [Collector.Events].
type Checkpoint struct {
	// From is since when every event that the source held was read; zero until
	// one pass over the whole source came to its end.
	From time.Time `json:"from,omitzero"`
	// Streams are those of a storage account, by container and prefix.
	Streams map[string]StreamMark `json:"streams,omitempty"`
	// Lists are those that an API answers with, read up to here.
	Lists map[string]time.Time `json:"lists,omitempty"`
	// Hub is the event hub's; nil where none was read.
	Hub *HubMark `json:"hub,omitempty"`
}

// StreamMark tells how far one stream of hourly blobs was read.
type StreamMark struct {
	Newest time.Time `json:"newest,omitzero"` // Hour of the newest blob.
	// Read has how many bytes were read of the blobs of the last days, which may
	// still grow.
	Read map[string]int64 `json:"read,omitempty"`
	// Again are blobs that couldn't be read to their end, and how many bytes of
	// them were. They are tried again.
	Again map[string]int64 `json:"again,omitempty"`
}

// Begun reports whether anything was read before.
func (c *Checkpoint) Begun() bool {
	return !c.From.IsZero() || len(c.Streams) > 0 || len(c.Lists) > 0 || c.Hub != nil
}

func (c Checkpoint) clone() Checkpoint {
	c.Streams, c.Lists, c.Hub = maps.Clone(c.Streams), maps.Clone(c.Lists), c.Hub.clone()
	for name, m := range c.Streams {
		c.Streams[name] = m.clone()
	}
	if c.Streams == nil {
		c.Streams = map[string]StreamMark{}
	}
	if c.Lists == nil {
		c.Lists = map[string]time.Time{}
	}
	return c
}

func (m StreamMark) clone() StreamMark {
	m.Read, m.Again = maps.Clone(m.Read), maps.Clone(m.Again)
	if m.Read == nil {
		m.Read = map[string]int64{}
	}
	if m.Again == nil {
		m.Again = map[string]int64{}
	}
	return m
}

// blobLateness is how long after its hour a blob may still grow: Azure says
// that it ends with the hour, and exports have been late by hours.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs#send-to-azure-storage
const blobLateness = 48 * time.Hour

// floor is the hour before which blobs are done with.
func (m *StreamMark) floor() time.Time {
	if m.Newest.IsZero() {
		return time.Time{}
	}
	return m.Newest.Add(-blobLateness)
}

// pass notes that so many bytes of a blob were read. An hour after now, which
// no export writes, doesn't move the mark: it would hide all blobs until then.
func (m *StreamMark) pass(b *logBlob, n int64, now time.Time) {
	delete(m.Again, b.name)
	m.Read[b.name] = n
	if b.hour.After(m.Newest) && !b.hour.After(now) {
		m.Newest = b.hour
	}
	floor := m.floor()
	maps.DeleteFunc(m.Read, func(name string, _ int64) bool {
		hour, ok := blobHour(name)
		return ok && hour.Before(floor)
	})
}
