package trigger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// Options configure [New].
type Options struct {
	Store auditlog.Store
	State *state.DB
	// LogsQL says what folders, tags and actions mean; its Now and Scope are not
	// used.
	LogsQL logsql.Options
	// Systems returns the systems that are collected. Each has a counter from
	// the start, so that its first match is seen as an increase. Nil is none.
	Systems func() []System
	// Triggers are those of [Configure].
	Triggers []Definition
	// Keep is how many matches of a trigger are kept with their details; 0 is 200.
	Keep int
	// Now defaults to time.Now.
	Now func() time.Time
	// Logger receives what goes wrong. Nil means nobody.
	Logger *slog.Logger
}

// System is an authorization system as the engine needs it.
type System struct {
	Cloud entitlement.Cloud
	ID    entitlement.SystemID
	Owner string
}

// Engine evaluates triggers. It is safe for concurrent use.
type Engine struct {
	o Options

	evaluating sync.Mutex // One evaluation at a time.

	mu       sync.Mutex // Guards what follows.
	triggers []*active
	disabled []Definition
}

// active is a trigger that is switched on.
type active struct {
	Definition
	task *follow.Task
}

// New returns an engine for the triggers.
func New(o Options) (*Engine, error) {
	if o.Keep == 0 {
		o.Keep = 200
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Systems == nil {
		o.Systems = func() []System { return nil }
	}
	e := &Engine{o: o}
	return e, e.Reconfigure(o.Triggers)
}

// Reconfigure replaces the triggers, all or none. One whose condition is the
// same goes on; one whose condition is another keeps its totals, which the
// status says.
func (e *Engine) Reconfigure(list []Definition) error {
	if err := check(list); err != nil {
		return err
	}
	e.evaluating.Lock() // What is being evaluated is saved first.
	defer e.evaluating.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	var triggers []*active
	var disabled []Definition
	var problems []error
	for _, d := range list {
		if !d.Enabled {
			disabled = append(disabled, d)
			continue
		}
		a, err := e.activate(d)
		problems = append(problems, err)
		triggers = append(triggers, a)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	e.triggers, e.disabled = triggers, disabled
	return nil
}

// activate makes a trigger ready, and takes over what is known of it.
func (e *Engine) activate(d Definition) (*active, error) {
	if _, err := e.filter(&d); err != nil {
		return nil, &FieldError{Trigger: d.Name, Field: "query", Problem: err.Error()}
	}
	print, err := fingerprint(&d)
	if err != nil {
		return nil, fmt.Errorf("trigger %q: %w", d.Name, err)
	}
	a := &active{Definition: d}
	a.task = &follow.Task{
		Name: prefix + d.Name, Query: print, Backfill: d.Backfill,
		Find: func(ctx context.Context, s *follow.Span) (state.Step, error) { return e.find(ctx, &a.Definition, s) },
	}
	if i := slices.IndexFunc(e.triggers, func(old *active) bool { return old.Name == d.Name }); i >= 0 {
		a.task.Inherit(e.triggers[i].task)
	}
	return a, nil
}

// prefix sets the triggers apart from the other things whose progress is kept.
const prefix = "trigger/"

func (e *Engine) current() []*active {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.triggers
}

// Evaluate looks at everything that was stored since the last evaluation. A
// trigger that fails is tried again the next time, from where it was; the
// others go on. The error joins one for each trigger that failed.
func (e *Engine) Evaluate(ctx context.Context) error {
	e.evaluating.Lock()
	defer e.evaluating.Unlock()
	triggers := e.current()
	round, err := e.round(ctx, triggers)
	var problems []error
	for _, a := range triggers {
		problem := err
		if problem == nil {
			problem = round.Do(ctx, a.task)
		}
		if ctx.Err() != nil { // The end of the program is no failure.
			return ctx.Err()
		}
		if problem != nil {
			a.task.Fail(problem)
			problems = append(problems, fmt.Errorf("trigger %q: %w", a.Name, problem))
		}
	}
	return errors.Join(problems...)
}

// round begins an evaluation of all triggers.
func (e *Engine) round(ctx context.Context, triggers []*active) (*follow.Round, error) {
	names := make([]string, len(triggers))
	for i, a := range triggers {
		names[i] = a.task.Name
	}
	if err := e.o.State.Activate(ctx, prefix, names); err != nil {
		return nil, err
	}
	horizon, err := e.o.Store.Sync(ctx)
	if err != nil {
		return nil, fmt.Errorf("store what is in memory: %w", err)
	}
	return &follow.Round{Store: e.o.Store, State: e.o.State, Horizon: horizon, Now: e.o.Now()}, nil
}
