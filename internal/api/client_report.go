package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// Reports lists the system reports that the exporter can make.
func (c *Client) Reports(ctx context.Context) (*Reports, error) {
	return send[Reports](ctx, c, http.MethodGet, ReportsPath, "ask which reports there are", nil)
}

// Report asks for a report as tables.
func (c *Client) Report(ctx context.Context, kind string, ask *ReportQuestion) (*Report, error) {
	return post[Report](ctx, c, fill(ReportPath, "{kind}", kind), "ask for report "+kind, ask)
}

// ReportFile is a file that arrived.
type ReportFile struct {
	Name        string // As the exporter calls it; "" where it doesn't say.
	ContentType string
	Size        int64 // In bytes.
}

// ReportFile asks for a report as a file, in a format such as pdf, and writes it
// to w. After an error w may hold a part of it. The client's timeout does not
// count, for a large report takes its time: end the context to give up.
func (c *Client) ReportFile(ctx context.Context, w io.Writer, kind, format string, ask *ReportQuestion) (*ReportFile, error) {
	file, err := c.reportFile(ctx, w, kind, format, ask)
	if err != nil {
		return nil, fmt.Errorf("ask for report %s as %s: %w", kind, format, err)
	}
	return file, nil
}

func (c *Client) reportFile(ctx context.Context, w io.Writer, kind, format string, ask *ReportQuestion) (*ReportFile, error) {
	path := fill(ReportPath, "{kind}", kind) + "?" + url.Values{"format": {format}}.Encode()
	req, err := c.request(ctx, http.MethodPost, path, ask)
	if err != nil {
		return nil, err
	}
	resp, err := newHTTP(0, c.o.Transport).Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, statusError(resp)
	}
	file := &ReportFile{ContentType: resp.Header.Get("Content-Type")}
	if _, parameters, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil {
		file.Name = parameters["filename"]
	}
	file.Size, err = io.Copy(w, resp.Body)
	return file, err
}
