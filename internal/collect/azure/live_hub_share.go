package azure

import (
	"context"
	"slices"
	"sort"
	"sync"
)

// ShareHub returns a hub that asks another one once for the messages that
// several readings need, each of which reads from where it ended. It holds as
// they were at first what partitions there are, and up to so many bytes of
// messages; what is beyond is asked for by each reading.
func ShareHub(h Hub, limit int64) Hub {
	return &sharedHub{Hub: h, room: limit, spools: map[string]*spool{}}
}

type sharedHub struct {
	Hub
	mu         sync.Mutex // Guards what follows.
	partitions []HubPartition
	room       int64
	spools     map[string]*spool
}

// spool holds messages of one partition without a gap.
type spool struct {
	mu      sync.Mutex // Guards what follows.
	begun   bool
	after   int64 // What is before the first of the messages.
	last    int64 // The last message's number, or after.
	message []HubMessage
}

// Partitions asks until there is an answer.
func (s *sharedHub) Partitions(ctx context.Context) ([]HubPartition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.partitions == nil {
		all, err := s.Hub.Partitions(ctx)
		if err != nil {
			return nil, err
		}
		s.partitions = all
	}
	return slices.Clone(s.partitions), nil
}

// Open asks for nothing yet.
func (s *sharedHub) Open(_ context.Context, partition string, after int64) (HubMessages, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spools[partition] == nil {
		s.spools[partition] = &spool{}
	}
	return &sharedMessages{hub: s, partition: partition, spool: s.spools[partition], at: after}, nil
}

// take reports whether there is room for messages, and takes it.
func (s *sharedHub) take(messages []HubMessage) bool {
	var n int64
	for i := range messages {
		n += int64(len(messages[i].Body))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > s.room {
		s.room = 0 // The spools end here, rather than have gaps.
		return false
	}
	s.room -= n
	return true
}

type sharedMessages struct {
	hub       *sharedHub
	partition string
	spool     *spool
	at        int64
	own       HubMessages // Where the spool doesn't reach; nil at first.
	ownAt     int64
}

// Next returns what the spool has, or asks.
func (m *sharedMessages) Next(ctx context.Context, most int) ([]HubMessage, error) {
	sp := m.spool
	sp.mu.Lock()
	defer sp.mu.Unlock()
	if !sp.begun {
		sp.begun, sp.after, sp.last = true, m.at, m.at
	}
	if m.at >= sp.after && m.at < sp.last {
		i := sort.Search(len(sp.message), func(i int) bool { return sp.message[i].Sequence > m.at })
		got := sp.message[i:min(i+most, len(sp.message))]
		m.at = got[len(got)-1].Sequence
		return got, nil
	}
	got, err := m.ask(ctx, most)
	if err != nil || len(got) == 0 {
		return nil, err
	}
	if m.at == sp.last && m.hub.take(got) {
		sp.message, sp.last = append(sp.message, got...), got[len(got)-1].Sequence
	}
	m.at = got[len(got)-1].Sequence
	return got, nil
}

func (m *sharedMessages) ask(ctx context.Context, most int) ([]HubMessage, error) {
	if m.own != nil && m.ownAt != m.at {
		m.Close(ctx)
	}
	if m.own == nil {
		own, err := m.hub.Hub.Open(ctx, m.partition, m.at)
		if err != nil {
			return nil, err
		}
		m.own, m.ownAt = own, m.at
	}
	got, err := m.own.Next(ctx, most)
	if len(got) > 0 {
		m.ownAt = got[len(got)-1].Sequence
	}
	return got, err
}

// Close ends what was asked for.
func (m *sharedMessages) Close(ctx context.Context) {
	if m.own != nil {
		m.own.Close(ctx)
		m.own = nil
	}
}
