package playbook

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/store"
)

// lookEvery is how often refused calls of a changed identity are looked for.
const lookEvery = time.Hour

// snapshot is the last look before the first write: the evidence must still
// hold, and everything that the plan was made from must be as it was. If it is
// not, a new plan is made, which needs new approval.
func (s *step) snapshot(ctx context.Context) (*outcome, error) {
	if s.dry() {
		return nil, change.Refuse("the playbook was switched to dry run")
	}
	evidence, err := s.gate(ctx)
	if err != nil {
		return nil, err
	}
	version, err := s.target.Read.Version(ctx, s.run.Subject.Identity)
	if err != nil {
		return nil, err
	}
	s.run.Evidence = evidence
	if version != s.run.Plan.Version {
		s.run.State = store.Evidenced
		return &outcome{action: "leastward:DiscardPlan", details: details{"plan": s.run.Plan.Version, "found": version}}, nil
	}
	s.run.State, s.run.Snapshot, s.run.Next = store.Snapshotted, s.run.Plan.Before, 0
	return &outcome{action: "leastward:TakeSnapshot", details: details{"facts": s.run.Snapshot}}, nil
}

// apply makes one change, or verifies the whole after the last.
func (s *step) apply(ctx context.Context) (*outcome, error) {
	p, n := s.run.Plan, s.run.Next
	if n == len(p.Operations) {
		return s.verify(ctx)
	}
	how, err := s.write(ctx, store.Apply, n, p.Operations[n], p.After(n))
	if err != nil {
		return nil, err
	}
	s.run.State = store.Applying
	s.run.Next++
	return s.written(ctx, "leastward:ApplyStep", store.Apply, n, p.Operations[n], how), nil
}

// written is the outcome of one operation.
func (s *step) written(ctx context.Context, action entitlement.Action, phase store.Phase, n int, o change.Operation, how store.How) *outcome {
	return &outcome{
		action: action, details: details{"n": n, "operation": o.String(), "how": how},
		inTx: func(t *store.Tx) error { return t.Complete(ctx, s.run.ID, phase, n, how) },
	}
}

// write brings one operation into effect and returns how that happened. The
// intent is on the ledger before anything is sent; what is in effect already
// is not sent at all, so that a write whose answer was lost is not made twice.
// Where expected is given, the identity must be in that state before.
func (s *step) write(ctx context.Context, phase store.Phase, n int, o change.Operation, expected change.Facts) (store.How, error) {
	if s.target.Write == nil {
		return "", change.Refuse("the playbook was switched to dry run before operation %d of %s", n+1, phase)
	}
	again := false
	err := s.store.Update(ctx, func(t *store.Tx) (err error) {
		again, err = t.Intend(ctx, s.run.ID, phase, n, o)
		return err
	})
	if err != nil {
		return "", err
	}
	facts, err := s.target.Read.Facts(ctx, s.run.Subject.Identity)
	if err != nil {
		return "", err
	}
	if expected != nil {
		if diff := change.Diff(expected.Apply(o), facts.Apply(o)); len(diff) > 0 {
			return "", &mismatchError{when: "before \"" + o.String() + "\"", diff: diff}
		}
	}
	switch {
	case facts.InEffect(o) && again:
		return store.Found, nil
	case facts.InEffect(o):
		return store.Already, nil
	}
	return store.Written, s.target.Write.Write(ctx, s.run.Subject.Identity, o)
}

// verify reads everything back and compares it with what the plan promised.
func (s *step) verify(ctx context.Context) (*outcome, error) {
	facts, err := s.target.Read.Facts(ctx, s.run.Subject.Identity)
	if err != nil {
		return nil, err
	}
	if diff := change.Diff(s.run.Plan.Target(), facts); len(diff) > 0 {
		return nil, &mismatchError{when: "after the change", diff: diff}
	}
	s.run.State, s.run.AppliedAt = store.Verified, s.now
	return &outcome{action: "leastward:VerifyChange", details: details{"facts": facts}}, nil
}

// finish ends the run, or begins to watch.
func (s *step) finish() (*outcome, error) {
	watch := s.settings.Watch.For.Std()
	if watch <= 0 || s.env.Evidence == nil {
		s.run.State = store.Done
		return &outcome{action: "leastward:EndRun", details: details{"state": store.Done}}, nil
	}
	s.run.State, s.run.WatchUntil, s.run.NextLook = store.Watching, s.now.Add(watch), s.now.Add(min(lookEvery, watch))
	return &outcome{action: "leastward:WatchIdentity", details: details{"until": s.run.WatchUntil}}, nil
}

// watch looks for calls of the identity that were refused since the change. A
// failing exporter is no reason to end the run: the next look covers the time.
func (s *step) watch(ctx context.Context) (*outcome, error) {
	r := s.run
	seen := len(r.Denied)
	d := details{"until": r.WatchUntil}
	if denials, err := s.env.denied(ctx, r); err != nil {
		d["error"] = err.Error()
	} else {
		r.Denied, d["denied"], d["events_until"] = denials.Denied, denials.Denied, denials.Until
	}
	if len(r.Denied) > seen && s.settings.Watch.OnDenied == config.Rollback && s.target.Write != nil {
		return s.beginUndo(ctx, "calls of the identity were refused since it was changed")
	}
	r.NextLook = s.now.Add(lookEvery)
	if !s.now.Before(r.WatchUntil) {
		r.State = store.Done
	}
	return &outcome{action: "leastward:WatchIdentity", details: d}, nil
}

// undo takes back one change, or verifies the whole after the last.
func (s *step) undo(ctx context.Context) (*outcome, error) {
	r, n := s.run, s.run.Next
	if n < len(r.Undo) {
		how, err := s.write(ctx, store.Rollback, n, r.Undo[n], nil)
		if err != nil {
			return nil, err
		}
		r.Next++
		return s.written(ctx, "leastward:RollBackStep", store.Rollback, n, r.Undo[n], how), nil
	}
	facts, err := s.target.Read.Facts(ctx, r.Subject.Identity)
	if err != nil {
		return nil, err
	}
	if diff := change.Diff(r.Snapshot, facts); len(diff) > 0 {
		return nil, &mismatchError{when: "after the rollback", diff: diff}
	}
	r.State = store.RolledBack
	return &outcome{action: "leastward:VerifyRollBack", details: details{"facts": facts}}, nil
}
