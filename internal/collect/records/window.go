package records

import (
	"errors"
	"fmt"
	"io"
)

// A window begins small, since most files are, and grows as it is filled.
const (
	windowStart = 16 << 10
	windowSize  = 256 << 10
)

// errOversize is returned by fill where the value at the start of the window
// does not fit into the largest window.
var errOversize = errors.New("value exceeds the size limit")

// window is the part of a stream that is in memory. Everything before pos has
// been dealt with.
type window struct {
	src   io.Reader
	buf   []byte
	pos   int   // Of the first byte not yet dealt with, in buf.
	base  int64 // Offset of buf[0] in the stream.
	limit int   // How large the window may grow.
	err   error // Why the source ended: io.EOF or worse.
}

func newWindow(src io.Reader, limit int) *window {
	return &window{src: src, buf: make([]byte, 0, windowStart), limit: max(limit, windowSize)}
}

// reset begins a new stream and keeps the memory.
func (w *window) reset(src io.Reader) {
	w.src, w.buf, w.pos, w.base, w.err = src, w.buf[:0], 0, 0, nil
}

// offset returns the offset in the stream of position i of the window.
func (w *window) offset(i int) int64 { return w.base + int64(i) }

// fill moves what is left to the start of the buffer, which invalidates every
// slice of it, and reads more. Position pos becomes 0. At the end of the source
// it returns the source's error.
func (w *window) fill() error {
	if w.err != nil {
		return w.err
	}
	rest := len(w.buf) - w.pos
	if rest >= w.limit {
		return errOversize
	}
	dst := w.buf[:cap(w.buf)]
	if rest*2 > cap(w.buf) && cap(w.buf) < w.limit || len(w.buf) > 0 && cap(w.buf) < windowSize {
		dst = make([]byte, min(2*cap(w.buf), w.limit))
	}
	copy(dst, w.buf[w.pos:])
	w.base += int64(w.pos)
	w.buf, w.pos = dst[:rest], 0
	return w.read()
}

// fillUp is fill, but goes on until the buffer is full or the source ends:
// whoever begins anew after each fill then does so a few times only.
func (w *window) fillUp() error {
	if err := w.fill(); err != nil {
		return err
	}
	for w.err == nil && len(w.buf) < cap(w.buf) {
		_ = w.read() // The next call tells.
	}
	return nil
}

func (w *window) read() error {
	for try := 0; ; try++ {
		n, err := w.src.Read(w.buf[len(w.buf):cap(w.buf)])
		w.buf = w.buf[:len(w.buf)+n]
		w.err = err
		switch {
		case n > 0:
			return nil
		case err != nil:
			return err
		case try == 100:
			w.err = fmt.Errorf("read at byte %d: %w", w.offset(len(w.buf)), io.ErrNoProgress)
			return w.err
		}
	}
}
