package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Select runs a statement. The rows are read as they come; the server's
// -search.maxQueryDuration, by default 30 s, bounds the whole of it.
func (s *Store) Select(ctx context.Context, st auditlog.Statement, take func(auditlog.Row) error) (auditlog.Outcomes, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return auditlog.Outcomes{}, fmt.Errorf("run a statement: %w", err)
	}
	defer done()
	q := question{tenant: s.o.Tenant, text: st.LogsQL, from: st.From, to: st.To}
	if strings.TrimSpace(st.LogsQL) == "" {
		return auditlog.Outcomes{}, fmt.Errorf("run a statement: %w: it is empty", auditlog.ErrStatement)
	}
	var out auditlog.Outcomes
	if st.AllowPartial && s.probe(ctx) != nil {
		q.partial, out.Partial = true, true
	}
	err = s.askPatiently(ctx, q, take)
	if st.AllowPartial && !out.Partial && nodeDown(err) {
		q.partial, out.Partial = true, true
		err = s.askPatiently(ctx, q, take)
	}
	if err != nil {
		return out, selectError(ctx, s.why(ctx, err))
	}
	return out, nil
}

// why adds to an error of an answer that broke off what the server says when it
// is asked anew: the message that it breaks off with does not reach the client.
func (s *Store) why(ctx context.Context, err error) error {
	var caller *callerError
	if errors.As(err, &caller) || status(err) != 0 || unreached(err) || ctx.Err() != nil {
		return err
	}
	if reason := s.probe(ctx); reason != nil {
		return fmt.Errorf("%w: %w", err, reason)
	}
	return err
}

// probe asks every node of a cluster for nothing. The server does not tell
// whether an answer is partial, so it is asked beforehand whether all are there;
// and an answer that began cannot be begun anew.
func (s *Store) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(s.o.Timeout, 15*time.Second)) // It reads nothing.
	defer cancel()
	now := s.o.Now()
	q := question{tenant: s.o.Tenant, text: "* | limit 1", from: now, to: now.Add(time.Nanosecond)}
	err := s.ask(ctx, q, func(auditlog.Row) error { return nil })
	if !nodeDown(err) {
		return nil // The statement itself will tell what is wrong.
	}
	return err
}

// askPatiently tries again, for some seconds, what a server refused because it
// has too much to do.
func (s *Store) askPatiently(ctx context.Context, q question, take func(auditlog.Row) error) error {
	p := s.patience()
	p.until = time.Now().Add(min(s.o.Patience, 15*time.Second))
	for {
		err := s.ask(ctx, q, take)
		if code := status(err); code != http.StatusTooManyRequests && code != http.StatusServiceUnavailable {
			return err
		}
		if err := p.again(ctx, err); err != nil {
			return err
		}
	}
}

// nodeDown reports whether a cluster did not answer because of one of its
// storage nodes, before any row.
func nodeDown(err error) bool {
	var a *answer
	var broken *brokenError
	if errors.As(err, &broken) || !errors.As(err, &a) {
		return false
	}
	return a.status == http.StatusBadGateway || a.status == http.StatusBadRequest && a.node
}

// selectError says what kind of failure it is.
func selectError(ctx context.Context, err error) error {
	if caller, ok := errors.AsType[*callerError](err); ok {
		return caller.err
	}
	var a *answer
	if errors.As(err, &a) && a.status == http.StatusBadRequest && !nodeDown(err) {
		err = fmt.Errorf("%w: %w", auditlog.ErrStatement, err)
	}
	return unavailable(ctx, "run a statement", err)
}
