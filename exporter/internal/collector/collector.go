// Package collector reads every configured system on a timer, assesses what it
// read and publishes a snapshot. Whoever asks for metrics, pages or reports
// gets the last snapshot and never causes a call to a cloud.
package collector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// Source reads one system.
type Source interface {
	// System says which one. Its name may be empty until it was read.
	System() entitlement.System
	// Read returns everything that could be read; what could not stands among
	// the inventory's problems. An error means that there is no inventory to
	// assess; of the reading, which may be nil, only the requests count then. It
	// must return when the context ends.
	Read(ctx context.Context, now time.Time) (*Reading, error)
}

// Options says what to collect and how.
type Options struct {
	Sources     []Source
	Assessors   *assess.Set
	Store       *store.Store // Where findings' first times are kept; nil keeps none.
	Interval    time.Duration
	Timeout     time.Duration
	Concurrency int
	// Publish, if set, is called with the new state of each system, one call at
	// a time.
	Publish func(*Result)
	Now     func() time.Time
	Logger  *slog.Logger
}

// Collector holds the latest snapshot.
type Collector struct {
	options  Options
	snapshot atomic.Pointer[Snapshot]
	publish  sync.Mutex // Guards the swap of the snapshot and the call of Publish.
}

// New returns a collector whose snapshot names each system and nothing more.
func New(o Options) *Collector {
	c := &Collector{options: o}
	first := &Snapshot{}
	for _, s := range o.Sources {
		first.Results = append(first.Results, &Result{System: s.System()})
	}
	slices.SortFunc(first.Results, func(a, b *Result) int {
		return strings.Compare(string(a.System.ID), string(b.System.ID))
	})
	c.snapshot.Store(first)
	return c
}

// Snapshot returns the latest snapshot, never nil. It does not change.
func (c *Collector) Snapshot() *Snapshot { return c.snapshot.Load() }

// TakeOver begins with what another collector, which has ended, knows: of the
// same systems it stands until they are read anew, and all counts go on. Call
// it before Run.
func (c *Collector) TakeOver(previous *Snapshot) {
	c.publish.Lock()
	defer c.publish.Unlock()
	c.snapshot.Store(c.Snapshot().takeOver(previous))
}

// Run collects at once and then at each interval, until the context ends.
func (c *Collector) Run(ctx context.Context) error {
	tick := time.NewTicker(c.options.Interval)
	defer tick.Stop()
	for {
		c.Collect(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Collect reads each system once. A system that fails keeps its last
// assessment and is marked down; the others are not disturbed.
func (c *Collector) Collect(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(max(1, c.options.Concurrency))
	for _, source := range c.options.Sources {
		group.Go(func() error {
			c.collect(ctx, source)
			return nil
		})
	}
	_ = group.Wait() // The functions return nil.
}

func (c *Collector) collect(ctx context.Context, source Source) {
	logger := c.options.Logger.With("system", source.System().ID)
	whole := ctx
	ctx, cancel := context.WithTimeoutCause(whole, c.options.Timeout,
		fmt.Errorf("collect.timeout of %s ran out", c.options.Timeout))
	defer cancel()
	start := c.options.Now()
	reading, err := source.Read(ctx, start)
	if err != nil && whole.Err() != nil { // Stopped, which says nothing of the system.
		logger.InfoContext(ctx, "collection was interrupted")
		return
	}
	result := &Result{System: source.System(), Attempted: start, Err: err}
	if reading != nil {
		result.requests = reading.Requests
	}
	if err == nil {
		result.Err = c.assess(result, reading, start, logger)
		result.Succeeded = c.options.Now()
	} else if cause := context.Cause(ctx); cause != nil {
		result.Err = errors.Join(err, cause)
	}
	result.Duration = c.options.Now().Sub(start)
	if result.Err != nil {
		logger.ErrorContext(ctx, "collection failed; the last assessment stays", "err", result.Err)
	} else {
		logger.InfoContext(ctx, "collected", "identities", len(result.Assessment.Identities),
			"findings", len(result.Assessment.Findings), "problems", len(result.Assessment.Problems),
			"duration", result.Duration)
	}
	c.put(result)
}

// assess evaluates a reading, remembering what earlier ones saw.
func (c *Collector) assess(result *Result, reading *Reading, now time.Time, logger *slog.Logger) error {
	assessor := c.options.Assessors.Of(reading.Inventory.System.Cloud)
	if assessor == nil {
		return fmt.Errorf("system %s: nothing assesses systems of cloud %q", reading.Inventory.System.ID, reading.Inventory.System.Cloud)
	}
	result.System = reading.Inventory.System
	history := c.history(result.System, logger)
	result.Assessment = assessor.Assess(reading.Inventory, reading.Usage, now, history)
	result.Reading, reading.Tagged = reading, tagged(reading.Inventory)
	reading.Usage = nil // The assessment has what is needed of it.
	if c.options.Store == nil {
		return nil
	}
	if err := c.options.Store.SaveHistory(result.System, result.Assessment.History()); err != nil {
		logger.Error("save what was first seen when", "err", err)
	}
	return nil
}

// history is that of the last assessment, from memory or from disk.
func (c *Collector) history(system entitlement.System, logger *slog.Logger) *assess.History {
	if old := c.Snapshot().Result(system.ID); old != nil && old.Assessment != nil {
		return old.Assessment.History()
	}
	if c.options.Store == nil {
		return nil
	}
	history, err := c.options.Store.LoadHistory(system)
	if err != nil {
		logger.Error("load what was first seen when; times begin anew", "err", err)
	}
	return history
}

// put publishes a snapshot with the new result in place of the old one.
func (c *Collector) put(result *Result) {
	c.publish.Lock()
	defer c.publish.Unlock()
	next := c.Snapshot().with(result)
	c.snapshot.Store(next)
	if c.options.Publish != nil {
		c.options.Publish(result)
	}
}
