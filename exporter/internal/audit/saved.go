package audit

import (
	"context"
	"net/http"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/state"
)

// Saved keeps the saved queries.
type Saved interface {
	Queries(ctx context.Context, c state.Caller) ([]state.SavedQuery, error)
	Query(ctx context.Context, c state.Caller, id string) (state.SavedQuery, error)
	QueryNamed(ctx context.Context, c state.Caller, name string) (state.SavedQuery, error)
	CreateQuery(ctx context.Context, c state.Caller, draft state.Draft) (state.SavedQuery, error)
	UpdateQuery(ctx context.Context, c state.Caller, id string, version int64, draft state.Draft) (state.SavedQuery, error)
	ShareQuery(ctx context.Context, c state.Caller, id string, version int64, v state.Visibility) (state.SavedQuery, error)
	DuplicateQuery(ctx context.Context, c state.Caller, id string) (state.SavedQuery, error)
	DeleteQuery(ctx context.Context, c state.Caller, id string, version int64) error
}

var _ Saved = (*state.DB)(nil)

func asks(c *access.Caller) state.Caller { return state.Caller{Name: c.Name, Admin: c.Admin()} }

func saved(q state.SavedQuery) api.SavedQuery {
	return api.SavedQuery{
		ID: q.ID, Name: q.Name, Owner: q.Owner, Visibility: string(q.Visibility), Kind: string(q.Kind), Query: q.Query,
		Text: q.Query.String(), Description: q.Description, Created: q.Created, Modified: q.Modified,
		ModifiedBy: q.ModifiedBy, Version: q.Version,
	}
}

func (h *Handler) listSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	list, err := h.Saved.Queries(r.Context(), asks(c))
	if err != nil {
		return err
	}
	out := api.SavedQueries{Queries: make([]api.SavedQuery, len(list))}
	for i := range list {
		out.Queries[i] = saved(list[i])
	}
	return reply(w, http.StatusOK, out)
}

func (h *Handler) getSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	q, err := h.Saved.Query(r.Context(), asks(c), r.PathValue("id"))
	return replySaved(w, http.StatusOK, q, err)
}

func replySaved(w http.ResponseWriter, status int, q state.SavedQuery, err error) error {
	if err != nil {
		return err
	}
	return reply(w, status, saved(q))
}

func (h *Handler) createSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	draft, version, err := h.draft(w, r, c)
	if err != nil {
		return err
	}
	if version != 0 {
		return badField("version", "a new query has none; PUT replaces one")
	}
	q, err := h.Saved.CreateQuery(r.Context(), asks(c), draft)
	return replySaved(w, http.StatusCreated, q, err)
}

func (h *Handler) updateSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	draft, version, err := h.draft(w, r, c)
	if err != nil {
		return err
	}
	q, err := h.Saved.UpdateQuery(r.Context(), asks(c), r.PathValue("id"), version, draft)
	return replySaved(w, http.StatusOK, q, err)
}

// draft reads what is to be saved, from a caller with a name.
func (h *Handler) draft(w http.ResponseWriter, r *http.Request, c *access.Caller) (state.Draft, int64, error) {
	if !c.Named() {
		return state.Draft{}, 0, access.ErrUnnamed
	}
	var body api.SaveRequest
	if err := decode(w, r, maxBody, &body); err != nil {
		return state.Draft{}, 0, err
	}
	q, err := written(body.Query, body.Text)
	if err != nil {
		return state.Draft{}, 0, err
	}
	overlay(&q, body.Range, body.Clouds, body.Systems, body.Folders)
	return state.Draft{
		Name: body.Name, Visibility: state.Visibility(body.Visibility), Description: body.Description, Query: q,
	}, body.Version, nil
}

// written returns the query that a request has as a tree or as text; neither
// is the query for everything.
func written(tree *query.Query, text string) (query.Query, error) {
	switch {
	case tree != nil && text != "":
		return query.Query{}, badField("query", "give a query or a text, not both")
	case tree != nil:
		return *tree, nil
	}
	return query.Parse(text)
}

func (h *Handler) deleteSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	if !c.Named() {
		return access.ErrUnnamed
	}
	version, err := versionOf(r)
	if err != nil {
		return err
	}
	if err := h.Saved.DeleteQuery(r.Context(), asks(c), r.PathValue("id"), version); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// versionOf reads the parameter version; without it any version will do.
func versionOf(r *http.Request) (int64, error) {
	text := r.URL.Query().Get("version")
	if text == "" {
		return state.AnyVersion, nil
	}
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil || version < 1 {
		return 0, badField("version", "is the number that the query was read with")
	}
	return version, nil
}

func (h *Handler) duplicateSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	if !c.Named() {
		return access.ErrUnnamed
	}
	q, err := h.Saved.DuplicateQuery(r.Context(), asks(c), r.PathValue("id"))
	return replySaved(w, http.StatusCreated, q, err)
}

func (h *Handler) shareSaved(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	if !c.Named() {
		return access.ErrUnnamed
	}
	body := api.ShareRequest{Visibility: string(state.Shared)}
	if err := decode(w, r, maxBody, &body); err != nil {
		return err
	}
	q, err := h.Saved.ShareQuery(r.Context(), asks(c), r.PathValue("id"), body.Version, state.Visibility(body.Visibility))
	return replySaved(w, http.StatusOK, q, err)
}
