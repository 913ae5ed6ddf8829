package playbook

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Decision is what a person decides about a run.
type Decision struct {
	Run string
	// Plan is the version of the plan that the person looked at. It is not
	// needed for a rollback.
	Plan   string
	Who    string
	Reason string
}

// ConflictError tells that a decision does not fit the run as it is now.
type ConflictError struct{ Reason string }

func (c *ConflictError) Error() string { return c.Reason }

// ForbiddenError tells that a person may not decide this.
type ForbiddenError struct{ Reason string }

func (f *ForbiddenError) Error() string { return f.Reason }

func conflict(format string, args ...any) error {
	return &ConflictError{Reason: fmt.Sprintf(format, args...)}
}

// Approve records a person's yes. With the last one that is required the
// change begins.
func (e *Engine) Approve(ctx context.Context, d Decision) error {
	return e.decide(ctx, d, func(t *store.Tx, r *store.Run) (*outcome, error) {
		if err := awaits(r, d.Plan); err != nil {
			return nil, err
		}
		n, err := t.Approve(ctx, r.ID, store.Approval{Plan: d.Plan, Approver: d.Who, Reason: d.Reason})
		if errors.Is(err, store.ErrApprovedTwice) {
			return nil, conflict("%s has already approved this plan; %d different people are required", d.Who, r.Required)
		} else if err != nil {
			return nil, err
		}
		if n >= r.Required {
			r.State = store.Approved
		}
		e.metrics.decided(r.Playbook, "approved")
		return &outcome{action: "leastward:ApprovePlan", details: details{"plan": d.Plan, "reason": d.Reason, "approvals": n, "required": r.Required}}, nil
	})
}

// Deny ends a run that awaits approval.
func (e *Engine) Deny(ctx context.Context, d Decision) error {
	return e.decide(ctx, d, func(_ *store.Tx, r *store.Run) (*outcome, error) {
		if err := awaits(r, d.Plan); err != nil {
			return nil, err
		}
		r.State, r.Why = store.Denied, d.Who+": "+d.Reason
		e.metrics.decided(r.Playbook, "denied")
		e.metrics.finished(r.Playbook, r.State)
		return &outcome{action: "leastward:DenyPlan", outcome: auditlog.Success, details: details{"plan": d.Plan, "reason": d.Reason}}, nil
	})
}

func awaits(r *store.Run, plan string) error {
	switch {
	case r.State != store.AwaitingApproval:
		return conflict("the run does not await approval: it is %s", r.State)
	case plan != r.Plan.Version:
		return conflict("the plan was made anew since you looked at it; look at the present one")
	}
	return nil
}

// RollBack begins to take back what a run has changed.
func (e *Engine) RollBack(ctx context.Context, d Decision) error {
	current, err := e.store.Run(ctx, d.Run)
	if err != nil {
		return err
	}
	if target := e.env.Load().Playbooks[current.Playbook].Targets[current.Subject.System]; target.Write == nil {
		return conflict("nothing can be changed in system %s: the playbook is not in mode execute there", current.Subject.System)
	}
	ledger, err := e.store.Ledger(ctx, d.Run)
	if err != nil {
		return err
	}
	return e.decide(ctx, d, func(_ *store.Tx, r *store.Run) (*outcome, error) {
		if !RollsBack(r) {
			return nil, conflict("a run that is %s can't be rolled back", r.State)
		}
		return begin(r, ledger, d.Reason)
	})
}

// RollsBack reports whether a run is in a state from which it can be rolled
// back.
func RollsBack(r *store.Run) bool {
	return r.Snapshot != nil && slices.Contains([]store.State{store.Done, store.Watching, store.Failed}, r.State)
}

// beginUndo decides a rollback without a person.
func (s *step) beginUndo(ctx context.Context, reason string) (*outcome, error) {
	ledger, err := s.store.Ledger(ctx, s.run.ID)
	if err != nil {
		return nil, err
	}
	return begin(s.run, ledger, reason)
}

// begin sets out to take back everything that was written, or may have been:
// an intent whose end is unknown counts, since taking back what never took
// effect does nothing.
func begin(r *store.Run, ledger []store.Entry, reason string) (*outcome, error) {
	var done []change.Operation
	for _, entry := range ledger {
		if entry.Phase == store.Apply && entry.How != store.Already {
			done = append(done, entry.Operation)
		}
	}
	if len(done) == 0 {
		return nil, conflict("the run has written nothing that could be rolled back")
	}
	from := r.State
	r.State, r.Undo, r.Next, r.Why = store.RollingBack, r.Plan.Undo(done), 0, ""
	return &outcome{action: "leastward:RollBack", details: details{"reason": reason, "from_state": from, "operations": len(r.Undo)}}, nil
}

// decide makes a person's decision in one transaction.
func (e *Engine) decide(ctx context.Context, d Decision, f func(*store.Tx, *store.Run) (*outcome, error)) error {
	var r *store.Run
	var out *outcome
	err := e.store.Update(ctx, func(t *store.Tx) (err error) {
		if r, err = t.Run(ctx, d.Run); err != nil {
			return err
		}
		if err = e.allowed(r, d); err != nil {
			return err
		}
		if out, err = f(t, r); err != nil {
			return err
		}
		out.actor = d.Who
		if err = e.save(ctx, t, r, out); errors.Is(err, store.ErrBusy) {
			return conflict("another run for the identity is open; let it end first")
		}
		return err
	})
	if err != nil {
		return err
	}
	e.logger.InfoContext(ctx, "decision", "run", r.ID, "action", out.action, "state", r.State)
	return nil
}

func (e *Engine) allowed(r *store.Run, d Decision) error {
	approvers := e.env.Load().Playbooks[r.Playbook].Approval.Approvers
	switch {
	case d.Who == "":
		return &ForbiddenError{Reason: "say who you are"}
	case d.Reason == "":
		return conflict("give a reason")
	case len(approvers) > 0 && !slices.Contains(approvers, d.Who):
		return &ForbiddenError{Reason: fmt.Sprintf("%s is not among the approvers of %s", d.Who, r.Playbook)}
	}
	return nil
}

func (env *Environment) denied(ctx context.Context, r *store.Run) (*api.Denials, error) {
	if env.Evidence == nil {
		return nil, errors.New("no exporter is configured")
	}
	return env.Evidence.Denied(ctx, r.Subject.System, r.Subject.Identity, r.AppliedAt)
}
