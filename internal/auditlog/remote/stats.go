package remote

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Stats counts the events. The server does not tell what one tenant takes on
// disk.
func (s *Store) Stats(ctx context.Context) (auditlog.Stats, error) {
	ctx, done, err := s.begin(ctx)
	if err != nil {
		return auditlog.Stats{}, fmt.Errorf("count the events: %w", err)
	}
	defer done()
	out := auditlog.Stats{Oldest: s.o.Now().Add(-s.o.Retention).UTC(), Full: s.full.Load()}
	q := question{tenant: s.o.Tenant, text: "* | stats count() n, min(_time) earliest, max(_time) latest"}
	err = s.askPatiently(ctx, q, func(r auditlog.Row) error { return read(&out, r) })
	if err != nil {
		return auditlog.Stats{}, unavailable(ctx, "count the events", err)
	}
	return out, nil
}

func read(out *auditlog.Stats, r auditlog.Row) error {
	var err error
	if out.Events, err = strconv.ParseInt(r.Get("n"), 10, 64); err != nil || out.Events == 0 {
		return err
	}
	if out.Earliest, err = time.Parse(time.RFC3339Nano, r.Get("earliest")); err != nil {
		return err
	}
	out.Latest, err = time.Parse(time.RFC3339Nano, r.Get("latest"))
	return err
}
