package anomaly

import "time"

// maxSeen bounds what a rule remembers, which spares the store a question about
// every identity that is at work all day.
const maxSeen = 50_000

// seen remembers, for some keys, the time of an event that the store has. It is
// never wrong about what it remembers, and may forget.
type seen map[key]time.Time

// lately reports whether the store has an event of the key before t, in the
// interval.
func (s seen) lately(k key, t time.Time, interval time.Duration) bool {
	at, known := s[k]
	return known && at.Before(t) && !at.Before(t.Add(-interval))
}

func (s *seen) add(k key, t time.Time) {
	if *s == nil || len(*s) >= maxSeen {
		*s = seen{}
	}
	if (*s)[k].Before(t) {
		(*s)[k] = t
	}
}
