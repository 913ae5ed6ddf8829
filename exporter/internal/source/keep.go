package source

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/entitlement"
)

// Audit is where events are kept besides being counted. Its zero value keeps
// none.
type Audit struct {
	// Store takes every event that is read; nil keeps none.
	Store auditlog.Store
	// Meter counts what the store took; nil counts nothing.
	Meter *ingest.Meter
	// Patience is how long a reading waits for a store that is full or away. Zero
	// means a minute. After that the reading goes on without it, and the events
	// are read again by the next one.
	Patience time.Duration
}

// keeper hands the events of one reading to the audit store. Once that fails it
// hands on nothing more: what was read is then not to be saved as read.
type keeper struct {
	w   *ingest.Writer // Nil where there is no store.
	err error          // Why the store has not all events.
}

func (a *Audit) keep(ctx context.Context, logger *slog.Logger) *keeper {
	if a.Store == nil {
		return &keeper{}
	}
	o := ingest.Options{Store: a.Store, Meter: a.Meter, Patience: a.Patience, Logger: logger}
	if o.Patience == 0 {
		o.Patience = time.Minute
	}
	return &keeper{w: ingest.New(ctx, o)}
}

func (k *keeper) take(ctx context.Context, ev *auditlog.Event) {
	if k.w != nil && k.err == nil {
		k.err = k.w.Add(ctx, ev)
	}
}

// sync returns once the store has what take was given, and reports whether it
// has. That the context ended says nothing of the store.
func (k *keeper) sync(ctx context.Context) bool {
	if k.w == nil || k.err != nil {
		return k.err == nil
	}
	err := k.w.Sync(ctx)
	if ctx.Err() == nil {
		k.err = err
	}
	return err == nil
}

// keeps reports whether there is a store, which has what take was given.
func (k *keeper) keeps() bool { return k.w != nil && k.err == nil }

func (k *keeper) close() {
	if k.w != nil {
		_ = k.w.Close() // Take and sync told the error.
	}
}

// problems tells that the audit store lacks events of this reading.
func (k *keeper) problems(system entitlement.SystemID) []entitlement.Problem {
	if k.err == nil {
		return nil
	}
	return []entitlement.Problem{{
		Code: "audit_store", Subject: string(system),
		Message: fmt.Sprintf("keep the events: %v; they are counted, and read again once the audit store takes them", k.err),
	}}
}

// mark returns the store's mark of what it has, or [blank].
func (a *Audit) mark() string {
	if m, ok := a.Store.(auditlog.Marker); ok && m.Mark() != (auditlog.Mark{}) {
		return m.Mark().String()
	}
	return blank
}

// blank stands for the mark of a store that has not given one.
const blank = "blank"
