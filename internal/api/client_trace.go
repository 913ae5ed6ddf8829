package api

import (
	"context"
	"fmt"
	"net/http"
)

// Trace follows someone's way through the audit log. The start and the graph
// are those of package trace, or of the same form in JSON.
func (c *Client) Trace(ctx context.Context, start, graph any) error {
	if err := c.exchange(ctx, http.MethodPost, AuditTracePath, start, graph); err != nil {
		return fmt.Errorf("ask the exporter for a trace: %w", err)
	}
	return nil
}
