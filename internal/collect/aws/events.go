package aws

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// EventSink takes one event. The event, its Resources and its Raw are valid
// only during the call; its strings and Actions may be kept. An error ends the
// reading and is returned by it. Calls never overlap within one read.
type EventSink func(*auditlog.Event) error

// Deduper remembers which events were delivered; [usage.Seen] is one. Add
// reports whether the event is new; Remove takes back one that the sink did not
// accept. It must be safe for concurrent use.
type Deduper interface {
	Add(id string, at time.Time) bool
	Remove(id string, at time.Time)
}

// EventOptions tell how CloudTrail events are read.
type EventOptions struct {
	// Catalog maps calls to permissions. Nil means [catalog.AWS].
	Catalog *catalog.Catalog
	// Seen drops events that were delivered before. Nil means one that lives
	// as long as the read. Share one between reads that may overlap.
	Seen Deduper
	// FutureTolerance is how far ahead of Now an event may be. Zero means 15
	// minutes.
	FutureTolerance time.Duration
	// MaxRecord is the size in bytes above which a record is refused. Zero
	// means 16 MiB; CloudTrail's own limit is 256 KiB.
	MaxRecord int
	// MaxProblems bounds the problems kept for each reason. Zero means 20; the
	// rest is counted, and said so in one problem more.
	MaxProblems int
	// Workers is how many files are parsed at a time. Zero means 2.
	Workers int
	// KeepRaw fills Event.Raw.
	KeepRaw bool
	// Lean leaves out Event.Issued and Event.Detail, which only a store of
	// events asks for.
	Lean bool
	// Progress, if set, is told now and then how many bytes of files were read
	// and how many there are; its calls do not overlap.
	Progress func(done, total int64)
	Logger   *slog.Logger // Nil discards.
	Now      func() time.Time

	// oneStep, if set, is held from when Seen learns of an event until the sink
	// has it: who holds it meanwhile finds each event in both or in neither.
	oneStep sync.Locker
}

func (o EventOptions) withDefaults() EventOptions {
	if o.Catalog == nil {
		o.Catalog = catalog.AWS()
	}
	if o.Seen == nil {
		o.Seen = usage.NewSeen()
	}
	o.FutureTolerance = orElse(o.FutureTolerance, 15*time.Minute)
	o.MaxRecord = orElse(o.MaxRecord, 16<<20)
	o.MaxProblems = orElse(o.MaxProblems, 20)
	o.Workers = orElse(o.Workers, 2)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// EventStats count what a read found: In = Parsed + the sum of Rejected, and
// every refused file is in Refused.
type EventStats struct {
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
func (s *EventStats) RejectedTotal() int64 {
	var n int64
	for _, k := range s.Rejected {
		n += k
	}
	return n
}

// Add adds the counts of another read.
func (s *EventStats) Add(o EventStats) {
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

func (s *EventStats) span(t time.Time) {
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

// ReadEvents reads CloudTrail events from a file, from every file below a
// directory, or from the files that a glob matches (with ** for any number of
// directories), compressed with gzip or not. Files are parsed by several
// workers at a time and their order is not kept; sink is called by one at a
// time.
//
// What cannot be read is counted, reported as a problem and passed over; an
// error means that the path itself is wrong, that the sink refused, or that ctx
// ended.
func ReadEvents(ctx context.Context, path string, o EventOptions, sink EventSink) (EventStats, []entitlement.Problem, error) {
	r := newEventReader(o.withDefaults(), sink)
	err := r.readPath(ctx, path)
	stats, problems := r.result()
	if err != nil {
		return stats, problems, fmt.Errorf("read CloudTrail events from %q: %w", path, err)
	}
	return stats, problems, nil
}

// ParseEvents reads CloudTrail events from one stream, which may be compressed
// with gzip. The name stands for it in problems. To stop early, return an error
// from sink or from the reader.
func ParseEvents(in io.Reader, name string, o EventOptions, sink EventSink) (EventStats, []entitlement.Problem, error) {
	r := newEventReader(o.withDefaults(), sink)
	err := r.newParser().parse(context.Background(), in, name, false)
	stats, problems := r.result()
	if err != nil {
		return stats, problems, fmt.Errorf("read CloudTrail events from %q: %w", name, err)
	}
	return stats, problems, nil
}

// eventReader is one read: what its workers share.
type eventReader struct {
	o EventOptions

	mu       sync.Mutex // Guards what follows, and serialises the sink.
	sink     EventSink
	stats    EventStats
	problems *problemLog
	done     int64
	total    int64
}

func newEventReader(o EventOptions, sink EventSink) *eventReader {
	return &eventReader{
		o: o, sink: sink, problems: newProblemLog(o.MaxProblems),
		stats: EventStats{Rejected: map[Reason]int64{}, Refused: map[Reason]int64{}},
	}
}

func (r *eventReader) result() (EventStats, []entitlement.Problem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats, r.problems.list()
}

// deliver hands a batch to the sink, without the events that were seen before.
func (r *eventReader) deliver(name string, batch []located) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.o.oneStep != nil {
		r.o.oneStep.Lock()
		defer r.o.oneStep.Unlock()
	}
	for i := range batch {
		ev := &batch[i].event
		r.stats.In++
		if !r.o.Seen.Add(ev.ID, ev.Time) {
			r.stats.Rejected[Duplicate]++
			continue
		}
		if err := r.sink(ev); err != nil {
			r.o.Seen.Remove(ev.ID, ev.Time)
			r.stats.In--
			return fmt.Errorf("take event %s of %s: %w", ev.ID, name, err)
		}
		r.stats.Parsed++
		r.stats.span(ev.Time)
	}
	return nil
}

// reject counts a record that is refused.
func (r *eventReader) reject(reason Reason, at position, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.In++
	r.stats.Rejected[reason]++
	if reason != Insight { // Where trails record them they are many, and nothing is amiss.
		r.problems.add(reason, at, message)
	}
}

// refuse counts a file of which nothing can be read.
func (r *eventReader) refuse(reason Reason, name, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Refused[reason]++
	if reason != Digest { // Every bucket holds them.
		r.problems.add(reason, position{file: name, offset: -1}, message)
	}
}

func (r *eventReader) progress(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += n
	if r.o.Progress != nil {
		r.o.Progress(r.done, r.total)
	}
}
