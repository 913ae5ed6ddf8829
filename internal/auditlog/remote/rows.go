package remote

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// maxRow bounds one row of an answer: the server's own limit of 2 MB, and
// groups that gather values of many rows.
const maxRow = 256 << 20

// noDetail stands in the column _msg of events without detail: the server
// would put words of its own there.
const noDetail = "\u200b"

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
