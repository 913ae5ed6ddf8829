package records

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// maxElement is the size in bytes above which an element of a list is refused.
// The clouds' own limits keep an identity or a role below 1 MiB.
const maxElement = 64 << 20

// Element is one element of a list at the top of a document. With N = 0 it is
// another member there, or the opening bracket of a list.
type Element struct {
	List   string
	N      int    // Counted from 1.
	Value  []byte // Checked JSON, valid only during the call.
	Offset int64  // In bytes, after decompression.
}

// FileError tells where in an exported file the reading ended. What stood
// before is kept.
type FileError struct {
	Reason  Reason
	Name    string
	Offset  int64 // In bytes, after decompression.
	Message string
}

func (e *FileError) Error() string {
	return fmt.Sprintf("%s: byte %d: %s", e.Name, e.Offset, e.Message)
}

// listReader reads documents of the form {"List": [element, …], …}, several of
// them one after the other or in an array, as the command lines of the clouds
// write them. It keeps one element in memory at a time.
type listReader struct {
	name  string
	win   *window
	visit func(Element) error
	whole bool // Documents are elements, which may be large.
}

// ReadLists reads documents of the form {"List": [element, …], …}, several of
// them one after the other or in an array, and calls visit for each element. Its
// error is a *FileError or that of visit; the value of an element is valid only
// during the call.
func ReadLists(in io.Reader, name string, visit func(Element) error) error {
	src, err := PlainReader(in)
	if err != nil {
		return &FileError{Reason: CorruptGzip, Name: name, Message: fmt.Sprintf("open as gzip: %v; fetch it again", err)}
	}
	l := &listReader{name: name, win: newWindow(src, maxElement), visit: visit}
	return l.documents()
}

// PlainReader reads a file of text: it decompresses what begins like gzip and
// drops a byte order mark.
func PlainReader(in io.Reader) (io.Reader, error) {
	b := bufio.NewReader(in)
	magic, _ := b.Peek(3)
	if bytes.HasPrefix(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReader(z)
		magic, _ = b.Peek(3)
	}
	if string(magic) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3) // Just peeked.
	}
	return b, nil
}

func (l *listReader) documents() error {
	for empty := true; ; empty = false {
		c, err := l.next()
		switch {
		case errors.Is(err, io.EOF) && empty:
			return l.fail(EmptyFile, 0, "the file is empty; export it again")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return l.ended(err)
		case c == '[' || c == ']' || c == ',':
			l.win.pos++
		case c == '{':
			if err := l.object(); err != nil {
				return err
			}
		default:
			return l.fail(NotJSON, l.win.pos, fmt.Sprintf("%q is not the beginning of a JSON document", c))
		}
	}
}

func (l *listReader) object() error {
	l.win.pos++
	for {
		c, err := l.next()
		switch {
		case err != nil:
			return l.ended(err)
		case c == '}':
			l.win.pos++
			return nil
		case c == ',':
			l.win.pos++
		default:
			if err := l.member(); err != nil {
				return err
			}
		}
	}
}

func (l *listReader) member() error {
	var key string
	start, err := l.scan(func(b []byte, i int) (int, jsonscan.Status) {
		raw, _, value, st := jsonscan.NextMember(b, i, false)
		key = string(raw)
		return value, st
	})
	if err != nil {
		return err
	}
	if l.win.pos = start; l.win.buf[start] == '[' {
		return l.list(key)
	}
	return l.element(key, 0)
}

func (l *listReader) list(key string) error {
	begin := Element{List: key, Value: l.win.buf[l.win.pos : l.win.pos+1], Offset: l.win.offset(l.win.pos)}
	if err := l.visit(begin); err != nil {
		return err
	}
	l.win.pos++
	for n := 1; ; {
		c, err := l.next()
		switch {
		case err != nil:
			return l.ended(err)
		case c == ']':
			l.win.pos++
			return nil
		case c == ',':
			l.win.pos++
		default:
			if err := l.element(key, n); err != nil {
				return err
			}
			n++
		}
	}
}

func (l *listReader) element(key string, n int) error {
	end, err := l.scan(func(b []byte, i int) (int, jsonscan.Status) { return jsonscan.SkipValue(b, i, 2) })
	if err != nil {
		return err
	}
	start := l.win.pos
	l.win.pos = end
	return l.visit(Element{List: key, N: n, Value: l.win.buf[start:end], Offset: l.win.offset(start)})
}

func (l *listReader) scan(step func(b []byte, i int) (int, jsonscan.Status)) (int, error) {
	for {
		end, st := step(l.win.buf, l.win.pos)
		switch st {
		case jsonscan.OK:
			return end, nil
		case jsonscan.Bad:
			return 0, l.fail(InvalidJSON, end, fmt.Sprintf("not JSON: unexpected %q", l.win.buf[end]))
		case jsonscan.Deep:
			return 0, l.fail(InvalidJSON, end, st.Message())
		case jsonscan.Short:
			if err := l.fill(); err != nil {
				return 0, l.ended(err)
			}
		}
	}
}

func (l *listReader) fill() error {
	if l.whole {
		return l.win.fillUp()
	}
	return l.win.fill()
}

func (l *listReader) next() (byte, error) {
	for {
		if l.win.pos = jsonscan.SkipSpace(l.win.buf, l.win.pos); l.win.pos < len(l.win.buf) {
			return l.win.buf[l.win.pos], nil
		}
		if err := l.win.fill(); err != nil {
			return 0, err
		}
	}
}

func (l *listReader) fail(reason Reason, i int, message string) error {
	return &FileError{Reason: reason, Name: l.name, Offset: l.win.offset(i), Message: message}
}

// ended tells why the source ended within a document.
func (l *listReader) ended(err error) error {
	if errors.Is(err, errOversize) {
		return l.fail(Oversize, l.win.pos, fmt.Sprintf("an element is larger than %d bytes", l.win.limit))
	}
	reason, message := EndReason(err)
	if reason == "" {
		reason, message = Truncated, "the file ends within a document; export it again. What stands before is kept"
	}
	return l.fail(reason, l.win.pos, message)
}
