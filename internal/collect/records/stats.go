package records

import (
	"maps"
	"time"
)

// Stats count what a read found: In = Parsed + the sum of Rejected, and every
// refused file is in Refused.
type Stats struct {
	In       int64            // Records found.
	Parsed   int64            // Events that went to the sink.
	Rejected map[Reason]int64 // Records that did not, duplicates among them.

	Files   int64            // Files opened.
	Refused map[Reason]int64 // Files, or paths, of which nothing could be read.
	Ignored int64            // Files in a directory that are nothing like a log: a LICENSE, a README.

	Bytes            int64     // Read and decompressed.
	Earliest, Latest time.Time // Times of the earliest and latest event; zero if none.
}

// RejectedTotal returns how many records were rejected.
func (s *Stats) RejectedTotal() int64 {
	var n int64
	for _, k := range s.Rejected {
		n += k
	}
	return n
}

// Add adds the counts of another read.
func (s *Stats) Add(o Stats) {
	s.In += o.In
	s.Parsed += o.Parsed
	s.Files += o.Files
	s.Ignored += o.Ignored
	s.Bytes += o.Bytes
	s.Rejected = addCounts(s.Rejected, o.Rejected)
	s.Refused = addCounts(s.Refused, o.Refused)
	s.span(o.Earliest)
	s.span(o.Latest)
}

func addCounts(dst, src map[Reason]int64) map[Reason]int64 {
	if dst == nil {
		return maps.Clone(src)
	}
	for k, n := range src {
		dst[k] += n
	}
	return dst
}

func (s *Stats) span(t time.Time) {
	if t.IsZero() {
		return
	}
	if s.Earliest.IsZero() || t.Before(s.Earliest) {
		s.Earliest = t
	}
	if t.After(s.Latest) {
		s.Latest = t
	}
}
