package anomaly

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/state"
)

// Options configure [New].
type Options struct {
	Store auditlog.Store
	State *state.DB
	// LogsQL says what folders, tags and actions mean; its Now and Scope are not
	// used.
	LogsQL logsql.Options
	// Systems returns the systems that are collected. Nil is none.
	Systems func() []trigger.System
	Rules   []Rule
	// Keep is how many reports of a rule are kept with their details; 0 is 200.
	Keep int
	// Now defaults to time.Now.
	Now func() time.Time
}

// Engine evaluates first-time rules. It is safe for concurrent use.
type Engine struct {
	o Options

	evaluating sync.Mutex // One evaluation at a time.

	mu       sync.Mutex // Guards what follows.
	rules    []*active
	disabled []Rule
}

// active is a rule that is switched on.
type active struct {
	Rule
	task *follow.Task
	seen seen

	mu      sync.Mutex // Guards covered.
	covered coverage   // As of the last evaluation that looked.
}

// New returns an engine for the rules.
func New(o Options) (*Engine, error) {
	if o.Keep == 0 {
		o.Keep = 200
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Systems == nil {
		o.Systems = func() []trigger.System { return nil }
	}
	e := &Engine{o: o}
	return e, e.Reconfigure(o.Rules)
}

// Reconfigure replaces the rules, all or none. What was reported stays reported.
func (e *Engine) Reconfigure(list []Rule) error {
	if err := check(list); err != nil {
		return err
	}
	e.evaluating.Lock() // What is being evaluated is saved first.
	defer e.evaluating.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	var rules []*active
	var disabled []Rule
	var problems []error
	for _, r := range list {
		if !r.Enabled {
			disabled = append(disabled, r)
			continue
		}
		a, err := e.activate(r)
		problems = append(problems, err)
		rules = append(rules, a)
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	e.rules, e.disabled = rules, disabled
	return nil
}

// activate makes a rule ready, and takes over what is known of it.
func (e *Engine) activate(r Rule) (*active, error) {
	if _, err := e.filter(r.condition()); err != nil {
		return nil, &trigger.FieldError{Rule: ruleWord, Trigger: r.Name, Field: "where", Problem: err.Error()}
	}
	print, err := fingerprint(&r)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", r.Name, err)
	}
	a := &active{Rule: r}
	a.task = &follow.Task{
		Name: prefix + r.Name, Query: print,
		Find: func(ctx context.Context, s *follow.Span) (state.Step, error) { return e.find(ctx, a, s) },
	}
	if i := slices.IndexFunc(e.rules, func(old *active) bool { return old.Name == r.Name }); i >= 0 {
		a.task.Inherit(e.rules[i].task)
	}
	return a, nil
}

// prefix sets the rules apart from the other things whose progress is kept.
const prefix = "first-time/"

// fingerprint identifies what a rule looks for.
func fingerprint(r *Rule) (string, error) {
	text, err := json.Marshal(r.condition())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(text, "%s %s", r.Kind, r.Interval))
	return hex.EncodeToString(sum[:16]), nil
}

func (e *Engine) filter(n *query.Node) (string, error) {
	o := e.o.LogsQL
	o.Now, o.Scope = e.o.Now(), nil
	return logsql.Filter(n, o)
}

// Evaluate looks at everything that was stored since the last evaluation. A rule
// that fails is tried again the next time, from where it was; the others go on.
// The error joins one for each rule that failed.
func (e *Engine) Evaluate(ctx context.Context) error {
	e.evaluating.Lock()
	defer e.evaluating.Unlock()
	e.mu.Lock()
	rules := e.rules
	e.mu.Unlock()
	round, err := e.round(ctx, rules)
	var problems []error
	for _, a := range rules {
		problem := err
		if problem == nil {
			problem = round.Do(ctx, a.task)
		}
		if ctx.Err() != nil { // The end of the program is no failure.
			return ctx.Err()
		}
		if problem != nil {
			a.task.Fail(problem)
			problems = append(problems, fmt.Errorf("rule %q: %w", a.Name, problem))
		}
	}
	return errors.Join(problems...)
}

// round begins an evaluation of all rules.
func (e *Engine) round(ctx context.Context, rules []*active) (*follow.Round, error) {
	names := make([]string, len(rules))
	for i, a := range rules {
		names[i] = a.task.Name
	}
	if err := e.o.State.Activate(ctx, prefix, names); err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return &follow.Round{}, nil
	}
	horizon, err := e.o.Store.Sync(ctx)
	if err != nil {
		return nil, fmt.Errorf("store what is in memory: %w", err)
	}
	return &follow.Round{Store: e.o.Store, State: e.o.State, Horizon: horizon, Now: e.o.Now()}, nil
}
