package outgoing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

// Files makes files of reports and sends them.
type Files struct {
	// Gate lets one file or report be made at a time.
	Gate *Gate
	// Dir is where files are made before they are sent; "" is the system's place
	// for temporary files.
	Dir string
	// MaxPDF is how many cells a PDF has at most; 0 is a million.
	MaxPDF int
}

// ErrLarge means that a report is too large for a PDF.
var ErrLarge = errors.New("it is too large for a PDF, which nobody would read: take xlsx or csv, ask for fewer columns or systems, or narrow it by filters")

// maxPDF bounds the cells of a PDF, each of which takes some 2 KB of memory
// while it is made. The other formats are written as they are made.
const maxPDF = 1_000_000

// Send makes a report when its turn comes and replies with it as a file. It is
// given up as soon as nobody waits for it. The error is [ErrBusy], or that of
// what failed; then nothing was sent.
func (f *Files) Send(w http.ResponseWriter, r *http.Request, format render.Format, build func(context.Context) (*report.Report, error)) error {
	file, err := newScratch(f.Dir)
	if err != nil {
		return err
	}
	defer file.close()
	var name string
	err = f.InTurn(r.Context(), func(ctx context.Context) error {
		built, err := build(ctx)
		if err != nil {
			return err
		}
		if format == render.PDF && cells(built) > cmp.Or(f.MaxPDF, maxPDF) {
			return ErrLarge
		}
		name = render.FileName(built, format)
		return render.Write(whileWanted{ctx, file}, built, format)
	})
	if err != nil {
		return err
	}
	size, err := file.rewind()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", format.ContentType())
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(w, file) // A client that went away is no error of ours.
	return nil
}

func cells(r *report.Report) int {
	n := 0
	for _, t := range r.Tables() {
		n += len(t.Rows) * len(t.Columns)
	}
	return n
}

// InTurn does something when its turn comes. The error is [ErrBusy], that of
// the context, or that of what it does.
func (f *Files) InTurn(ctx context.Context, do func(context.Context) error) error {
	leave, err := f.Gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return do(ctx)
}

// whileWanted writes until nobody waits for the file any more.
type whileWanted struct {
	ctx context.Context //nolint:containedctx // A writer has no other way to learn of it.
	io.Writer
}

// Write writes, or returns why nobody waits any more.
func (w whileWanted) Write(p []byte) (int, error) {
	if err := w.Wanted(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}

// Wanted returns why nobody waits any more.
func (w whileWanted) Wanted() error { return context.Cause(w.ctx) }
