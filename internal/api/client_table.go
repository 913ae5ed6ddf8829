package api

import (
	"context"
	"net/http"
)

// Tables lists the tables that the exporter can answer.
func (c *Client) Tables(ctx context.Context) (*Tables, error) {
	return send[Tables](ctx, c, http.MethodGet, TablesPath, "ask which tables there are", nil)
}

// Table asks for a table.
func (c *Client) Table(ctx context.Context, name string, ask *TableQuestion) (*Table, error) {
	return post[Table](ctx, c, expandName(TablePath, name), "ask for table "+name, ask)
}

// Systems lists the systems that the caller may see.
func (c *Client) Systems(ctx context.Context) (*Systems, error) {
	return send[Systems](ctx, c, http.MethodGet, SystemsPath, "ask which systems there are", nil)
}
