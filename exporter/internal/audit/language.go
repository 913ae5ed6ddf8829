package audit

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

func (h *Handler) parse(w http.ResponseWriter, r *http.Request, _ *access.Caller) error {
	var ask api.ParseRequest
	if err := decode(w, r, maxBody, &ask); err != nil {
		return err
	}
	q, err := written(ask.Query, ask.Text)
	if err != nil {
		return err
	}
	if err := q.Validate(); err != nil {
		return err
	}
	return reply(w, http.StatusOK, api.ParseAnswer{Text: q.String(), Query: q})
}

// explain compiles a question within what the caller may see: the statement
// names the caller's own systems and no others.
func (h *Handler) explain(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	var ask api.AuditQuestion
	if err := decode(w, r, maxBody, &ask); err != nil {
		return err
	}
	q, err := h.resolve(r.Context(), c, &ask)
	if err != nil {
		return err
	}
	options := h.Compile(c)
	options.Now, options.Scope = h.Now(), c.Systems()
	options.Folders = foldersOf(options.Folders, c)
	return h.answered(w, r, func(context.Context) (any, error) {
		plan, err := logsql.Compile(&q, options)
		if err != nil {
			return nil, err
		}
		return api.Explanation{
			Text: q.String(), LogsQL: plan.LogsQL, From: utc(plan.From), To: utc(plan.To), Kind: kindOf(&q),
		}, nil
	})
}

// foldersOf leaves those systems of a folder that the caller may see: what else
// is in it, the statement must not tell.
func foldersOf(folders func(string) []entitlement.SystemID, c *access.Caller) func(string) []entitlement.SystemID {
	return func(name string) []entitlement.SystemID { return seen(folders(name), c) }
}

func kindOf(q *query.Query) api.AuditKind {
	switch {
	case q.Group != nil:
		return api.KindGroups
	case q.Series != nil:
		return api.KindSeries
	}
	return api.KindEvents
}

func (h *Handler) fields(w http.ResponseWriter, _ *http.Request, _ *access.Caller) error {
	return reply(w, http.StatusOK, api.Fields{Fields: query.Fields()})
}

func (h *Handler) schema(w http.ResponseWriter, _ *http.Request, _ *access.Caller) error {
	w.Header().Set("Content-Type", "application/schema+json")
	_, _ = w.Write(query.Schema())
	return nil
}

// The bounds of a completion.
const (
	someValues = 20
	maxValues  = 1000
)

// values completes: those values of a field that events which the caller may
// see have.
func (h *Handler) values(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	parameters := r.URL.Query()
	if err := onlyKnown(parameters, "field", "prefix", "text", "since", "from", "to", "cloud", "system", "folder", "limit"); err != nil {
		return err
	}
	field, known := query.Lookup(parameters.Get("field"))
	if !known {
		return badField("field", "there is no such field; "+api.AuditFieldsPath+" lists them")
	}
	limit, err := number(parameters, "limit")
	if err != nil || limit > maxValues {
		return badField("limit", "is a number from 1 to 1000")
	}
	if limit == 0 {
		limit = someValues
	}
	q, err := h.narrowed(r.Context(), c, parameters)
	if err != nil {
		return err
	}
	return h.answered(w, r, func(ctx context.Context) (any, error) {
		list, err := h.Searcher.Values(ctx, field.Name, parameters.Get("prefix"), q, limitedTo(c, false), limit)
		if err != nil {
			return nil, err
		}
		out := api.Values{Values: make([]api.ValueCount, len(list))}
		for i, v := range list {
			out.Values[i] = api.ValueCount{Value: v.Value, Count: v.Count}
		}
		return out, nil
	})
}

// narrowed reads what narrows the events of a completion.
func (h *Handler) narrowed(ctx context.Context, c *access.Caller, parameters url.Values) (query.Query, error) {
	events := maps.Clone(parameters)
	for _, own := range []string{"field", "prefix", "limit"} {
		events.Del(own)
	}
	ask, err := question(events)
	if err != nil {
		return query.Query{}, err
	}
	return h.resolve(ctx, c, ask)
}
