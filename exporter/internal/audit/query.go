package audit

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// query answers a question in the body.
func (h *Handler) query(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	var ask api.AuditQuestion
	if err := decode(w, r, maxBody, &ask); err != nil {
		return err
	}
	raw, err := flag(r.URL.Query(), "raw")
	if err != nil {
		return err
	}
	ask.Raw = ask.Raw || raw
	return h.ask(w, r, c, &ask)
}

// queryText answers a question in the address.
func (h *Handler) queryText(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	ask, err := question(r.URL.Query())
	if err != nil {
		return err
	}
	return h.ask(w, r, c, ask)
}

// ask answers a question: a page, a table, a series, or a stream of events.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request, c *access.Caller, ask *api.AuditQuestion) error {
	q, err := h.resolve(r.Context(), c, ask)
	if err != nil {
		return err
	}
	if streams(r) {
		return h.stream(w, r, c, &q, ask)
	}
	return h.answered(w, r, func(ctx context.Context) (any, error) { return h.answer(ctx, c, &q, ask) })
}

// streams reports whether the asker wants lines.
func streams(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Accept"), func(v string) bool { return strings.Contains(v, api.NDJSON) })
}

// resolve returns the query that a question asks, checked.
func (h *Handler) resolve(ctx context.Context, c *access.Caller, ask *api.AuditQuestion) (query.Query, error) {
	q, err := h.asked(ctx, c, ask)
	if err != nil {
		return query.Query{}, err
	}
	overlay(&q, ask.Range, ask.Clouds, ask.Systems, ask.Folders)
	if ask.Limit != 0 {
		q.Limit = ask.Limit
	}
	if ask.Cursor != "" {
		q.Cursor = ask.Cursor
	}
	if err := q.Validate(); err != nil {
		return query.Query{}, err
	}
	return q, nil
}

func (h *Handler) asked(ctx context.Context, c *access.Caller, ask *api.AuditQuestion) (query.Query, error) {
	if ask.Saved == "" {
		return written(ask.Query, ask.Text)
	}
	if ask.Query != nil || ask.Text != "" {
		return query.Query{}, badField("saved", "give a saved query, a query or a text, not several")
	}
	found, err := h.Saved.Query(ctx, asks(c), ask.Saved)
	return found.Query, err
}

// overlay replaces what a query says by what stands beside it.
func overlay(q *query.Query, when query.Range, clouds []entitlement.Cloud, systems []entitlement.SystemID, folders []string) {
	if when != (query.Range{}) {
		q.Range = when
	}
	if len(clouds) > 0 {
		q.Clouds = clouds
	}
	if len(systems) > 0 || len(folders) > 0 {
		q.Systems, q.Folders = systems, folders
	}
}

// question reads a question from an address.
func question(values url.Values) (*api.AuditQuestion, error) {
	known := []string{"text", "saved", "since", "from", "to", "cloud", "system", "folder", "limit", "cursor", "raw", "allow_partial"}
	if err := onlyKnown(values, known...); err != nil {
		return nil, err
	}
	ask := &api.AuditQuestion{Text: values.Get("text"), Saved: values.Get("saved"), Cursor: values.Get("cursor"), Folders: values["folder"]}
	for _, v := range values["cloud"] {
		ask.Clouds = append(ask.Clouds, entitlement.Cloud(v))
	}
	for _, v := range values["system"] {
		ask.Systems = append(ask.Systems, entitlement.SystemID(v))
	}
	var err error
	if ask.Range, err = rangeOf(values); err != nil {
		return nil, err
	}
	if ask.Limit, err = number(values, "limit"); err != nil {
		return nil, err
	}
	if ask.Raw, err = flag(values, "raw"); err != nil {
		return nil, err
	}
	ask.AllowPartial, err = flag(values, "allow_partial")
	return ask, err
}

// onlyKnown refuses parameters that would have no effect, and those that stand
// twice where one counts.
func onlyKnown(values url.Values, known ...string) error {
	for name, all := range values {
		switch {
		case !slices.Contains(known, name):
			return badField(name, "there is no such parameter; there are "+strings.Join(known, ", "))
		case len(all) > 1 && !slices.Contains([]string{"cloud", "system", "folder"}, name):
			return badField(name, "stands twice")
		}
	}
	return nil
}

func rangeOf(values url.Values) (query.Range, error) {
	var r query.Range
	if since := values.Get("since"); since != "" {
		var last config.Duration
		if err := last.UnmarshalText([]byte(since)); err != nil {
			return r, badField("since", err.Error())
		}
		r.Last = last
	}
	for name, to := range map[string]*time.Time{"from": &r.From, "to": &r.To} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return r, badField(name, fmt.Sprintf("%.40q is not a time such as 2026-01-31T12:00:00Z", text))
		}
		*to = at
	}
	return r, nil
}

func number(values url.Values, name string) (int, error) {
	text := values.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, badField(name, fmt.Sprintf("%.20q is not a number from 1", text))
	}
	return n, nil
}

func flag(values url.Values, name string) (bool, error) {
	text := values.Get(name)
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, badField(name, fmt.Sprintf("%.20q is neither true nor false", text))
	}
	return on, nil
}
