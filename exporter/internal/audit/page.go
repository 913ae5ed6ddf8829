package audit

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

//go:embed page.html
var pageFiles embed.FS

// view is what the page shows.
type view struct {
	Text, Since string
	Failed      string
	Answer      *api.AuditAnswer
	Next        string // Address of the next page.
	Bars        []bars
	Saved       []api.SavedQuery
	Fields      []query.Info

	// Of the page of one event.
	Event  []fact
	Record string
}

// fact is one field of an event.
type fact struct{ Name, Value string }

// Page returns the search page for people: a form without scripts, for those
// who have no Grafana at hand.
func (h *Handler) Page() http.Handler {
	page := template.Must(template.New("page.html").Funcs(pageFunctions()).ParseFS(pageFiles, "page.html"))
	mux := http.NewServeMux()
	show := func(answer func(*http.Request, *access.Caller) (*view, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { h.show(w, r, page, answer) }
	}
	mux.HandleFunc("GET /audit", show(h.search))
	mux.HandleFunc("GET /audit/event", show(h.event))
	return mux
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request, page *template.Template, answer func(*http.Request, *access.Caller) (*view, error)) {
	caller, err := h.Guard().Caller(r)
	var v *view
	if err == nil {
		v, err = answer(r, caller)
	}
	var body bytes.Buffer
	if err == nil {
		err = page.Execute(&body, v)
	}
	if err != nil {
		p := h.problem(r.Context(), err)
		http.Error(w, p.Message, p.status)
		return
	}
	header := w.Header()
	// The form is the one thing that this page has beyond the others.
	policy := header.Get("Content-Security-Policy")
	header.Set("Content-Security-Policy", strings.Replace(policy, "form-action 'none'", "form-action 'self'", 1))
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	_, _ = body.WriteTo(w)
}

// search answers a question that a form asks. What is wrong with it stands
// above the form, which keeps it.
func (h *Handler) search(r *http.Request, c *access.Caller) (*view, error) {
	values := r.URL.Query()
	v := &view{Text: values.Get("text"), Since: values.Get("since"), Fields: query.Fields()}
	list, err := h.Saved.Queries(r.Context(), asks(c))
	if err != nil {
		return nil, err
	}
	for i := range list {
		v.Saved = append(v.Saved, saved(list[i]))
	}
	if err := h.fillAnswer(r, c, values, v); err != nil {
		p := h.problem(r.Context(), err)
		if p.status == http.StatusInternalServerError {
			return nil, err
		}
		v.Failed = p.Message
	}
	return v, nil
}

func (h *Handler) fillAnswer(r *http.Request, c *access.Caller, values url.Values, v *view) error {
	for name, all := range values { // An empty field of the form says nothing.
		values[name] = slices.DeleteFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	ask, err := question(values)
	if err != nil {
		return err
	}
	q, err := h.resolve(r.Context(), c, ask)
	if err != nil {
		return err
	}
	if v.Text == "" { // Of a saved query.
		v.Text = q.String()
	}
	return h.limited(r, func(ctx context.Context) error {
		if v.Answer, err = h.answer(ctx, c, &q, ask); err != nil {
			v.Answer = nil
			return err
		}
		if v.Answer.Cursor != "" {
			values.Set("cursor", v.Answer.Cursor)
			v.Next = "/audit?" + values.Encode()
		}
		v.Bars = barsOf(v.Answer.Series)
		return nil
	})
}

// event shows one event with its record.
func (h *Handler) event(r *http.Request, c *access.Caller) (*view, error) {
	values := r.URL.Query()
	at, err := time.Parse(time.RFC3339Nano, values.Get("at"))
	if err != nil {
		return nil, badField("at", "is the time of the event")
	}
	q := query.Query{
		Range: query.Range{From: at, To: at.Add(1)},
		Where: &query.Node{Field: query.ID, Operator: query.Is, Values: []string{values.Get("id")}},
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	v := &view{}
	err = h.limited(r, func(ctx context.Context) error {
		answer, err := h.answer(ctx, c, &q, &api.AuditQuestion{Raw: true})
		if err != nil {
			return err
		}
		if len(answer.Events) == 0 {
			return absent("there is no such event, or it is not for you to see")
		}
		v.Event, v.Record = facts(&answer.Events[0])
		return nil
	})
	return v, err
}

// facts returns the fields of an event and its record, indented.
func facts(ev *api.AuditEvent) (list []fact, record string) {
	record = ev.Raw
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(ev.Raw), "", "  ") == nil {
		record = indented.String()
	}
	plain := *ev
	plain.Raw, plain.RawBase64 = "", nil
	text, err := json.Marshal(plain)
	d := json.NewDecoder(bytes.NewReader(text))
	if _, first := d.Token(); errors.Join(err, first) != nil {
		return nil, record
	}
	for d.More() {
		name, _ := d.Token()
		var value any
		if d.Decode(&value) != nil {
			break
		}
		list = append(list, fact{fmt.Sprint(name), plainly(value)})
	}
	return list, record
}

func plainly(value any) string {
	list, several := value.([]any)
	if !several {
		return fmt.Sprint(value)
	}
	texts := make([]string, len(list))
	for i, one := range list {
		if object, ok := one.(map[string]any); ok {
			one = object["id"]
		}
		texts[i] = fmt.Sprint(one)
	}
	return strings.Join(texts, ", ")
}
