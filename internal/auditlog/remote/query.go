package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// maxStatement bounds a statement, in bytes: beyond it the server would not
// read the form and say that the query is missing.
const maxStatement = 9 << 20

// maxRow bounds one row of an answer: the server's own limit of 2 MB, and
// groups that gather values of many rows.
const maxRow = 256 << 20

// noDetail stands in the column _msg of events without detail: the server
// would put words of its own there.
const noDetail = "\u200b"

// question is one query.
type question struct {
	tenant   Tenant
	text     string
	from, to time.Time // From <= time < To; zero is open.
	partial  bool
}

// callerError is an error of the function that takes the rows.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }
func (e *callerError) Unwrap() error { return e.err }

// brokenError ends an answer of which some rows were handed on.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return "the answer broke off: " + e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// ask runs a query, trying one server after the other until one gives rows.
func (s *Store) ask(ctx context.Context, q question, take func(auditlog.Row) error) error {
	var err error
	urls := s.o.SelectURLs
	first := int(s.next.Add(1))
	for i := range urls {
		err = s.askOne(ctx, urls[(first+i)%len(urls)], q, take)
		if !unreached(err) && !passing(status(err)) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (s *Store) askOne(ctx context.Context, base string, q question, take func(auditlog.Row) error) error {
	form, err := s.form(q)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(s.o.Timeout, func() { cancel(&silentError{s.o.Timeout}) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, join(base, "/select/logsql/query"), strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.do(req, q.tenant)
	if err != nil {
		return silent(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.ContentLength < 0 && !resp.ProtoAtLeast(2, 0) && len(resp.TransferEncoding) == 0 {
		return fmt.Errorf("%s: the answer has neither length nor chunks, so that its end cannot be told from a failure; a proxy that speaks HTTP/1.0 may stand between", req.URL.Redacted())
	}
	return silent(ctx, readRows(ctx, &watched{resp.Body, watch, s.o.Timeout}, take))
}

// silent puts the reason of a request's end in the place of "context canceled".
func silent(ctx context.Context, err error) error {
	var s *silentError
	if err != nil && errors.As(context.Cause(ctx), &s) {
		return s
	}
	return err
}

func (s *Store) form(q question) (string, error) {
	partial := "0"
	if q.partial {
		partial = "1"
	}
	v := url.Values{"query": {q.text}, "allow_partial_response": {partial}}
	if q.tenant == s.o.Tenant {
		v.Set("extra_filters", notMarks)
	}
	if !q.from.IsZero() {
		v.Set("start", timeArgument(q.from))
	}
	if !q.to.IsZero() {
		v.Set("end", timeArgument(q.to))
	}
	form := v.Encode()
	if len(form) > maxStatement {
		return "", fmt.Errorf("%w: it has %d bytes once encoded, the server takes %d", auditlog.ErrStatement, len(form), maxStatement)
	}
	return form, nil
}

// timeArgument writes a time for the server, which takes years 1970 to 2262.
func timeArgument(t time.Time) string {
	earliest, latest := time.Unix(0, 0), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	switch {
	case t.Before(earliest):
		t = earliest
	case t.After(latest):
		t = latest
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z")
}

// watched is a body whose server may be silent for a while at most; the time
// that the rows' taker needs does not count.
type watched struct {
	r     io.Reader
	watch *time.Timer
	limit time.Duration
}

// Read reads while the clock runs.
func (w *watched) Read(p []byte) (int, error) {
	w.watch.Reset(w.limit)
	n, err := w.r.Read(p)
	w.watch.Stop()
	return n, err
}

// readRows hands the rows of an answer on. Anything but whole rows to a proper
// end is an error: the server breaks an answer off, after a line that says why,
// when it fails in the middle of it.
func readRows(ctx context.Context, body io.Reader, take func(auditlog.Row) error) error {
	in := bufio.NewReaderSize(body, 64<<10)
	var buf []byte
	var columns auditlog.Row
	for n := 0; ; {
		line, err := readLine(in, buf[:0])
		buf = line
		if err == io.EOF && len(line) == 0 { //nolint:errorlint // Readers return it as it is.
			return nil
		}
		if len(line) > 0 && line[0] != '\n' || err != nil {
			if columns, err = wholeRow(columns[:0], line, err); err != nil {
				return broken(n, err)
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := take(columns); err != nil {
				return &callerError{err}
			}
			n++
		}
	}
}

func broken(rows int, err error) error {
	if rows > 0 {
		return &brokenError{err}
	}
	return err
}

// readLine appends the next line, its end included, to buf.
func readLine(in *bufio.Reader, buf []byte) ([]byte, error) {
	for {
		part, err := in.ReadSlice('\n')
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, err
		}
		if len(buf) > maxRow {
			return buf, fmt.Errorf("a row of more than %d bytes", maxRow)
		}
	}
}

// wholeRow parses a line that was read with err.
func wholeRow(dst auditlog.Row, line []byte, err error) (auditlog.Row, error) {
	if err != nil {
		if said := short(string(line)); said != "" {
			return dst, fmt.Errorf("%w, at %q", noEnd(err), said)
		}
		return dst, noEnd(err)
	}
	if dst, err = parseRow(dst, line); err != nil {
		return dst, fmt.Errorf("the server said %q, which is no row: %w", short(string(line[:min(len(line), 4000)])), err)
	}
	for i := range dst {
		if dst[i].Name == row.Message && dst[i].Value == noDetail {
			return append(dst[:i], dst[i+1:]...), nil
		}
	}
	return dst, nil
}

func noEnd(err error) error {
	if err == io.EOF { //nolint:errorlint // Readers return it as it is.
		return io.ErrUnexpectedEOF
	}
	return err
}
