package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/leastward/leastward/internal/entitlement"
)

// TableValuesPath takes the table's name for {name}.
const TableValuesPath = "/api/v1/tables/{name}/values"

// TableValuesQuestion asks for values of a filter of a table.
type TableValuesQuestion struct {
	Filter  string
	Prefix  string // That they contain, whatever the case.
	Limit   int    // 0 leaves it to the exporter.
	Clouds  []entitlement.Cloud
	Systems []entitlement.SystemID
	Folders []string
}

// TableValues are values of a filter: of an enum all, else those that the rows
// have, with how many do, the most frequent first.
type TableValues struct {
	Values []ValueCount `json:"values"`
	More   bool         `json:"more,omitempty"` // The limit left some out.
}

// Parameters returns the question as the parameters of [TableValuesPath].
func (q *TableValuesQuestion) Parameters() url.Values {
	values := url.Values{"filter": {q.Filter}}
	if q.Prefix != "" {
		values.Set("prefix", q.Prefix)
	}
	if q.Limit > 0 {
		values.Set("limit", strconv.Itoa(q.Limit))
	}
	scope(values, q.Clouds, q.Systems, q.Folders)
	return values
}

// TableValues asks for values of a filter of a table.
func (c *Client) TableValues(ctx context.Context, name string, ask *TableValuesQuestion) (*TableValues, error) {
	path := expandName(TableValuesPath, name) + "?" + ask.Parameters().Encode()
	return send[TableValues](ctx, c, http.MethodGet, path, "ask for values of filter "+ask.Filter+" of table "+name, nil)
}
