package records

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	kgzip "github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// reject counts a refused record at position i of the window.
func (p *parser) reject(reason Reason, i int, message string) {
	p.r.reject(reason, position{file: p.name, offset: p.win.offset(i), record: p.record}, message)
}

// EndReason tells why a source ended, for the one who reads; "" is a good end.
func EndReason(err error) (Reason, string) {
	switch {
	case errors.Is(err, io.EOF):
		return "", ""
	case errors.Is(err, io.ErrUnexpectedEOF):
		return TruncatedGzip, "the compressed file ends early; fetch it again. What stands before is kept"
	case isCorrupt(err):
		return CorruptGzip, fmt.Sprintf("the compressed file is damaged (%v); fetch it again. What stands before is kept", err)
	}
	return Unreadable, fmt.Sprintf("read the file: %v. What stands before is kept", err)
}

func isCorrupt(err error) bool {
	var flateErr flate.CorruptInputError
	return errors.As(err, &flateErr) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) ||
		errors.Is(err, kgzip.ErrChecksum) || errors.Is(err, kgzip.ErrHeader)
}

// bad refuses the record at the window's position, which is wrong at i, and
// looks for the next.
func (p *parser) bad(ctx context.Context, i int, message string) error {
	p.record++
	reason := InvalidJSON
	switch {
	case message != "":
	case i < len(p.win.buf) && p.win.buf[i] == '\'':
		reason, message = PythonRepr, "a Python literal, not JSON; export with json.dumps"
	case i < len(p.win.buf):
		message = fmt.Sprintf("not JSON: unexpected %q at byte %d", p.win.buf[i], p.win.offset(i))
	}
	p.reject(reason, p.win.pos, message)
	return p.resync(ctx)
}

// resync moves from a broken record to the next one. Outside of any list that
// is the next line that opens an object or list, within one it is the end of
// the balanced brackets that the record opened; and in both cases the next
// place where a record of the cloud visibly begins, if that comes first.
func (p *parser) resync(ctx context.Context) error {
	b := balance{byLine: len(p.frames) == 0, more: true, begins: p.r.about.Begins}
	p.win.pos++ // The record's first byte was looked at.
	b.open(p.win.buf[p.win.pos-1])
	for {
		i, found := b.scan(p.win.buf, p.win.pos)
		p.win.pos = i
		if found {
			return nil
		}
		if err := p.fill(ctx); err != nil {
			if !b.more {
				return p.lost(err)
			}
			b.more = false // Look once more at the last bytes.
		}
	}
}

// lost ends a file in which no further record is found. The broken record is
// counted already.
func (p *parser) lost(err error) error {
	if fatal, ok := errors.AsType[sinkError](err); ok {
		return fatal.error
	}
	p.frames = nil
	p.win.pos, p.win.err = len(p.win.buf), io.EOF
	return nil
}

// balance follows brackets and strings through text that is not quite JSON.
type balance struct {
	begins []string // First members of records.
	byLine bool
	more   bool // The text may go on behind the window.
	lost   bool // Brackets or strings no longer make sense.
	str    bool
	esc    bool
	stack  []byte
}

// keep is how much of the window scan leaves, so that the beginning of a record
// is never split.
const keep = 256

func (b *balance) open(c byte) {
	if c == '{' || c == '[' {
		b.stack = append(b.stack, c)
		return
	}
	b.lost = true
}

// scan looks at buf from i on. It returns the position to go on from and
// whether a record may begin there.
func (b *balance) scan(buf []byte, i int) (int, bool) {
	for ; i < len(buf); i++ {
		c := buf[i]
		switch {
		case b.byLine && c == '\n' && i+1 == len(buf):
			return i, false
		case b.byLine && c == '\n' && (buf[i+1] == '{' || buf[i+1] == '['):
			return i + 1, true
		case c == '{' && b.record(buf[i:]):
			return i, true
		case c == '{' && len(buf)-i < keep && b.more:
			return i, false
		case b.byLine:
		case !b.lost && b.step(c):
			return i + 1, true
		}
	}
	return i, false
}

// step takes one byte and reports whether it closes the record.
func (b *balance) step(c byte) bool {
	switch {
	case b.esc:
		b.esc = false
	case b.str && c == '\\':
		b.esc = true
	case c == '"':
		b.str = !b.str
	case b.str:
		b.lost = c < 0x20
	case c == '{' || c == '[':
		b.stack = append(b.stack, c)
		b.lost = len(b.stack) > 4*jsonscan.MaxDepth
	case c == '}' || c == ']':
		n := len(b.stack) - 1
		b.lost = b.stack[n] != c-2
		b.stack = b.stack[:n]
		return !b.lost && n == 0
	}
	return false
}

// record reports whether a record visibly begins with the text.
func (b *balance) record(text []byte) bool {
	rest := text[jsonscan.SkipSpace(text, 1):]
	for _, first := range b.begins {
		if len(rest) >= len(first) && string(rest[:len(first)]) == first {
			return true
		}
	}
	return false
}
