package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
)

// patient is how long a client may take nothing before it is cut off: a slow
// one holds a place that others wait for.
const patient = 30 * time.Second

// lines writes a stream of JSON lines. Nothing is written before the first
// line, so that an error before it is still a proper answer.
type lines struct {
	out     *deadlined
	buffer  *bufio.Writer
	encoder *json.Encoder
	count   int64
}

func newLines(w http.ResponseWriter) *lines {
	out := &deadlined{w: w, control: http.NewResponseController(w)}
	buffer := bufio.NewWriterSize(out, 64<<10)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	return &lines{out: out, buffer: buffer, encoder: encoder}
}

// event writes one event.
func (l *lines) event(ev *auditlog.Event) error {
	l.count++
	return l.line(api.NewAuditEvent(ev))
}

func (l *lines) line(v any) error {
	if err := l.encoder.Encode(v); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// flush sends what is written.
func (l *lines) flush() error {
	if err := l.buffer.Flush(); err != nil {
		return err
	}
	return l.out.flush()
}

// begun reports whether anything was sent.
func (l *lines) begun() bool { return l.out.begun }

// end writes the last line and ends the stream. One that failed is torn off as
// well, so that whoever does not read the last line notices, too.
func (l *lines) end(end api.StreamEnd) error {
	defer l.out.release()
	if err := l.line(end); err != nil {
		return nil // The client is gone: nobody can be told.
	}
	_ = l.flush()
	if !end.Done {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// deadlined writes to a client that must not take forever.
type deadlined struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begun   bool
}

// Write sends the head of the answer first.
func (d *deadlined) Write(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		d.w.Header().Set("Content-Type", api.NDJSON)
		d.w.WriteHeader(http.StatusOK)
	}
	_ = d.control.SetWriteDeadline(time.Now().Add(patient)) // Not every writer has one: tests.
	return d.w.Write(p)
}

func (d *deadlined) flush() error {
	if err := d.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// release takes the deadline away again: the connection may serve on.
func (d *deadlined) release() { _ = d.control.SetWriteDeadline(time.Time{}) }
