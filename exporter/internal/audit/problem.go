package audit

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/state"
)

// problem is an answer that is not a success.
type problem struct {
	status  int
	Message string
	Path    string // In the body: "query.where.all[1]".
	Offset  *int   // In the text or body, in bytes.
	More    []api.Problem
}

// Error returns the message.
func (p *problem) Error() string { return p.Message }

func bad(message string) error { return &problem{status: http.StatusBadRequest, Message: message} }

// badField says what is wrong with one member or parameter.
func badField(path, message string) error {
	return &problem{status: http.StatusBadRequest, Path: path, Message: path + ": " + message}
}

func absent(message string) error { return &problem{status: http.StatusNotFound, Message: message} }

func forbidden(message string) error { return &problem{status: http.StatusForbidden, Message: message} }

var (
	errBusy    = errors.New("too many queries run at the moment; ask again in a moment")
	errEnds    = errors.New("the exporter ends or takes over another configuration; ask again")
	errTimeout = errors.New("the query took too long; narrow its range or its conditions")
)

// fail answers with an error.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // Nobody is there.
	}
	p := h.problem(r.Context(), err)
	switch p.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="leastward"`)
	case http.StatusServiceUnavailable, http.StatusInsufficientStorage:
		w.Header().Set("Retry-After", "5")
	}
	body := api.Error{Message: p.Message, Path: p.Path, Offset: p.Offset, Problems: p.More}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(p.status)
	_ = json.NewEncoder(w).Encode(body)
}

// problem says of any error what the asker may know of it.
func (h *Handler) problem(ctx context.Context, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	for _, known := range []struct {
		is     error
		status int
	}{
		{access.ErrWho, http.StatusUnauthorized},
		{access.ErrToken, http.StatusUnauthorized},
		{access.ErrUser, http.StatusBadRequest},
		{access.ErrUnnamed, http.StatusUnauthorized},
		{errBusy, http.StatusServiceUnavailable},
		{errEnds, http.StatusServiceUnavailable},
		{errTimeout, http.StatusGatewayTimeout},
		{search.ErrTimeout, http.StatusGatewayTimeout},
		{state.ErrNotFound, http.StatusNotFound},
		{state.ErrConflict, http.StatusConflict},
		{state.ErrForbidden, http.StatusForbidden},
	} {
		if errors.Is(err, known.is) {
			return &problem{status: known.status, Message: err.Error()}
		}
	}
	if p := h.storeProblem(ctx, err); p != nil {
		return p
	}
	if p := queryProblem(err); p != nil {
		return p
	}
	if invalid, ok := errors.AsType[*state.InvalidError](err); ok {
		return &problem{status: http.StatusBadRequest, Message: invalid.Error(), Path: invalid.Field}
	}
	h.Logger.ErrorContext(ctx, "a request could not be answered", "err", err)
	return &problem{status: http.StatusInternalServerError, Message: "the request could not be answered; the exporter's log says why"}
}

// storeProblem is what keeps the store from answering; nil if it is something
// else. Where the store is and what it said is for the log.
func (h *Handler) storeProblem(ctx context.Context, err error) *problem {
	p := &problem{}
	switch {
	case errors.Is(err, auditlog.ErrFull):
		p.status, p.Message = http.StatusInsufficientStorage, auditlog.ErrFull.Error()+": its disk is full; ask again once there is room"
	case errors.Is(err, auditlog.ErrUnavailable):
		p.status, p.Message = http.StatusServiceUnavailable, auditlog.ErrUnavailable.Error()+", or a part of it; ask again in a moment"
	default:
		return nil
	}
	h.Logger.WarnContext(ctx, "the audit store does not answer", "err", err)
	return p
}

// queryProblem is what is wrong with a query; nil if it is something else.
func queryProblem(err error) *problem {
	if syntax, ok := errors.AsType[*query.SyntaxError](err); ok {
		return &problem{status: http.StatusBadRequest, Message: syntax.Error(), Path: "text", Offset: new(syntax.Offset)}
	}
	list := nodes(err)
	if len(list) == 0 {
		return nil
	}
	p := &problem{status: http.StatusBadRequest, Message: list[0].Error(), Path: list[0].Path}
	for _, one := range list {
		p.More = append(p.More, api.Problem{Path: one.Path, Message: one.Message})
	}
	return p
}

// nodes gathers the errors that name a node.
func nodes(err error) []*query.Error {
	switch e := err.(type) { //nolint:errorlint // The tree of errors is walked.
	case *query.Error:
		return []*query.Error{e}
	case interface{ Unwrap() []error }:
		var all []*query.Error
		for _, one := range e.Unwrap() {
			all = append(all, nodes(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return nodes(e.Unwrap())
	}
	return nil
}
