package records

import (
	"context"
	"io"

	"github.com/leastward/leastward/internal/entitlement"
)

// Feed parses many small streams one after the other, as the messages of a
// queue are, and keeps between them what a parser has learnt. It belongs to one
// goroutine.
type Feed struct {
	r *reader
	p *parser
}

// NewFeed returns a feed of a cloud's logs into a sink.
func NewFeed(o Options, f Format, sink Sink) *Feed {
	r := newReader(o.WithDefaults(), f, sink)
	return &Feed{r: r, p: r.newParser()}
}

// Parse reads one stream, which may be compressed with gzip; see [Parse]. All
// its events went to the sink when it returns without an error. The time that
// is the present for it is that of the call.
func (f *Feed) Parse(ctx context.Context, in io.Reader, name string) error {
	f.p.latest = f.r.o.Now().Add(f.r.o.FutureTolerance)
	if err := f.p.parse(ctx, in, name, false); err != nil {
		f.p.batch, f.p.arena = f.p.batch[:0], f.p.arena[:0] // What the sink did not take comes again with the stream.
		return f.r.failed(name, err)
	}
	return nil
}

// Take returns the counts and problems since the last call, and begins anew.
func (f *Feed) Take() (Stats, []entitlement.Problem) {
	stats, problems := f.r.result()
	f.r.begin()
	return stats, problems
}
