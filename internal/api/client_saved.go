package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// SavedQueries lists the saved queries that the caller may see.
func (c *Client) SavedQueries(ctx context.Context) (*SavedQueries, error) {
	return send[SavedQueries](ctx, c, http.MethodGet, AuditSavedPath, "list saved queries", nil)
}

// SavedQuery returns one saved query.
func (c *Client) SavedQuery(ctx context.Context, id string) (*SavedQuery, error) {
	return send[SavedQuery](ctx, c, http.MethodGet, expand(AuditSavedOnePath, id), "read saved query "+id, nil)
}

// Save creates a saved query.
func (c *Client) Save(ctx context.Context, q *SaveRequest) (*SavedQuery, error) {
	return post[SavedQuery](ctx, c, AuditSavedPath, "save a query", q)
}

// Replace replaces what a saved query says.
func (c *Client) Replace(ctx context.Context, id string, q *SaveRequest) (*SavedQuery, error) {
	return send[SavedQuery](ctx, c, http.MethodPut, expand(AuditSavedOnePath, id), "replace saved query "+id, q)
}

// Duplicate copies a saved query.
func (c *Client) Duplicate(ctx context.Context, id string) (*SavedQuery, error) {
	return post[SavedQuery](ctx, c, expand(AuditDuplicatePath, id), "duplicate saved query "+id, nil)
}

// Share lets everybody see a saved query, or its owner alone again.
func (c *Client) Share(ctx context.Context, id string, s *ShareRequest) (*SavedQuery, error) {
	return post[SavedQuery](ctx, c, expand(AuditSharePath, id), "share saved query "+id, s)
}

// Delete deletes a saved query; version 0 stands for any.
func (c *Client) Delete(ctx context.Context, id string, version int64) error {
	path := expand(AuditSavedOnePath, id)
	if version != 0 {
		path += "?" + url.Values{"version": {strconv.FormatInt(version, 10)}}.Encode()
	}
	_, err := send[struct{}](ctx, c, http.MethodDelete, path, "delete saved query "+id, nil)
	return err
}
