package azure_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/collect/azure"
)

// fakeHub is an event hub in memory.
type fakeHub struct {
	mu      sync.Mutex // Guards what follows.
	parts   map[string]*fakePartition
	refused error          // Of everything.
	broken  map[string]int // By partition: how many messages it gives before it breaks.
	opened  int
	given   int // Messages.
}

type fakePartition struct {
	first    int64
	messages []azure.HubMessage // From first on.
	last     time.Time
}

func newFakeHub(partitions ...string) *fakeHub {
	h := &fakeHub{parts: map[string]*fakePartition{}, broken: map[string]int{}}
	for _, id := range partitions {
		h.parts[id] = &fakePartition{}
	}
	return h
}

// send has a partition get a message with records.
func (h *fakeHub) send(partition string, at time.Time, records ...string) {
	h.sendBody(partition, at, `{"records":[`+strings.Join(records, ",")+`]}`)
}

func (h *fakeHub) sendBody(partition string, at time.Time, body string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.parts[partition]
	p.messages = append(p.messages, azure.HubMessage{Sequence: p.first + int64(len(p.messages)), Enqueued: at, Body: []byte(body)})
	p.last = at
}

// drop ages the oldest messages of a partition out.
func (h *fakeHub) drop(partition string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.parts[partition]
	p.first, p.messages = p.first+int64(n), p.messages[n:]
}

func (h *fakeHub) breakAfter(partition string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken[partition] = n
}

func (h *fakeHub) mend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken, h.refused = map[string]int{}, nil
}

// Partitions tells what there is.
func (h *fakeHub) Partitions(ctx context.Context) ([]azure.HubPartition, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refused != nil {
		return nil, h.refused
	}
	var all []azure.HubPartition
	for _, id := range slices.Sorted(maps.Keys(h.parts)) {
		p := h.parts[id]
		all = append(all, azure.HubPartition{ID: id, First: p.first, Last: p.first + int64(len(p.messages)) - 1, Empty: len(p.messages) == 0, LastTime: p.last})
	}
	return all, ctx.Err()
}

// Open reads a partition.
func (h *fakeHub) Open(_ context.Context, partition string, after int64) (azure.HubMessages, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened++
	return &fakeMessages{h, partition, after}, h.refused
}

type fakeMessages struct {
	hub       *fakeHub
	partition string
	after     int64
}

// Next gives three messages at most.
func (m *fakeMessages) Next(_ context.Context, most int) ([]azure.HubMessage, error) {
	h := m.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	p := h.parts[m.partition]
	rest := p.messages[min(max(m.after+1-p.first, 0), int64(len(p.messages))):]
	rest = rest[:min(len(rest), most, 3)]
	if left, ok := h.broken[m.partition]; ok {
		if rest = rest[:min(len(rest), left)]; len(rest) == 0 {
			return nil, errBroken
		}
		h.broken[m.partition] -= len(rest)
	}
	if len(rest) > 0 {
		m.after = rest[len(rest)-1].Sequence
	}
	h.given += len(rest)
	return rest, nil
}

// Close has nothing to do.
func (*fakeMessages) Close(context.Context) {}
