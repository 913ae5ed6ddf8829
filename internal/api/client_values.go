package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// ValuesQuestion asks for values of a field of events.
type ValuesQuestion struct {
	Field  string
	Prefix string // That they contain, whatever the case.
	Text   string // Conditions of the events.
	Limit  int    // 0 leaves it to the exporter.
	// From and To bound the events: From <= time < To. Without either it is the
	// last day.
	From, To time.Time
	Clouds   []entitlement.Cloud
	Systems  []entitlement.SystemID
	Folders  []string
}

// Parameters returns the question as the parameters of [AuditValuesPath].
func (q *ValuesQuestion) Parameters() url.Values {
	values := url.Values{"field": {q.Field}}
	for name, text := range map[string]string{"prefix": q.Prefix, "text": q.Text} {
		if text != "" {
			values.Set(name, text)
		}
	}
	for name, at := range map[string]time.Time{"from": q.From, "to": q.To} {
		if !at.IsZero() {
			values.Set(name, at.UTC().Format(time.RFC3339Nano))
		}
	}
	if q.Limit > 0 {
		values.Set("limit", strconv.Itoa(q.Limit))
	}
	scope(values, q.Clouds, q.Systems, q.Folders)
	return values
}

// ValuesOf returns values of a field that events have, the most frequent first.
func (c *Client) ValuesOf(ctx context.Context, ask *ValuesQuestion) (*Values, error) {
	return send[Values](ctx, c, http.MethodGet, AuditValuesPath+"?"+ask.Parameters().Encode(), "ask for values of "+ask.Field, nil)
}
