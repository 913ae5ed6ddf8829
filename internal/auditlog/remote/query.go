package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// maxStatement bounds a statement, in bytes: beyond it the server would not
// read the form and say that the query is missing.
const maxStatement = 9 << 20

// question is one query.
type question struct {
	tenant   Tenant
	text     string
	from, to time.Time // From <= time < To; zero is open.
	partial  bool
}

// callerError is an error of the function that takes the rows.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }
func (e *callerError) Unwrap() error { return e.err }

// brokenError ends an answer of which some rows were handed on.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return "the answer broke off: " + e.err.Error() }
func (e *brokenError) Unwrap() error { return e.err }

// ask runs a query, trying one server after the other until one gives rows.
func (s *Store) ask(ctx context.Context, q question, take func(auditlog.Row) error) error {
	var err error
	urls := s.o.SelectURLs
	first := int(s.next.Add(1))
	for i := range urls {
		err = s.askOne(ctx, urls[(first+i)%len(urls)], q, take)
		if !unreached(err) && !passing(status(err)) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (s *Store) askOne(ctx context.Context, base string, q question, take func(auditlog.Row) error) error {
	form, err := s.form(q)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(s.o.Timeout, func() { cancel(&silentError{s.o.Timeout}) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, join(base, "/select/logsql/query"), strings.NewReader(form))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.do(req, q.tenant)
	if err != nil {
		return silent(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.ContentLength < 0 && !resp.ProtoAtLeast(2, 0) && len(resp.TransferEncoding) == 0 {
		return fmt.Errorf("%s: the answer has neither length nor chunks, so that its end cannot be told from a failure; a proxy that speaks HTTP/1.0 may stand between", req.URL.Redacted())
	}
	return silent(ctx, readRows(ctx, &watched{resp.Body, watch, s.o.Timeout}, take))
}

// silent puts the reason of a request's end in the place of "context canceled".
func silent(ctx context.Context, err error) error {
	var s *silentError
	if err != nil && errors.As(context.Cause(ctx), &s) {
		return s
	}
	return err
}

func (s *Store) form(q question) (string, error) {
	partial := "0"
	if q.partial {
		partial = "1"
	}
	v := url.Values{"query": {q.text}, "allow_partial_response": {partial}}
	if q.tenant == s.o.Tenant {
		v.Set("extra_filters", notMarks)
	}
	if !q.from.IsZero() {
		v.Set("start", timeArgument(q.from))
	}
	if !q.to.IsZero() {
		v.Set("end", timeArgument(q.to))
	}
	form := v.Encode()
	if len(form) > maxStatement {
		return "", fmt.Errorf("%w: it has %d bytes once encoded, the server takes %d", auditlog.ErrStatement, len(form), maxStatement)
	}
	return form, nil
}

// timeArgument writes a time for the server, which takes years 1970 to 2262.
func timeArgument(t time.Time) string {
	earliest, latest := time.Unix(0, 0), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	switch {
	case t.Before(earliest):
		t = earliest
	case t.After(latest):
		t = latest
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z")
}
