package aws

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/auditlog"
)

// located is an event on its way to the sink.
type located struct{ event auditlog.Event }

// frame is a container of records that the parser is in.
type frame uint8

const (
	inArray  frame = iota // A list of records.
	inObject              // The object around such a list, behind the list.
	inRows                // A list of rows of CloudTrail Lake.
)

// maxFrames bounds how deep lists of records may stand in lists.
const maxFrames = 8

// parser reads one stream, record by record. It keeps no more of it in memory
// than the largest record.
type parser struct {
	r      *eventReader
	name   string
	head   *bufio.Reader
	gz     *gzip.Reader // Nil until needed.
	win    *window
	norm   *normaliser
	frames []frame
	record int64 // How many records began so far.
	rec    ctRecord
	batch  []located
	arena  []byte // Decoded inner records of the batch.
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
		if p.win.pos = skipSpace(p.win.buf, p.win.pos); p.win.pos < len(p.win.buf) {
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
	if reason, message := endReason(err); reason != "" {
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

// one reads the object or row at the window's position.
func (p *parser) one(ctx context.Context) error {
	for {
		start := p.win.pos
		end, list, st := p.parseAt(start)
		switch {
		case st == scanShort:
			if err := p.fill(ctx); err != nil {
				return p.cut(ctx, err)
			}
			continue
		case st != scanOK:
			return p.bad(ctx, end, depthMessage(st))
		case list:
			p.list(start, end)
			return nil
		}
		p.take(start, end)
		return nil
	}
}

func (p *parser) parseAt(i int) (end int, list bool, st scanStatus) {
	p.rec = ctRecord{}
	if p.win.buf[i] == '[' {
		end, st = p.rec.parseRow(p.win.buf, i)
		return end, false, st
	}
	return p.rec.parse(p.win.buf, i)
}

// list enters the list of records at position i, within the object at start.
func (p *parser) list(start, i int) {
	f := inArray
	if isRows(p.win.buf[start:i]) {
		f = inRows
	}
	p.win.pos = i
	p.frames = append(p.frames, inObject)
	p.enter(f)
}

// sibling passes over a member behind a list of records, or enters it if it is
// a list of records too.
func (p *parser) sibling(ctx context.Context) error {
	list := false
	end, err := p.scan(ctx, func(b []byte, i int) (int, scanStatus) {
		key, _, value, st := nextMember(b, i, false)
		if list = st == scanOK && b[value] == '[' && isListKey(key); list || st != scanOK {
			return value, st
		}
		return skipValue(b, value, 1)
	})
	if err != nil || end < 0 {
		return err
	}
	p.win.pos = end
	if list {
		p.enter(inArray)
	}
	return nil
}

// scalar refuses something in a list of records that is no object.
func (p *parser) scalar(ctx context.Context) error {
	end, err := p.scan(ctx, func(b []byte, i int) (int, scanStatus) { return skipValue(b, i, 1) })
	if err != nil || end < 0 {
		return err
	}
	p.record++
	p.reject(UnsupportedShape, p.win.pos, "a list of records holds something that is not an object")
	p.win.pos = end
	return nil
}

// scan applies step at the window's position, reading more as needed. A
// negative end means that what stands there was refused.
func (p *parser) scan(ctx context.Context, step func(b []byte, i int) (int, scanStatus)) (int, error) {
	for {
		end, st := step(p.win.buf, p.win.pos)
		switch st {
		case scanOK:
			return end, nil
		case scanBad, scanDeep:
			return -1, p.bad(ctx, end, depthMessage(st))
		case scanShort:
			if err := p.fill(ctx); err != nil {
				return -1, p.cut(ctx, err)
			}
		}
	}
}

func depthMessage(st scanStatus) string {
	if st == scanDeep {
		return fmt.Sprintf("nested deeper than %d levels", maxDepth)
	}
	return ""
}

// take turns the record, which stands from start to end, into an event of the
// batch.
func (p *parser) take(start, end int) {
	p.record++
	p.win.pos = end
	rec, raw := &p.rec, p.win.buf[start:end]
	for depth := 0; rec.wraps() && depth < maxFrames; depth++ {
		var st scanStatus
		var inner ctRecord
		if inner, raw, p.arena, st = rec.unwrap(p.arena); st != scanOK {
			p.reject(InvalidJSON, start, "the record within is not a JSON object; export it again")
			return
		}
		rec = &inner
	}
	if rec.emptyList && rec.eventName == nil {
		p.record--
		return
	}
	p.batch = grow(p.batch)
	ev := &p.batch[len(p.batch)-1].event
	if reason, message := p.norm.event(ev, rec, raw); reason != "" {
		p.batch = p.batch[:len(p.batch)-1]
		p.refuse(reason, start, message)
		return
	}
	if p.r.o.KeepRaw {
		ev.Raw = raw
	}
}

// refuse counts a record that is no event. A digest is a file, not a record.
func (p *parser) refuse(reason Reason, start int, message string) {
	if reason == Digest {
		p.record--
		p.r.refuse(Digest, p.name, message)
		return
	}
	p.reject(reason, start, message)
}

// grow lengthens a batch by one and keeps the memory of the event there.
func grow(batch []located) []located {
	if len(batch) < cap(batch) {
		return batch[:len(batch)+1]
	}
	return append(batch, located{})
}

// cut handles the end of the source within a record, and records that are too
// large.
func (p *parser) cut(ctx context.Context, err error) error {
	if fatal, ok := errors.AsType[sinkError](err); ok {
		return fatal.error
	}
	if errors.Is(err, errOversize) {
		p.record++
		p.reject(Oversize, p.win.pos, fmt.Sprintf(
			"larger than %d bytes; CloudTrail's own records are below 256 KiB", p.r.o.MaxRecord))
		return p.resync(ctx)
	}
	reason, message := endReason(err)
	if reason == "" {
		reason, message = Truncated, "the file ends within this record; fetch it again. What stands before is kept"
	}
	p.record++
	p.reject(reason, p.win.pos, message)
	p.win.pos, p.frames = len(p.win.buf), nil
	p.win.err = io.EOF
	return nil
}
