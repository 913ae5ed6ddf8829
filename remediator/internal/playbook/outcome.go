package playbook

import (
	"context"
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/store"
)

// actor is who acts where no person does.
const actor = "leastward-remediator"

type details = map[string]any

// outcome is what a step came to. The step has changed the run itself.
type outcome struct {
	actor   string // "" is the remediator.
	action  entitlement.Action
	outcome auditlog.Outcome // "" is success.
	details details
	// inTx, if set, is done in the transaction that stores the run.
	inTx func(*store.Tx) error
}

// event makes the Platform event of an outcome.
func event(r *store.Run, o *outcome) store.Event {
	e := store.Event{
		Actor: o.actor, Action: o.action, Outcome: o.outcome, Run: r.ID, Playbook: string(r.Playbook),
		Target: r.Subject.Cloud, System: r.Subject.System, Identity: r.Subject.Identity, Details: o.details,
	}
	if e.Actor == "" {
		e.Actor = actor
	}
	if e.Outcome == "" {
		e.Outcome = auditlog.Success
	}
	return e
}

// mismatchError tells that the cloud shows something else than it should. It
// may only be late, so that it counts once it lasts.
type mismatchError struct {
	when string
	diff []string
}

func (m *mismatchError) Error() string {
	return fmt.Sprintf("%s the identity is not as it should be: %s", m.when, strings.Join(m.diff, "; "))
}

// report tells the log and the metrics of a step that is stored.
func (e *Engine) report(ctx context.Context, r *store.Run, before store.State, o *outcome) {
	result := "succeeded"
	if o.outcome == auditlog.Error {
		result = "failed"
	}
	e.metrics.step(r.Playbook, before, result)
	e.logger.InfoContext(ctx, "step done", "run", r.ID, "system", r.Subject.System, "action", o.action, "state", r.State)
	if !r.State.Ended() || r.State == before {
		return
	}
	e.metrics.finished(r.Playbook, r.State)
	if r.Undo != nil {
		e.metrics.rolledBack(r.Playbook, r.State == store.RolledBack)
	}
}
