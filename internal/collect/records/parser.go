package records

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// located is an event on its way to the sink.
type located struct{ event auditlog.Event }

// frame is a container of records that the parser is in.
type frame uint8

const (
	inArray  frame = iota // A list of records.
	inObject              // The object around such a list, behind the list.
	inRows                // A list of rows of a table.
)

// maxFrames bounds how deep lists of records may stand in lists.
const maxFrames = 8

// parser reads one stream, record by record. It keeps no more of it in memory
// than the largest record.
type parser struct {
	r      *reader
	name   string
	latest time.Time // Events later than this are refused.
	head   *bufio.Reader
	gz     *gzip.Reader // Nil until needed.
	win    *window
	frames []frame
	record int64 // How many records began so far.
	batch  []located
	arena  []byte // Decoded inner records of the batch.

	cloud     Parser
	scanner   Scanner   // Nil where cloud is none.
	unwrapper Unwrapper // Likewise.
	tabler    Tabler    // Likewise.
}

func (r *reader) newParser() *parser {
	p := &parser{
		r: r, latest: r.o.Now().Add(r.o.FutureTolerance), cloud: r.format.NewParser(&r.o),
		win: newWindow(nil, r.o.MaxRecord), head: bufio.NewReaderSize(nil, 16<<10),
	}
	p.scanner, _ = p.cloud.(Scanner)
	p.unwrapper, _ = p.cloud.(Unwrapper)
	p.tabler, _ = p.cloud.(Tabler)
	return p
}

// run reads the stream to its end. Its error is the sink's or the context's.
func (p *parser) run(ctx context.Context) error {
	for {
		c, err := p.next(ctx)
		if err != nil {
			return p.end(err)
		}
		switch {
		case c == ',':
			p.win.pos++
		case c == ']' || c == '}':
			p.leave()
		case c == '[' && p.top() == inRows && len(p.frames) > 0, c == '{':
			err = p.one(ctx)
		case c == '[' && len(p.frames) < maxFrames:
			p.enter(inArray)
		case c == '"' && len(p.frames) > 0 && p.top() == inObject:
			err = p.sibling(ctx)
		case len(p.frames) > 0:
			err = p.scalar(ctx)
		default:
			err = p.bad(ctx, p.win.pos, "")
		}
		if err != nil {
			return err
		}
	}
}

// next returns the next byte that is not white space.
func (p *parser) next(ctx context.Context) (byte, error) {
	for {
		if p.win.pos = jsonscan.SkipSpace(p.win.buf, p.win.pos); p.win.pos < len(p.win.buf) {
			return p.win.buf[p.win.pos], nil
		}
		if err := p.fill(ctx); err != nil {
			return 0, err
		}
	}
}

// sinkError marks an error that ends the reading, unlike those of the source.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }

// fill reads more, having delivered the batch, whose events may point into the
// window.
func (p *parser) fill(ctx context.Context) error {
	if err := p.flush(); err != nil {
		return sinkError{err}
	}
	if err := ctx.Err(); err != nil {
		return sinkError{context.Cause(ctx)}
	}
	return p.win.fill()
}

func (p *parser) flush() error {
	err := p.r.deliver(p.name, p.batch)
	p.batch, p.arena = p.batch[:0], p.arena[:0]
	return err
}

// end reports how the stream ended: well, or in the middle of something.
func (p *parser) end(err error) error {
	if fatal, ok := errors.AsType[sinkError](err); ok {
		return fatal.error
	}
	if reason, message := EndReason(err); reason != "" {
		p.reject(reason, p.win.pos, message)
	} else if len(p.frames) > 0 {
		p.reject(Truncated, p.win.pos, "the file ends before its list of records does; "+
			"fetch it again. What stands before is kept")
	}
	return p.flush()
}

func (p *parser) top() frame {
	if len(p.frames) == 0 {
		return inArray
	}
	return p.frames[len(p.frames)-1]
}

func (p *parser) enter(f frame) {
	p.win.pos++
	p.frames = append(p.frames, f)
}

func (p *parser) leave() {
	p.win.pos++
	if len(p.frames) > 0 {
		p.frames = p.frames[:len(p.frames)-1]
	}
}

// cut handles the end of the source within a record, and records that are too
// large.
func (p *parser) cut(ctx context.Context, err error) error {
	if fatal, ok := errors.AsType[sinkError](err); ok {
		return fatal.error
	}
	if errors.Is(err, errOversize) {
		p.record++
		p.reject(Oversize, p.win.pos, p.tooLarge())
		return p.resync(ctx)
	}
	reason, message := EndReason(err)
	if reason == "" {
		reason, message = Truncated, "the file ends within this record; fetch it again. What stands before is kept"
	}
	p.record++
	p.reject(reason, p.win.pos, message)
	p.win.pos, p.frames = len(p.win.buf), nil
	p.win.err = io.EOF
	return nil
}

func (p *parser) tooLarge() string {
	message := fmt.Sprintf("larger than %d bytes", p.r.o.MaxRecord)
	if p.r.about.Limit != "" {
		message += "; " + p.r.about.Limit
	}
	return message
}
