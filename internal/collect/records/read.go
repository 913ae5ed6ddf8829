package records

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/leastward/leastward/internal/entitlement"
)

// Read reads events from a file, from every file below a directory, or from the
// files that a glob matches (with ** for any number of directories), compressed
// with gzip or not. Files are parsed by several workers at a time and their
// order is not kept; sink is called by one at a time.
//
// What cannot be read is counted, reported as a problem and passed over; an
// error means that the path itself is wrong, that the sink refused, or that ctx
// ended.
func Read(ctx context.Context, path string, o Options, f Format, sink Sink) (Stats, []entitlement.Problem, error) {
	r := newReader(o.WithDefaults(), f, sink)
	err := r.readPath(ctx, path)
	stats, problems := r.result()
	if err != nil {
		return stats, problems, r.failed(path, err)
	}
	return stats, problems, nil
}

// Parse reads events from one stream, which may be compressed with gzip. The
// name stands for it in problems.
func Parse(ctx context.Context, in io.Reader, name string, o Options, f Format, sink Sink) (Stats, []entitlement.Problem, error) {
	r := newReader(o.WithDefaults(), f, sink)
	err := r.newParser().parse(ctx, in, name, false)
	stats, problems := r.result()
	if err != nil {
		return stats, problems, r.failed(name, err)
	}
	return stats, problems, nil
}

// Bytes returns how many bytes of files [Read] would read from a path.
func Bytes(path string, f Format) (int64, error) {
	files, err := Files(path)
	if err != nil {
		return 0, fmt.Errorf("read %s events from %q: %w", f.Describe().Name, path, err)
	}
	var n int64
	for _, f := range files {
		n += f.Size
	}
	return n, nil
}

// reader is one read: what its workers share.
type reader struct {
	o      Options
	format Format
	about  Description

	mu       sync.Mutex // Guards what follows, and serialises the sink.
	sink     Sink
	stats    Stats
	problems *problemLog
	done     int64
	total    int64
}

func newReader(o Options, f Format, sink Sink) *reader {
	r := &reader{o: o, format: f, about: f.Describe(), sink: sink}
	r.begin()
	return r
}

// begin begins the counts.
func (r *reader) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problems = newProblemLog(r.about.Name, r.o.MaxProblems)
	r.stats = Stats{Rejected: map[Reason]int64{}, Refused: map[Reason]int64{}}
}

func (r *reader) failed(path string, err error) error {
	return fmt.Errorf("read %s events from %q: %w", r.about.Name, path, err)
}

func (r *reader) result() (Stats, []entitlement.Problem) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats, r.problems.list()
}

// deliver hands a batch to the sink, without the events that were seen before.
func (r *reader) deliver(name string, batch []located) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.o.OneStep != nil {
		r.o.OneStep.Lock()
		defer r.o.OneStep.Unlock()
	}
	for i := range batch {
		ev := &batch[i].event
		r.stats.In++
		if !r.o.Seen.Add(ev.ID, ev.Time) {
			r.stats.Rejected[Duplicate]++
			continue
		}
		if r.o.Resolve != nil {
			r.o.Resolve(ev)
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
func (r *reader) reject(reason Reason, at position, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.In++
	r.stats.Rejected[reason]++
	r.problem(reason, at, message)
}

// refuse counts a file of which nothing can be read.
func (r *reader) refuse(reason Reason, name, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Refused[reason]++
	r.problem(reason, position{file: name, offset: -1}, message)
}

// problem leaves out what is many and expected.
func (r *reader) problem(reason Reason, at position, message string) {
	if !slices.Contains(r.about.Quiet, reason) {
		r.problems.add(reason, at, message)
	}
}

func (r *reader) count(change func(*Stats)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.stats)
}

func (r *reader) progress(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += n
	if r.o.Progress != nil {
		r.o.Progress(r.done, r.total)
	}
}
