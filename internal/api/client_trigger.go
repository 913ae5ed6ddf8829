package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Triggers lists the activity triggers and how far they are.
func (c *Client) Triggers(ctx context.Context) (*Triggers, error) {
	return send[Triggers](ctx, c, http.MethodGet, AuditTriggersPath, "ask which triggers there are", nil)
}

// FirstTime lists the first-time rules and how far they are.
func (c *Client) FirstTime(ctx context.Context) (*FirstTimeRules, error) {
	return send[FirstTimeRules](ctx, c, http.MethodGet, AuditFirstTimePath, "ask which first-time rules there are", nil)
}

// FirstTimeReports returns the latest reports of a first-time rule, since a
// time; a zero one is the exporter's default.
func (c *Client) FirstTimeReports(ctx context.Context, rule string, since time.Time) (*FirstTimeReports, error) {
	path := strings.Replace(AuditReportsPath, "{name}", url.PathEscape(rule), 1)
	if !since.IsZero() {
		path += "?" + url.Values{"from": {since.UTC().Format(time.RFC3339Nano)}}.Encode()
	}
	return send[FirstTimeReports](ctx, c, http.MethodGet, path, "ask for reports of first-time rule "+rule, nil)
}
