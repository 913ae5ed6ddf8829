package ingest

import (
	"unsafe"

	"github.com/leastward/leastward/internal/auditlog"
)

// batch is events with their memory, which is used again.
type batch struct {
	events    []auditlog.Event
	resources []auditlog.Resource // Those of all events.
	raw       []byte              // Likewise.
	bytes     int                 // That the events hold, strings included.
}

// add copies an event. Where resources or raw grow into new memory, events
// before keep theirs in the old.
func (b *batch) add(ev *auditlog.Event) {
	first, start := len(b.resources), len(b.raw)
	b.resources = append(b.resources, ev.Resources...)
	b.raw = append(b.raw, ev.Raw...)
	copied := *ev
	if copied.Resources = nil; len(ev.Resources) > 0 {
		copied.Resources = b.resources[first:len(b.resources):len(b.resources)]
	}
	if copied.Raw = nil; ev.Raw != nil {
		copied.Raw = b.raw[start:len(b.raw):len(b.raw)]
	}
	b.events = append(b.events, copied)
	b.bytes += size(ev)
}

// keep bounds the memory that a batch holds on to while it is empty.
const keep = 32 << 20

func (b *batch) reset() {
	clear(b.events) // Lets go of the strings.
	b.events, b.resources, b.raw, b.bytes = b.events[:0], b.resources[:0], b.raw[:0], 0
	if cap(b.raw) > keep {
		b.raw = nil
	}
}

// size is what an event holds that is its own: its record, its texts and the
// structs.
func size(ev *auditlog.Event) int {
	n := int(unsafe.Sizeof(*ev)) + len(ev.Raw) + len(ev.Detail) + len(ev.ErrorText) + len(ev.UserAgent) + len(ev.ID) +
		len(ev.RequestID) + len(ev.Address) + len(ev.AccessKey)
	for i := range ev.Resources {
		n += int(unsafe.Sizeof(ev.Resources[i])) + len(ev.Resources[i].ID)
	}
	return n
}
