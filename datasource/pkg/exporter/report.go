package exporter

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReportsPath is where reports are listed; one is at its kind below it.
const ReportsPath = "/api/v1/reports"

// ReportQuestion asks for a report.
type ReportQuestion struct {
	Clouds  []entitlement.Cloud    `json:"clouds,omitempty"`
	Systems []entitlement.SystemID `json:"systems,omitempty"`
	Folders []string               `json:"folders,omitempty"`
	Filters map[string][]string    `json:"filters,omitempty"`
	From    time.Time              `json:"from,omitzero"`
	To      time.Time              `json:"to,omitzero"`
}

// Report is a report as tables.
type Report struct {
	Title    string      `json:"title"`
	AsOf     time.Time   `json:"as_of,omitzero"`
	Warnings []string    `json:"warnings,omitempty"`
	Tables   []api.Table `json:"tables"`
}

// Report asks for the tables of a report.
func (c *Client) Report(ctx context.Context, kind string, ask *ReportQuestion) (*Report, error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return nil, fmt.Errorf("encode the question: %w", err)
	}
	resp, err := c.Raw(ctx, &api.RawRequest{
		Method: http.MethodPost, Path: ReportsPath + "/" + url.PathEscape(kind), Accept: "application/json", Body: body,
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, StatusError(resp)
	}
	found := &Report{}
	if err := json.NewDecoder(resp.Body).Decode(found); err != nil {
		return nil, fmt.Errorf("decode the report: %w", err)
	}
	return found, nil
}

// StatusError reads an answer that is no success.
func StatusError(resp *http.Response) error {
	e := &api.StatusError{Status: resp.StatusCode}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&e.Answer) // It may be another's.
	return e
}
