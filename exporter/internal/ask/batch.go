package ask

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// MaxLine is the length in bytes from which on a line is not read.
const MaxLine = 1 << 20

// Counts tells what became of the lines of a batch. Blank lines are neither.
type Counts struct {
	Answered, Failed int
}

// Batch answers one request per line with one line each, in the same order.
// A line that cannot be answered has an error in its place. Blank lines are
// passed over. The answers to what was read so far are written before more is
// waited for. An error means that the input or the output ended early; an input
// that is an [io.Closer] is closed then.
func (a *Asker) Batch(ctx context.Context, in io.Reader, out io.Writer) (Counts, error) {
	workers := runtime.GOMAXPROCS(0)
	b := batch{work: make(chan *chunk, workers), order: make(chan *chunk, 2*workers), free: make(chan *chunk, 4*workers)}
	group, ctx := errgroup.WithContext(ctx)
	if c, ok := in.(io.Closer); ok {
		defer context.AfterFunc(ctx, func() { _ = c.Close() })() // Ends a Read that waits.
	}
	group.Go(func() error {
		defer close(b.order)
		defer close(b.work)
		return b.read(ctx, in)
	})
	for range workers {
		group.Go(func() error {
			w := newWorker(a)
			for c := range b.work {
				w.answerAll(c)
				close(c.done)
			}
			return nil
		})
	}
	var counts Counts
	group.Go(func() error { return b.write(ctx, out, &counts) })
	err := group.Wait()
	return counts, err
}

// batch is what the reader, the workers and the writer of a Batch share.
type batch struct {
	work  chan *chunk // To answer.
	order chan *chunk // The same, in the order in which they are to be written.
	free  chan *chunk // Whose memory may be used again.
}

// chunk is a number of whole lines and then their answers.
type chunk struct {
	first   int // Number of its first line.
	lines   []byte
	tooLong bool // It is one line, of which lines holds nothing.
	answers []byte
	counts  Counts
	done    chan struct{} // Closed when it is answered.
}

// fresh returns a chunk to fill.
func (b *batch) fresh() *chunk {
	select {
	case c := <-b.free:
		*c = chunk{lines: c.lines[:0], answers: c.answers[:0], done: make(chan struct{})}
		return c
	default:
		return &chunk{done: make(chan struct{})}
	}
}

func (b *batch) send(ctx context.Context, c *chunk) error {
	for _, to := range []chan *chunk{b.work, b.order} {
		select {
		case to <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (b *batch) write(ctx context.Context, out io.Writer, counts *Counts) error {
	for c := range b.order {
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if _, err := out.Write(c.answers); err != nil {
			return fmt.Errorf("write the answers: %w", err)
		}
		counts.Answered += c.counts.Answered
		counts.Failed += c.counts.Failed
		select {
		case b.free <- c:
		default:
		}
	}
	return nil
}

// readSize is how much is read at once.
const readSize = 128 << 10

// read cuts the input into chunks of whole lines, one for each time that
// something could be read, so that nobody waits for an answer in vain.
func (b *batch) read(ctx context.Context, in io.Reader) error {
	r := lineReader{batch: b, line: 1, buf: make([]byte, 0, readSize)}
	for {
		n, err := in.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		if sendErr := r.cut(ctx, err != nil); sendErr != nil {
			return sendErr
		}
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read the requests at line %d: %w", r.line, err)
		}
	}
}

type lineReader struct {
	batch *batch
	buf   []byte // From the beginning of a line on.
	line  int    // Number of that line.
	long  bool   // That line is too long; buf holds what comes after its beginning.
}

// cut sends the whole lines of the buffer; at the end of the input all of it.
func (r *lineReader) cut(ctx context.Context, end bool) error {
	if r.long {
		if done, err := r.discard(ctx, end); !done {
			return err
		}
	}
	if r.line == 1 {
		r.buf = bytes.TrimPrefix(r.buf, []byte("\ufeff"))
	}
	whole := bytes.LastIndexByte(r.buf, '\n') + 1
	if end {
		whole = len(r.buf)
	}
	if whole > 0 {
		if err := r.sendLines(ctx, whole); err != nil {
			return err
		}
	}
	if len(r.buf) > MaxLine {
		r.long, r.buf = true, r.buf[:0]
		return nil
	}
	r.grow()
	return nil
}

// discard drops the rest of a line that is too long. It reports whether its
// end is reached.
func (r *lineReader) discard(ctx context.Context, end bool) (bool, error) {
	i := bytes.IndexByte(r.buf, '\n')
	if i < 0 && !end {
		r.buf = r.buf[:0]
		return false, nil
	}
	c := r.batch.fresh()
	c.first, c.tooLong = r.line, true
	if i < 0 {
		i = len(r.buf) - 1
	}
	r.buf = r.buf[:copy(r.buf, r.buf[i+1:])]
	r.line, r.long = r.line+1, false
	err := r.batch.send(ctx, c)
	return err == nil, err
}

func (r *lineReader) sendLines(ctx context.Context, n int) error {
	c := r.batch.fresh()
	c.first, c.lines = r.line, append(c.lines, r.buf[:n]...)
	r.line += bytes.Count(c.lines, []byte("\n"))
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	return r.batch.send(ctx, c)
}

// grow makes room to read more.
func (r *lineReader) grow() {
	if cap(r.buf)-len(r.buf) < readSize/2 {
		larger := make([]byte, len(r.buf), 2*cap(r.buf))
		copy(larger, r.buf)
		r.buf = larger
	}
}
