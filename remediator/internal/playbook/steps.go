package playbook

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/store"
)

// maxPlans bounds how often a plan is made anew because the identity changed.
const maxPlans = 5

// stranger refuses what is in no system that the playbook works in.
func stranger(s *change.Subject) error {
	if s.Cloud != entitlement.AWS {
		return change.Refuse("the playbook changes accounts of AWS alone, and %s is of %s: the runbook of the alert says what to do by hand", s.System, s.Cloud)
	}
	return change.Refuse("system %s is not configured: add it to aws.accounts", s.System)
}

// step does what comes next in the run's state.
func (e *Engine) step(ctx context.Context, r *store.Run) (*outcome, error) {
	env := e.env.Load()
	settings, ok := env.Playbooks[r.Playbook]
	if !ok && r.State == store.Watching {
		r.State = store.Done
		return &outcome{action: "leastward:EndRun", details: details{"reason": "the playbook is no longer configured, so that nobody watches"}}, nil
	} else if !ok {
		return nil, change.Refuse("playbook %s is no longer configured", r.Playbook)
	}
	target, ok := settings.Targets[r.Subject.System]
	if !ok || r.Subject.Cloud != entitlement.AWS {
		return nil, stranger(&r.Subject)
	}
	s := &step{Engine: e, run: r, env: env, settings: &settings.Playbook, target: target, now: e.now().UTC()}
	return s.do(ctx)
}

// step is one step of one run, with the environment that it began with.
type step struct {
	*Engine
	run      *store.Run
	env      *Environment
	settings *config.Playbook
	target   Target
	now      time.Time
}

func (s *step) do(ctx context.Context) (*outcome, error) {
	switch s.run.State {
	case store.Received:
		return s.evidence(ctx)
	case store.Evidenced:
		return s.plan(ctx)
	case store.Planned:
		return s.replay()
	case store.Replayed:
		return s.caps(ctx)
	case store.AwaitingApproval:
		return s.expire()
	case store.Approved:
		return s.snapshot(ctx)
	case store.Snapshotted, store.Applying:
		return s.apply(ctx)
	case store.Verified:
		return s.finish()
	case store.Watching:
		return s.watch(ctx)
	case store.RollingBack:
		return s.undo(ctx)
	case store.Done, store.DryRunDone, store.Refused, store.Denied, store.Expired, store.Failed, store.RolledBack:
	}
	return nil, change.Refuse("nothing follows state %s", s.run.State)
}

// evidence is the gate: the exporter must still report what the alert says.
func (s *step) evidence(ctx context.Context) (*outcome, error) {
	evidence, err := s.gate(ctx)
	if err != nil {
		return nil, err
	}
	s.run.Evidence, s.run.State = evidence, store.Evidenced
	d := details{"checked": evidence.Finding != nil}
	if f := evidence.Finding; f != nil {
		d["granted"], d["used"], d["covered"] = f.Granted, f.Used, f.Covered
		if !f.LastActive.IsZero() {
			d["last_active"] = f.LastActive
		}
	} else {
		d["reason"] = "no exporter is configured"
	}
	return &outcome{action: "leastward:CheckEvidence", details: d}, nil
}

func (s *step) gate(ctx context.Context) (*store.Evidence, error) {
	evidence := &store.Evidence{CheckedAt: s.now}
	if s.env.Evidence == nil {
		return evidence, nil
	}
	f, err := s.env.Evidence.Finding(ctx, s.run.Subject.System, s.run.Finding)
	switch {
	case errors.Is(err, api.ErrNotFound):
		return nil, change.Refuse("the finding is no longer reported")
	case err != nil:
		return nil, err
	case f.Identity != s.run.Subject.Identity || f.System != s.run.Subject.System || f.Category != s.run.Category:
		return nil, change.Refuse("the finding is about %s of %s in %s, not what the alert says", f.Category, f.Identity, f.System)
	case f.Exempt:
		return nil, change.Refuse("the identity is exempted from reports")
	case f.Used > 0:
		return nil, change.Refuse("the identity is active: it used %d of its permissions within the window", f.Used)
	case f.Covered < s.settings.MinCoverage && !s.dry():
		return nil, change.Refuse("the logs reach %.0f %% of the look-back window, so that a use may be missed; "+
			"min_coverage asks for %.0f %%", 100*f.Covered, 100*s.settings.MinCoverage)
	case f.LastActive.After(s.run.Alert.StartsAt):
		return nil, change.Refuse("the identity was active at %s, after the alert began", f.LastActive.UTC().Format(time.RFC3339))
	}
	evidence.Finding = f
	return evidence, nil
}

func (s *step) plan(ctx context.Context) (*outcome, error) {
	if s.run.Plans >= maxPlans {
		return nil, change.Refuse("the identity changed %d times between plan and approval", s.run.Plans)
	}
	p, err := s.target.Read.PlanReadOnly(ctx, change.ReadOnly{
		Identity: s.run.Subject.Identity, PolicyARN: s.settings.ReadOnlyPolicyARN, Since: s.now,
	})
	if err != nil {
		return nil, err
	}
	s.run.Plan, s.run.State, s.run.Next = p, store.Planned, 0
	s.run.Plans++
	lines := make([]string, len(p.Operations))
	for i, o := range p.Operations {
		lines[i] = o.String()
	}
	return &outcome{action: "leastward:MakePlan", details: details{"plan": p.Version, "operations": lines, "notes": p.Notes}}, nil
}

// replay holds what was used in the window against the proposed access. An
// inactive identity used nothing, which the gate made sure of, so that no plan
// can deny it anything that it used; without an exporter nothing is known.
func (s *step) replay() (*outcome, error) {
	s.run.State = store.Replayed
	if f := s.run.Evidence.Finding; f != nil {
		return &outcome{action: "leastward:ReplayUsage", details: details{"used": f.Used, "would_be_denied": 0}}, nil
	}
	return &outcome{action: "leastward:ReplayUsage", details: details{"checked": false, "reason": "no exporter is configured"}}, nil
}

// caps holds back a playbook that would change too many identities in a day.
func (s *step) caps(ctx context.Context) (*outcome, error) {
	dry := s.dry()
	if !s.run.AdmittedAt.IsZero() || dry {
		return s.admitted(details{"dry_run": dry}), nil
	}
	share := math.MaxInt
	if percent := s.settings.Caps.MaxPercent; percent > 0 {
		users, err := s.target.Read.Population(ctx)
		if err != nil {
			return nil, err
		}
		share = max(1, int(math.Ceil(percent*float64(users)/100)))
	}
	s.run.AdmittedAt = s.now
	out := s.admitted(details{"max_per_day": s.settings.Caps.MaxPerDay, "max_percent": s.settings.Caps.MaxPercent})
	out.inTx = func(t *store.Tx) error { return s.admit(ctx, t, share) }
	return out, nil
}

// admit looks, in the transaction that would admit the run, whether there is
// room.
func (s *step) admit(ctx context.Context, t *store.Tx, share int) error {
	all, here, err := t.Admitted(ctx, s.run.Playbook, s.run.Subject.System, t.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	limit := s.settings.Caps.MaxPerDay
	switch {
	case limit > 0 && all >= limit:
		return change.Refuse("caps.max_per_day: %d runs of the playbook were admitted within 24 hours, as many as allowed", all)
	case here >= share:
		return change.Refuse("caps.max_percent: %d runs were admitted in system %s within 24 hours, %g %% of its users", here, s.run.Subject.System, s.settings.Caps.MaxPercent)
	}
	return nil
}

// admitted moves a run past the caps: a dry run ends there.
func (s *step) admitted(d details) *outcome {
	r := s.run
	switch {
	case s.dry():
		r.State = store.DryRunDone
	case s.settings.Approval.Required > 0:
		r.State, r.Required = store.AwaitingApproval, s.settings.Approval.Required
		r.ExpiresAt = s.now.Add(s.settings.Approval.Expires.Std())
		d["approvals_required"], d["expires_at"] = r.Required, r.ExpiresAt
	default:
		r.State = store.Approved
	}
	return &outcome{action: "leastward:CheckCaps", details: d}
}

// dry reports whether the run must not change anything: it was started so, or
// there is nothing left to write with.
func (s *step) dry() bool { return s.run.Mode != store.Execute || s.target.Write == nil }

func (s *step) expire() (*outcome, error) {
	if s.now.Before(s.run.ExpiresAt) {
		return nil, fmt.Errorf("the approval expires at %s", s.run.ExpiresAt)
	}
	s.run.State, s.run.Why = store.Expired, "nobody decided in time, which counts as a denial"
	s.metrics.decided(s.run.Playbook, "expired")
	return &outcome{action: "leastward:ExpireApproval", details: details{"expires_at": s.run.ExpiresAt}}, nil
}
