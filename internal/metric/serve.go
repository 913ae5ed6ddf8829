package metric

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"
)

const contentType = "text/plain; version=0.0.4; charset=utf-8"

// ServeHTTP answers with the program's own metrics and all pages, compressed
// if the client takes gzip. Where the program's own metrics can't be gathered
// or repeat a published family it answers 500 and says why: a scrape must not
// look complete when it isn't.
func (e *Exposition) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	snap := e.current.Load()
	self, err := e.gatherSelf(snap)
	if err != nil {
		e.logger.ErrorContext(r.Context(), "gather own metrics", "err", err)
		http.Error(w, "gather own metrics: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Add("Vary", "Accept-Encoding")
	if err := send(w, r, snap, self); err != nil {
		e.logger.DebugContext(r.Context(), "scrape broken off", "err", err) // The client has gone away.
	}
}

// gatherSelf renders the program's own metrics.
func (e *Exposition) gatherSelf(snap *snapshot) ([]byte, error) {
	families, err := e.self.Gather()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	enc := expfmt.NewEncoder(&buf, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if snap.names[f.GetName()] {
			return nil, fmt.Errorf("family %s is both registered and published on a page; keep one", f.GetName())
		}
		if err := enc.Encode(f); err != nil {
			return nil, fmt.Errorf("family %s: %w", f.GetName(), err)
		}
	}
	return buf.Bytes(), nil
}

func send(w http.ResponseWriter, r *http.Request, snap *snapshot, self []byte) error {
	if acceptsGzip(r.Header) {
		w.Header().Set("Content-Encoding", "gzip")
		if r.Method == http.MethodHead {
			return nil
		}
		chunks := make([]*chunk, 0, len(snap.chunks)+1)
		return writeGzip(w, append(append(chunks, &chunk{plain: self}), snap.chunks...))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(self)+snap.size))
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(self); err != nil {
		return err
	}
	for _, c := range snap.chunks {
		if _, err := w.Write(c.plain); err != nil {
			return err
		}
	}
	return nil
}

// String returns what a scrape without the program's own metrics would read.
func (e *Exposition) String() string {
	var b strings.Builder
	for _, c := range e.current.Load().chunks {
		_, _ = b.Write(c.plain)
	}
	return b.String()
}
