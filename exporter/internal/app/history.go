package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/history"
)

// openHistory opens the history of the index. How long it reaches is as the
// configuration in force says.
func (a *app) openHistory(ctx context.Context) (err error) {
	a.history, err = history.Open(ctx, history.Options{
		Path: filepath.Join(a.Config.DataDir, "history.db"), Now: a.Now, Logger: a.Logger,
		Retention: func() time.Duration { return a.inForce().History.Retention.Std() },
	})
	return err
}

// inForce is the configuration in force; before the first one is, that to
// begin with.
func (a *app) inForce() *config.Config {
	if g := a.current.Load(); g != nil {
		return g.config
	}
	return a.Config
}

// older is how old the last figures of a system may be to count in sums: two
// days, for of what is older than a week one collection of each day is kept, or
// three intervals of collection.
func (a *app) older() time.Duration {
	return max(48*time.Hour, 3*a.inForce().Collect.Interval.Std())
}

// remember records what a collection came to, and lets go of what was made of
// the ones before. A failed one came to nothing.
func (a *app) remember(r *collector.Result, settings string) {
	a.estates.Retain(a.snapshot())
	if r.Err == nil && r.Assessment != nil {
		a.history.Record(history.PointOf(r.Assessment, settings))
	}
}

// indexSettings says what the index hangs on beside the catalogue.
func indexSettings(s *config.Assess) string {
	w := &s.Weights
	return fmt.Sprintf("weights %g/%g/%g/%g/%g; window %s", w.Permissions, w.SensitiveRead, w.Write, w.Delete, w.Other, s.Window)
}
