package anomaly

import (
	"context"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
)

// coverage is the time of the earliest event of each system.
type coverage map[place]time.Time

// covers reports whether the store knows a whole interval of the system before t.
func (c coverage) covers(p place, t time.Time, interval time.Duration) bool {
	first, known := c[p]
	return known && !first.After(t.Add(-interval))
}

// coverage asks the store how far back it knows each system.
func (e *Engine) coverage(ctx context.Context, a *active) (coverage, error) {
	c := coverage{}
	statement := auditlog.Statement{LogsQL: "* | stats by (cloud, system) min(_time) earliest"}
	_, err := e.o.Store.Select(ctx, statement, func(r auditlog.Row) error {
		first, err := follow.Instant(r, "earliest")
		c[placeOf(r)] = first
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find out how far back the events go: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.covered = c
	return c, nil
}
