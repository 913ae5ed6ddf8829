package usage

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Seen remembers which events were delivered, so that one that comes twice
// counts once. It takes 16 bytes for each event, and about twice that with the
// slack of the map: 10 million events need some 300 MB. Forget what can no
// longer be delivered again.
//
// A Seen is safe for concurrent use. Its zero value is not ready: use NewSeen.
type Seen struct {
	mu   sync.Mutex // Guards days.
	days map[int64]map[[16]byte]struct{}
}

// NewSeen returns an empty set.
func NewSeen() *Seen { return &Seen{days: map[int64]map[[16]byte]struct{}{}} }

const (
	secondsPerDay = 24 * 60 * 60
	minDay        = -1 << 30 // Long before any event.
	maxDay        = 1 << 30
)

// dayOf returns the day of a time, in days since 1970, UTC.
func dayOf(t time.Time) int64 {
	day := t.Unix() / secondsPerDay
	if t.Unix()%secondsPerDay < 0 {
		day--
	}
	return min(max(day, minDay), maxDay)
}

// Add puts an event into the set and reports whether it was new. The time is
// the event's own; a redelivered event has the same.
func (s *Seen) Add(id string, at time.Time) bool {
	k, day := EventKey(id), dayOf(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := s.days[day]
	if ids == nil {
		ids = map[[16]byte]struct{}{}
		s.days[day] = ids
	}
	before := len(ids)
	ids[k] = struct{}{}
	return len(ids) > before
}

// Remove takes an event out of the set, so that it is new when it comes again.
func (s *Seen) Remove(id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.days[dayOf(at)], EventKey(id))
}

// Len returns the number of events in the set.
func (s *Seen) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, ids := range s.days {
		n += len(ids)
	}
	return n
}

// Forget drops the events of whole days (UTC) before t.
func (s *Seen) Forget(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := dayOf(t)
	for day := range s.days {
		if day < first {
			delete(s.days, day)
		}
	}
}

// EventKey returns what an event's id is remembered by: a UUID's own bytes, and the
// first half of the SHA-256 of any other id.
func EventKey(id string) [16]byte {
	if k, ok := parseUUID(id); ok {
		return k
	}
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:16])
}

func parseUUID(s string) (k [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return k, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			continue
		}
		high, low := unhex(s[i]), unhex(s[i+1])
		if high > 15 || low > 15 {
			return k, false
		}
		k[n] = high<<4 | low
		n++
		i++
	}
	return k, true
}

// unhex returns the value of a digit in lower case, and 255 for anything else:
// ids that differ in case are different.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}
