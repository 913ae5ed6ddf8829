package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// flush makes the accepted rows visible, or waits until they are. A server that
// refuses connections is not running and holds nothing back.
func (s *Store) flush(ctx context.Context) error {
	sent := s.sent.Load()
	if sent <= s.flushed.Load() {
		return nil
	}
	now := time.Now().UnixNano()
	down, visible := 0, true
	var err error
	for _, base := range s.o.InsertURLs {
		switch err = s.flushOne(ctx, base); {
		case errors.Is(err, syscall.ECONNREFUSED):
			down++
		case err != nil:
			visible = false
		}
	}
	if down == len(s.o.InsertURLs) {
		return err
	}
	if !visible {
		if err := wait(ctx, time.Until(time.Unix(0, sent).Add(s.o.Visible))); err != nil {
			return err
		}
	}
	s.flushed.Store(now)
	return nil
}

// flushOne flushes one server; a vlinsert sends on what it holds and flushes
// its storage nodes.
// See https://docs.victoriametrics.com/victorialogs/#forced-flush.
func (s *Store) flushOne(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, min(s.o.Timeout, 10*time.Second))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, join(base, "/internal/force_flush"), http.NoBody)
	if err != nil {
		return err
	}
	resp, err := s.do(req, s.o.Tenant)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// missing returns those rows of a parcel that the server does not have.
func (s *Store) missing(ctx context.Context, p *parcel) (map[key]bool, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	out := make(map[key]bool, len(p.keys))
	for _, k := range p.keys {
		out[k] = true
	}
	q := question{
		tenant: p.tenant, text: row.Ingested + ":=" + strconv.Quote(p.ingested) + " | fields id, " + columnPart,
		from: time.Unix(0, p.from), to: time.Unix(0, p.to+1),
	}
	err := s.ask(ctx, q, func(r auditlog.Row) error {
		delete(out, key{r.Get("id"), r.Get(columnPart)})
		return nil
	})
	return out, err
}

// loadDay hands on the ids of the events of a day.
func (s *Store) loadDay(ctx context.Context, day time.Time, id func(string)) error {
	for again := s.patience(); ; {
		err := s.flush(ctx)
		if err == nil {
			q := question{tenant: s.o.Tenant, text: "* | fields id", from: day, to: day.Add(24 * time.Hour)}
			err = s.ask(ctx, q, func(r auditlog.Row) error {
				id(r.Get("id"))
				return nil
			})
		}
		if err == nil {
			err = s.heal(ctx, day, day.Add(24*time.Hour))
		}
		if err == nil {
			s.eachPending(day, id)
			return nil
		}
		if !mayPass(err) {
			return err
		}
		if err := again.again(ctx, err); err != nil {
			return err
		}
	}
}

// eachPending hands on the ids of a day's events that were sent and that a
// node may have lost since: Sync will send them again.
func (s *Store) eachPending(day time.Time, id func(string)) {
	s.pendingMu.Lock()
	defer s.pendingMu.Unlock()
	from, to := day.UnixNano(), day.Add(24*time.Hour).UnixNano()
	for _, p := range s.pending {
		if p.tenant != s.o.Tenant || p.to < from || p.from >= to {
			continue
		}
		for i, k := range p.keys {
			if p.times[i] >= from && p.times[i] < to {
				id(k.id)
			}
		}
	}
}

// mayPass reports whether a query that failed may succeed later.
func mayPass(err error) bool {
	code := status(err)
	var broken *brokenError
	return unreached(err) || code == 0 || passing(code) || nodeDown(err) || errors.As(err, &broken)
}

// latestIngested returns the greatest ingestion time that is stored, 0 if
// there is none.
func (s *Store) latestIngested(ctx context.Context) (int64, error) {
	var latest int64
	q := question{tenant: s.o.Tenant, text: "* | stats max(" + row.Ingested + ") latest"}
	err := s.ask(ctx, q, func(r auditlog.Row) error {
		v := r.Get("latest")
		if v == "" {
			return nil
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(v, ".0"), 10, 64)
		if err != nil {
			return fmt.Errorf("column %s: %w", row.Ingested, err)
		}
		latest = n
		return nil
	})
	return latest, err
}
